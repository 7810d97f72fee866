"""The overview: what is under way, how today went, how providers and offers are doing, and the last weeks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from aiohttp import web

from bot.core.model import ENDED, Health, State
from bot.core.nightly import last_verified
from bot.core.statistics import Calls, Scope
from bot.web.admin.frame import Frame, days_of
from bot.web.admin.room import Room
from bot.web.admin.usage import UsagePictures, picture_address

A_DAY = timedelta(days=1)
TROUBLED = (State.UNSURE, State.OVERDUE)
"""States that want an operator's eye."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How a provider is doing, and what its paid calls of the last day came to."""

    name: str
    """The provider's, or the key of a single offer that is closed by itself."""
    health: Health | None
    """None if it was never used."""
    open: bool
    accepted: int
    refused: int
    """By the provider, whether the job went on elsewhere or ended."""
    lost: int
    """Calls whose answer never came."""


def standings(
    names: Sequence[str], healths: Mapping[str, Health], calls: Sequence[Calls], now: datetime
) -> list[Standing]:
    """How the providers *names* are doing, and those of their offers that are closed by themselves."""
    offers = [key for key in healths if "/" in key and not _is_open(healths[key], now)]
    return [
        Standing(
            name=name,
            health=healths.get(name),
            open=_is_open(healths.get(name), now),
            accepted=_counted(calls, name, {State.RENDERING, State.FETCHING}),
            refused=_counted(calls, name, {State.QUEUED, State.FAILED}),
            lost=_counted(calls, name, {State.UNSURE}),
        )
        for name in (*names, *offers)
    ]


def _is_open(health: Health | None, now: datetime) -> bool:
    return health is None or health.closed_until is None or health.closed_until <= now


def _counted(calls: Sequence[Calls], provider: str, outcomes: set[State]) -> int:
    return sum(one.count for one in calls if one.provider == provider and one.outcome in outcomes)


class Overview:
    """The first page."""

    def __init__(self, *, room: Room, frame: Frame, pictures: UsagePictures) -> None:
        self._room = room
        self._frame = frame
        self._pictures = pictures

    def routes(self) -> list[web.RouteDef]:
        return [web.get("/admin", self._show), web.get("/admin/", _without_slash)]

    async def _show(self, request: web.Request) -> web.Response:
        room = self._room
        usage = await self._pictures.usage(Scope(), days_of(request))
        return await self._frame.draw(
            request,
            "overview",
            lag=room.lag(),
            verified=await last_verified(room.books),
            now=room.clock.now(),
            times=await room.books.offer_times(),
            usage=usage,
            today=usage.days[-1][1],
            picture=picture_address(usage),
            **await self._present(room.clock.now()),
        )

    async def _present(self, now: datetime) -> dict[str, object]:
        """What is going on at this moment."""
        room = self._room
        jobs, oldest = await room.books.count_jobs(), await room.books.oldest_queued()
        calls = await room.books.calls_since(now - A_DAY)
        names = [provider.name for provider in room.providers]
        return {
            "jobs": [(state, jobs.get(state, 0)) for state in State],
            "alive": sum(count for state, count in jobs.items() if state not in ENDED),
            "troubled": [(state, jobs.get(state, 0)) for state in TROUBLED],
            "waits": (now - oldest).total_seconds() if oldest else None,
            "standings": standings(names, await room.books.healths(), calls, now),
        }


async def _without_slash(_request: web.Request) -> web.Response:
    raise web.HTTPPermanentRedirect("/admin")
