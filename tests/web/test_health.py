import asyncio

import pytest

from bot.web.health import Check, Health
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
