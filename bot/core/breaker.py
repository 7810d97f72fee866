"""The breaker: which providers are left alone for a while, and why; kept in the database for everybody to see.

A provider rests when it is busy or cannot be reached: its jobs wait. It is barred when the operator's key, balance or
address is at fault, and a single offer is when the plan does not have it: their jobs move on, and the operators are
told once, until it works again. A provider is paused when an operator wants it: nothing new is given to it, and no
success and no error opens or closes it until it is resumed.
"""

import asyncio
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import structlog

from bot.core.alerts import Alerts
from bot.core.model import PAUSED, Health, Job
from bot.core.ports import Clock
from bot.core.store import Store, StoreTrouble
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
UNUSABLE = "unusable"
"""The kind of an error whose answer said nothing that could be used."""
FAR = datetime(9999, 12, 31, tzinfo=UTC)
"""Until when a provider is paused: until somebody resumes it."""

log = structlog.get_logger("reelbot.breaker")


class Breaker:
    """Closes providers and opens them again.

    Args:
        store: What every process knows.
        clock: Time.
        alerts: Tell the operators.
        speaks: Whether it is this process that tells them, and not another one.
    """

    def __init__(
        self, *, store: Store, clock: Clock, alerts: Alerts, speaks: Callable[[], bool] = lambda: True
    ) -> None:
        self._store = store
        self._speaks = speaks
        self._telling = asyncio.Lock()
        self._clock = clock
        self._alerts = alerts
        self._healths: dict[str, Health] = {}
        self._rests: dict[str, timedelta] = {}
        self._read_at: datetime | None = None
        self._errors: Counter[tuple[str, str]] = Counter()

    def errors(self) -> Mapping[tuple[str, str], int]:
        """Errors that this process met since it began, by provider and kind (`busy`, `key`, …, `unusable`)."""
        return self._errors

    def closed(self) -> frozenset[str]:
        """Providers, and keys of single offers, that cannot be used just now, for whatever reason."""
        now = self._clock.now()
        return frozenset(name for name, health in self._healths.items() if _closed(health, now))

    def barred(self) -> frozenset[str]:
        """Those of them that only the operator can mend."""
        return frozenset(name for name in self.closed() if self._healths[name].why not in {BUSY, PAUSED})

    def paused(self) -> frozenset[str]:
        """Those of them that an operator has paused."""
        return frozenset(name for name in self.closed() if self._healths[name].why == PAUSED)

    def shut(self) -> frozenset[str]:
        """Those of them that nothing new is given to, for they do not open by waiting: barred or paused."""
        return self.barred() | self.paused()

    async def pause(self, provider: str, actor: str, reason: str = "") -> bool:
        """Leave a provider alone until it is resumed; False if it is paused already. Who did it, and why, is kept.

        Raises:
            StoreTrouble: Nothing is changed.
        """
        done = await self._store.pause_provider(provider, FAR, actor=actor, reason=reason)
        health = self._known(provider)
        self._alerts.forget(_cause(health))
        self._healths[provider] = replace(health, closed_until=FAR, why=PAUSED, told="")
        if done:
            log.info("provider paused", provider=provider, actor=actor, old=health.why or "open", new=PAUSED)
        return done

    async def resume(self, provider: str, actor: str, reason: str = "") -> bool:
        """Use a paused provider again; False if it is not paused. Who did it, and why, is kept.

        Raises:
            StoreTrouble: Nothing is changed.
        """
        done = await self._store.resume_provider(provider, actor=actor, reason=reason)
        health = self._known(provider)
        if health.why == PAUSED:
            self._healths[provider] = replace(health, closed_until=None, why="")
        if done:
            log.info("provider resumed", provider=provider, actor=actor, old=PAUSED, new="open")
        return done

    def reopenings(self) -> tuple[datetime, ...]:
        """When the closed ones may be tried again."""
        now = self._clock.now()
        return tuple(health.closed_until for health in self._healths.values() if _closed(health, now))  # type: ignore[misc]

    async def rest(self, provider: str, trouble: str, *, wait: timedelta | None) -> datetime:
        """Leave a provider alone for *wait*, or ever longer if it said nothing or nought; returns until when."""
        self._errors[provider, BUSY] += 1
        now, health = self._clock.now(), self._known(provider)
        if not wait:  # "at once" too: what was busy just now would be busy again
            wait = self._longer(provider, resting=_closed(health, now))
        until = now + min(SLOWEST, wait)
        if health.closed_until is not None and health.why != PAUSED:
            until = max(until, health.closed_until)
        barred = _closed(health, now) and health.why != BUSY
        why = health.why if barred else BUSY
        await self._write(replace(health, closed_until=until, why=why, trouble=trouble[:TROUBLE_SHOWN], trouble_at=now))
        return until

    def _longer(self, provider: str, *, resting: bool) -> timedelta:
        """Twice the last rest; of many refusals of one moment only the first counts."""
        if resting:
            return timedelta()
        self._rests[provider] = min(SLOWEST, self._rests.get(provider, FIRST_REST) * 2)
        return self._rests[provider]

    async def bar(self, provider: str, mistake: Misconfigured) -> None:
        """Leave a provider, or an offer by its key, alone that the operator has to mend."""
        log.error("provider closed", provider=provider, kind=mistake.kind.value, detail=str(mistake))
        self._errors[provider.partition("/")[0], mistake.kind.value] += 1
        now, health = self._clock.now(), self._known(provider)
        trouble = str(mistake)[:TROUBLE_SHOWN]
        closed = replace(health, closed_until=now + BARRED_FOR, why=mistake.kind.value, trouble=trouble, trouble_at=now)
        await self._write(closed)

    async def worked(self, provider: str, offer: str) -> None:
        """A provider took a job of this offer: whatever closed them is over."""
        await self._worked(provider)
        if offer in self._healths:
            await self._worked(offer)

    async def _worked(self, provider: str) -> None:
        self._rests.pop(provider, None)
        now, health = self._clock.now(), self._known(provider)
        opens = health.closed_until is not None and health.why != PAUSED
        if opens or health.told or _older(health.worked_at, now):
            self._alerts.forget(_cause(health))
            await self._write(replace(health, closed_until=None, why="", told="", worked_at=now))

    async def noticed(self, provider: str, trouble: str) -> None:
        """A question got no usable answer: shown to the operator, and no reason to close."""
        self._errors[provider, UNUSABLE] += 1
        now, health = self._clock.now(), self._known(provider)
        if _older(health.trouble_at, now):
            await self._write(replace(health, trouble=trouble[:TROUBLE_SHOWN], trouble_at=now))

    async def look(self) -> float | None:
        """Read what other processes wrote, tell the operators what is new; seconds until this is needed again."""
        await self.read()
        if not self._speaks():
            return None
        async with self._telling:
            for health in self._untold():
                sentence = Sentence(_SENTENCES[MisconfiguredKind(health.why)], _values(health))
                if await self._alerts.tell(_cause(health), sentence):
                    await self._write(replace(self._known(health.provider), told=health.why))
        return TELL_AGAIN if self._untold() else None

    def _untold(self) -> list[Health]:
        return [health for health in self._healths.values() if _to_be_told(health)]

    async def keep_telling(self) -> None:
        """Tell the operators what other processes have met, until cancelled."""
        never = asyncio.Event()
        while True:
            again = await self.look()
            await self._clock.wait(never, again or READ_AGAIN.total_seconds())

    async def keep_reading(self) -> None:
        """Read again and again, until cancelled: for a process in which nobody else does."""
        never = asyncio.Event()
        while True:
            await self.read()
            await self._clock.wait(never, READ_AGAIN.total_seconds())

    async def read(self) -> None:
        """Read what other processes wrote, unless that was done a moment ago."""
        now = self._clock.now()
        if self._read_at is not None and now - self._read_at < READ_AGAIN:
            return
        try:
            self._healths |= await self._store.healths()
        except StoreTrouble as trouble:
            log.warning("health not read", detail=repr(trouble))
        else:
            self._read_at = now

    async def _write(self, health: Health) -> None:
        """Remember it here in any case: a database in trouble must not keep a provider open."""
        known = self._known(health.provider)
        if known.why == PAUSED:
            health = replace(health, closed_until=known.closed_until, why=PAUSED)
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


def barred_by(job: Job, mistake: Misconfigured) -> str:
    """What a mistake closes: the job's one offer where the plan does not have it, else its whole provider."""
    return job.offer if mistake.kind is MisconfiguredKind.PLAN else job.provider


def _to_be_told(health: Health) -> bool:
    return health.why in set(MisconfiguredKind) and health.told != health.why


def _values(health: Health) -> Mapping[str, object]:
    variable = health.provider.partition("/")[0].upper()
    return {"provider": health.provider, "variable": variable, "trouble": health.trouble}


def _cause(health: Health) -> str:
    return f"{health.provider}: {health.why}"


def _closed(health: Health, now: datetime) -> bool:
    return health.closed_until is not None and health.closed_until > now


def _older(moment: datetime | None, now: datetime) -> bool:
    return moment is None or now - moment >= WRITE_AGAIN
