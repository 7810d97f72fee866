"""The breaker: which providers are left alone for a while, and why; kept in the database for everybody to see.

A provider rests when it is busy or cannot be reached: its jobs wait. It is barred when the operator's key, balance,
plan or address is at fault: its jobs move on, and the operators are told once, until it works again.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

import structlog

from bot.core.alerts import Alerts
from bot.core.model import Health
from bot.core.ports import Clock, Store, StoreTrouble
from bot.core.texts import Say, Sentence
from providers.errors import Misconfigured, MisconfiguredKind

BARRED_FOR = timedelta(minutes=10)
"""How long a provider whose key, balance or plan is at fault is left alone before one job tries it again."""
SLOWEST = timedelta(minutes=10)
"""Longest rest: asking once more is cheap, and a job's deadline does not wait."""
FIRST_REST = timedelta(seconds=5)
READ_AGAIN = timedelta(seconds=5)
"""Other processes close providers too; this is how late it may be noticed."""
WRITE_AGAIN = timedelta(seconds=30)
"""Troubles and successes that change nothing are written down this often at most."""
TELL_AGAIN = 30.0
"""Seconds until operators who could not be told are tried again."""
TROUBLE_SHOWN = 300
BUSY = "busy"

log = structlog.get_logger("reelbot.breaker")


class Breaker:
    """Closes providers and opens them again."""

    def __init__(self, *, store: Store, clock: Clock, alerts: Alerts) -> None:
        self._store = store
        self._clock = clock
        self._alerts = alerts
        self._healths: dict[str, Health] = {}
        self._rests: dict[str, timedelta] = {}
        self._read_at: datetime | None = None

    def closed(self) -> frozenset[str]:
        """Providers that cannot be used just now, for whatever reason."""
        now = self._clock.now()
        return frozenset(name for name, health in self._healths.items() if _closed(health, now))

    def barred(self) -> frozenset[str]:
        """Those of them that only the operator can mend."""
        return frozenset(name for name in self.closed() if self._healths[name].why != BUSY)

    def reopenings(self) -> tuple[datetime, ...]:
        """When the closed ones may be tried again."""
        now = self._clock.now()
        return tuple(health.closed_until for health in self._healths.values() if _closed(health, now))  # type: ignore[misc]

    async def rest(self, provider: str, trouble: str, *, wait: timedelta | None) -> datetime:
        """Leave a provider alone for *wait*, or ever longer if it did not say; returns until when."""
        if wait is None:
            wait = min(SLOWEST, self._rests.get(provider, FIRST_REST) * 2)
            self._rests[provider] = wait
        now = self._clock.now()
        health = self._known(provider)
        until = now + min(SLOWEST, wait)
        if health.closed_until is not None:
            until = max(until, health.closed_until)
        barred = _closed(health, now) and health.why != BUSY
        why = health.why if barred else BUSY
        await self._write(replace(health, closed_until=until, why=why, trouble=trouble[:TROUBLE_SHOWN], trouble_at=now))
        return until

    async def bar(self, provider: str, mistake: Misconfigured) -> None:
        """Leave a provider alone that the operator has to mend."""
        log.error("provider closed", provider=provider, kind=mistake.kind.value, detail=str(mistake))
        now, health = self._clock.now(), self._known(provider)
        trouble = str(mistake)[:TROUBLE_SHOWN]
        closed = replace(health, closed_until=now + BARRED_FOR, why=mistake.kind.value, trouble=trouble, trouble_at=now)
        await self._write(closed)

    async def worked(self, provider: str) -> None:
        """A provider took a job: whatever closed it is over."""
        self._rests.pop(provider, None)
        now, health = self._clock.now(), self._known(provider)
        if health.closed_until or health.told or _older(health.worked_at, now):
            self._alerts.forget(_cause(health))
            await self._write(replace(health, closed_until=None, why="", told="", worked_at=now))

    async def noticed(self, provider: str, trouble: str) -> None:
        """A question got no usable answer: shown to the operator, and no reason to close."""
        now, health = self._clock.now(), self._known(provider)
        if _older(health.trouble_at, now):
            await self._write(replace(health, trouble=trouble[:TROUBLE_SHOWN], trouble_at=now))

    async def look(self) -> float | None:
        """Read what other processes wrote, tell the operators what is new; seconds until this is needed again."""
        await self._read()
        untold = [health for health in self._healths.values() if _to_be_told(health)]
        for health in untold:
            sentence = Sentence(_SENTENCES[MisconfiguredKind(health.why)], _values(health))
            if await self._alerts.tell(_cause(health), sentence):
                await self._write(replace(self._known(health.provider), told=health.why))
        return TELL_AGAIN if any(_to_be_told(health) for health in self._healths.values()) else None

    async def _read(self) -> None:
        now = self._clock.now()
        if self._read_at is not None and now - self._read_at < READ_AGAIN:
            return
        self._read_at = now
        try:
            self._healths |= await self._store.healths()
        except StoreTrouble as trouble:
            log.warning("health not read", detail=repr(trouble))

    async def _write(self, health: Health) -> None:
        """Remember it here in any case: a database in trouble must not keep a provider open."""
        self._healths[health.provider] = health
        try:
            await self._store.write_health(health)
        except StoreTrouble as trouble:
            log.warning("health not written", provider=health.provider, detail=repr(trouble))

    def _known(self, provider: str) -> Health:
        return self._healths.get(provider) or Health(provider, None, "", "", None, None, "")


_SENTENCES: Mapping[MisconfiguredKind, Say] = {
    MisconfiguredKind.KEY: Say.OPERATOR_KEY,
    MisconfiguredKind.BALANCE: Say.OPERATOR_BALANCE,
    MisconfiguredKind.PLAN: Say.OPERATOR_PLAN,
    MisconfiguredKind.ADDRESS: Say.OPERATOR_ADDRESS,
}


def _to_be_told(health: Health) -> bool:
    return health.why in set(MisconfiguredKind) and health.told != health.why


def _values(health: Health) -> Mapping[str, object]:
    return {"provider": health.provider, "variable": health.provider.upper(), "trouble": health.trouble}


def _cause(health: Health) -> str:
    return f"{health.provider}: {health.why}"


def _closed(health: Health, now: datetime) -> bool:
    return health.closed_until is not None and health.closed_until > now


def _older(moment: datetime | None, now: datetime) -> bool:
    return moment is None or now - moment >= WRITE_AGAIN
