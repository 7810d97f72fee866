"""Figures for Prometheus: jobs by state, and what the process uses."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping

from aiohttp import web
from prometheus_client import CollectorRegistry, Gauge, ProcessCollector, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4

from bot.core.model import State


class Metrics:
    """Answers `/metrics`; counts nothing itself, and asks only when somebody looks.

    Args:
        registry: Where other parts register figures of their own.
        jobs_by_state: How many jobs are in each state now.
    """

    def __init__(
        self, *, registry: CollectorRegistry, jobs_by_state: Callable[[], Awaitable[Mapping[State, int]]]
    ) -> None:
        self._registry = registry
        self._jobs_by_state = jobs_by_state
        self._jobs = Gauge("reelbot_jobs", "Jobs by state.", ["state"], registry=registry)
        ProcessCollector(registry=registry)

    def routes(self) -> list[web.RouteDef]:
        return [web.get("/metrics", self._answer)]

    async def _answer(self, _request: web.Request) -> web.Response:
        async with asyncio.timeout(5):
            counted = await self._jobs_by_state()
        for state in State:
            self._jobs.labels(state=state.value).set(counted.get(state, 0))
        # The process figures are read from /proc, which is file work.
        page = await asyncio.to_thread(generate_latest, self._registry)
        return web.Response(body=page, headers={"Content-Type": CONTENT_TYPE_PLAIN_0_0_4, "Cache-Control": "no-store"})
