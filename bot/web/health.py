"""Two questions of whoever watches over the process: is it alive, and can it do its work?"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from aiohttp import web


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that has to work before people are served."""

    name: str
    problem: Callable[[], Awaitable[str | None]]
    """What is wrong, as a sentence without secrets; None if nothing is. Raises nothing but `OSError`."""
    seconds: float = 2.0
    """No answer in this time is a problem too."""


class Health:
    """Answers `/healthz` while the loop turns, and `/readyz` while every check passes."""

    def __init__(self, *, checks: Sequence[Check]) -> None:
        self._checks = tuple(checks)

    def routes(self) -> list[web.RouteDef]:
        return [web.get("/healthz", self._alive), web.get("/readyz", self._ready)]

    async def _alive(self, _request: web.Request) -> web.Response:
        return _uncached({"alive": True}, 200)

    async def _ready(self, _request: web.Request) -> web.Response:
        async with asyncio.TaskGroup() as group:
            asked = {check.name: group.create_task(_ask(check)) for check in self._checks}
        problems = {name: answer.result() for name, answer in asked.items()}
        ready = not any(problems.values())
        told = {name: problem or "ok" for name, problem in problems.items()}
        return _uncached({"ready": ready, "checks": told}, 200 if ready else 503)


async def _ask(check: Check) -> str | None:
    try:
        async with asyncio.timeout(check.seconds):
            return await check.problem()
    except TimeoutError:
        return f"No answer within {check.seconds:g} seconds."
    except OSError as error:
        return f"It failed: {type(error).__name__}."


def _uncached(body: dict[str, object], status: int) -> web.Response:
    return web.json_response(body, status=status, headers={"Cache-Control": "no-store"})
