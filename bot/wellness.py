"""What has to work before people are served, as `/readyz` asks it."""

import asyncio
from collections.abc import Callable, Mapping

from bot.core.store import StoreTrouble
from bot.web.health import Check
from storage.store import SqlStore


def health_checks(store: SqlStore, ready: asyncio.Event) -> tuple[Check, ...]:
    """The database answers, and every unfinished job has been picked up."""

    async def database_problem() -> str | None:
        try:
            await store.jobs(state=None, most=1)
        except StoreTrouble as trouble:
            return f"The database cannot be read: {trouble}."
        return None

    async def jobs_problem() -> str | None:
        return None if ready.is_set() else "Unfinished jobs are still being picked up."

    return Check("database", database_problem), Check("jobs", jobs_problem)


def chat_checks(problems: Mapping[str, Callable[[], str | None]]) -> tuple[Check, ...]:
    """Each chat hears its people; *problems* says by the chat's name why it does not."""
    return tuple(_chat_check(name, problem) for name, problem in problems.items())


def _chat_check(name: str, problem: Callable[[], str | None]) -> Check:
    async def ask() -> str | None:
        return problem()

    return Check(name, ask)
