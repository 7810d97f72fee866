"""Acts outside end in their midst when this process stood still, and otherwise only at their time limit."""

import asyncio
import socket
import time

import pytest

from bot.core.standstill import in_one_go, moment

STILL = 0.1


@pytest.fixture
def soon(monkeypatch):
    """Standing still begins earlier, and is looked for more often."""
    monkeypatch.setattr("bot.core.standstill.PROMPTLY_SECONDS", STILL / 2)
    monkeypatch.setattr("bot.core.standstill.LOOK_SECONDS", STILL / 20)


@pytest.fixture
def line():
    """Two ends of a connection."""
    ends = socket.socketpair()
    for end in ends:
        end.setblocking(False)
    yield ends
    for end in ends:
        end.close()


def stand_still():
    """Stop the event loop with everything in it, as SIGSTOP does."""
    time.sleep(STILL)  # noqa: TID251 that it blocks is the point


async def test_what_came_in_while_it_stood_still_is_not_acted_upon(soon, line):
    ours, theirs = line
    loop, heard = asyncio.get_running_loop(), []
    loop.call_soon(lambda: (theirs.send(b"."), stand_still()))

    with pytest.raises(TimeoutError, match="stood still"):
        async with in_one_go(60):
            heard.append(await loop.sock_recv(ours, 1))
    assert heard == []


async def test_an_act_is_not_begun_when_it_stood_still_before(soon):
    since = moment()
    stand_still()
    with pytest.raises(TimeoutError, match="stood still"):
        async with in_one_go(60, since):
            pytest.fail("it was begun")


async def test_an_act_that_takes_its_time_goes_on(line, monkeypatch):
    monkeypatch.setattr("bot.core.standstill.LOOK_SECONDS", 0.001)
    ours, theirs = line
    loop = asyncio.get_running_loop()
    loop.call_later(STILL, theirs.send, b".")

    async with in_one_go(60):
        assert await loop.sock_recv(ours, 1) == b"."


async def test_its_time_limit_holds():
    with pytest.raises(TimeoutError) as limit:
        async with in_one_go(0.001):
            await asyncio.Event().wait()
    assert "stood still" not in str(limit.value)


async def test_whoever_is_cancelled_by_others_too_is_cancelled(soon):
    loop, task = asyncio.get_running_loop(), asyncio.current_task()
    loop.call_soon(stand_still)
    loop.call_later(STILL / 2, task.cancel)

    with pytest.raises(asyncio.CancelledError):
        async with in_one_go(60):
            await asyncio.Event().wait()
    assert task.uncancel() == 0


async def test_what_is_done_is_left_alone(soon):
    async with in_one_go(60):
        pass
    stand_still()
    await asyncio.sleep(STILL / 10)
