import asyncio

import pytest
from prometheus_client import CollectorRegistry

from bot.core.model import State
from bot.web.health import Check, Health
from bot.web.metrics import Metrics
from bot.web.server import WebServer


async def _well():
    return None


async def _badly():
    return "The disk is full."


async def _never():
    await asyncio.Event().wait()


async def _refused():
    raise ConnectionRefusedError("db:5432")


async def _ask(client, path, checks):
    server = WebServer(host="127.0.0.1", port=0, public_url=None, routes=Health(checks=checks).routes())
    async with server, client.get(server.address + path) as answer:
        return answer.status, await answer.json()


async def test_a_turning_loop_is_alive_even_if_nothing_else_works(client):
    assert await _ask(client, "/healthz", [Check("storage", _badly)]) == (200, {"alive": True})


async def test_ready_when_every_check_passes(client):
    assert await _ask(client, "/readyz", [Check("storage", _well)]) == (
        200,
        {"ready": True, "checks": {"storage": "ok"}},
    )


@pytest.mark.parametrize(
    ("problem", "told"),
    [
        (_badly, "The disk is full."),
        (_never, "No answer within 0.01 seconds."),
        (_refused, "It failed: ConnectionRefusedError."),
    ],
)
async def test_not_ready_when_one_check_fails(client, problem, told):
    checks = [Check("storage", _well), Check("provider", problem, seconds=0.01)]
    expected = {"ready": False, "checks": {"storage": "ok", "provider": told}}
    assert await _ask(client, "/readyz", checks) == (503, expected)


async def test_metrics_count_jobs_by_state(client):
    counts = {State.QUEUED: 3}

    async def jobs_by_state():
        return counts

    metrics = Metrics(registry=CollectorRegistry(), jobs_by_state=jobs_by_state)
    async with WebServer(host="127.0.0.1", port=0, public_url=None, routes=metrics.routes()) as server:
        async with client.get(f"{server.address}/metrics") as answer:
            assert answer.content_type == "text/plain"
            page = await answer.text()
        assert 'reelbot_jobs{state="queued"} 3.0' in page
        assert 'reelbot_jobs{state="failed"} 0.0' in page
        assert "process_resident_memory_bytes" in page
        counts.clear()
        async with client.get(f"{server.address}/metrics") as answer:
            assert 'reelbot_jobs{state="queued"} 0.0' in await answer.text()
