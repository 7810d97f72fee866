"""Figures for Prometheus: jobs, credits, paid calls and providers as the books have them, and what the process uses."""

import asyncio
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from aiohttp import web
from prometheus_client import CollectorRegistry, ProcessCollector, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from prometheus_client.registry import Collector

from bot.core.model import Health, State
from bot.core.nightly import Verified, last_verified
from bot.core.ports import Clock
from bot.core.statistics import Figures
from bot.core.store import Memory

LOOK_WITHIN = 5.0
"""Seconds that the books may take."""
_OUTCOMES = {
    None: "awaited",
    State.QUEUED: "refused",
    State.FAILED: "refused",
    State.UNSURE: "lost",
}
"""What a paid call came to, by the state that its answer led to; every other state means that it was accepted."""
_MOVED = {"grant": "granted", "take": "taken", "hold": "held", "spend": "spent", "release": "released"}


class Counting(Memory, Protocol):
    """What is asked of the books."""

    async def figures(self) -> Figures: ...

    async def healths(self) -> Mapping[str, Health]: ...


@dataclass(frozen=True, slots=True)
class _Look:
    figures: Figures
    healths: Mapping[str, Health]
    verified: Verified | None
    errors: Mapping[tuple[str, str], int]
    at: datetime


class Metrics:
    """Answers `/metrics`; counts nothing itself, and asks only when somebody looks.

    Args:
        registry: Where other parts register figures of their own.
        books: Tells what is counted.
        errors: Tells how often providers made trouble, by provider and kind.
        clock: Tells how old things are.
    """

    def __init__(
        self,
        *,
        registry: CollectorRegistry,
        books: Counting,
        errors: Callable[[], Mapping[tuple[str, str], int]],
        clock: Clock,
    ) -> None:
        self._registry = registry
        self._books = books
        self._errors = errors
        self._clock = clock
        ProcessCollector(registry=registry)

    def routes(self) -> list[web.RouteDef]:
        return [web.get("/metrics", self._answer)]

    async def _answer(self, _request: web.Request) -> web.Response:
        async with asyncio.timeout(LOOK_WITHIN):
            look = await self._look()
        # The process figures are read from /proc, which is file work.
        page = await asyncio.to_thread(self._page, look)
        return web.Response(body=page, headers={"Content-Type": CONTENT_TYPE_PLAIN_0_0_4, "Cache-Control": "no-store"})

    async def _look(self) -> _Look:
        return _Look(
            figures=await self._books.figures(),
            healths=await self._books.healths(),
            verified=await last_verified(self._books),
            errors=dict(self._errors()),
            at=self._clock.now(),
        )

    def _page(self, look: _Look) -> bytes:
        registry = CollectorRegistry()
        registry.register(_Told(_families(look)))
        return generate_latest(registry) + generate_latest(self._registry)


class _Told(Collector):
    """Hands on what was made beforehand."""

    def __init__(self, families: Iterable[Metric]) -> None:
        self._families = tuple(families)

    def collect(self) -> Iterator[Metric]:
        yield from self._families


def _families(look: _Look) -> Iterator[Metric]:
    yield from _jobs(look)
    yield from _money(look.figures)
    yield from _books(look.verified)
    yield from _providers(look)


def _jobs(look: _Look) -> Iterator[Metric]:
    figures = look.figures
    by_state = {(state.value,): float(figures.jobs.get(state, 0)) for state in State}
    yield _gauge("reelbot_jobs", "Jobs by state.", ["state"], by_state.items())
    waited = (look.at - figures.oldest_queued).total_seconds() if figures.oldest_queued else 0.0
    yield _gauge("reelbot_oldest_queued_seconds", "How long the first in the queue has waited.", [], [((), waited)])
    ends = {(end.state.value, end.reason.value if end.reason else ""): float(end.count) for end in figures.ends}
    yield _gauge("reelbot_ended_jobs", "Jobs that have ended, by state and reason.", ["state", "reason"], ends.items())
    posted = {State.DELIVERED: 0, State.UNDELIVERED: 0}
    for end in figures.ends:
        if end.state in posted:
            posted[end.state] += end.count
    outcomes = {(state.value,): float(count) for state, count in posted.items()}
    yield _gauge("reelbot_deliveries", "What came of clips that were to be posted.", ["outcome"], outcomes.items())


def _money(figures: Figures) -> Iterator[Metric]:
    moved = CounterMetricFamily("reelbot_credits", "Credits moved since the beginning.", labels=["movement"])
    for kind, movement in _MOVED.items():
        moved.add_metric([movement], figures.moved.get(kind, 0))
    yield moved
    there = {("balance",): float(figures.balance), ("held",): float(figures.held)}
    yield _gauge("reelbot_wallet_credits", "Credits in all wallets.", ["part"], there.items())


def _books(verified: Verified | None) -> Iterator[Metric]:
    """Nothing is told before the first check: a nought would say that the books balance."""
    known = [((), float(verified.drifts))] if verified else []
    yield _gauge("reelbot_books_drifts", "Places where the last check found that the books do not balance.", [], known)
    when = [((), verified.at.timestamp())] if verified else []
    yield _gauge("reelbot_books_verified_seconds", "When the books were checked last, since 1970.", [], when)


def _providers(look: _Look) -> Iterator[Metric]:
    # No counters: a call that was lost and is found again moves from one outcome to another.
    calls: dict[tuple[str, ...], float] = {}
    for one in look.figures.calls:
        labels = one.provider, _OUTCOMES.get(one.outcome, "accepted")
        calls[labels] = calls.get(labels, 0.0) + one.count
    yield _gauge("reelbot_provider_calls", "Paid calls by what they came to.", ["provider", "outcome"], calls.items())
    met = CounterMetricFamily(
        "reelbot_provider_errors", "Answers of providers that were errors or none.", labels=["provider", "kind"]
    )
    for marks, count in sorted(look.errors.items()):
        met.add_metric(list(marks), count)
    yield met
    healths = look.healths.values()
    is_open = {(one.provider,): float(one.closed_until is None or one.closed_until <= look.at) for one in healths}
    yield _gauge("reelbot_provider_open", "1 if it is given new videos, else 0.", ["provider"], is_open.items())
    worked = {(one.provider,): one.worked_at.timestamp() for one in healths if one.worked_at}
    yield _gauge(
        "reelbot_provider_worked_seconds", "When it accepted a call last, since 1970.", ["provider"], worked.items()
    )
    trouble = {(one.provider,): one.trouble_at.timestamp() for one in healths if one.trouble_at}
    yield _gauge(
        "reelbot_provider_trouble_seconds", "When it made trouble last, since 1970.", ["provider"], trouble.items()
    )


def _gauge(name: str, told: str, labels: list[str], values: Iterable[tuple[tuple[str, ...], float]]) -> Metric:
    family = GaugeMetricFamily(name, told, labels=labels)
    for marks, value in values:
        family.add_metric(list(marks), value)
    return family
