"""A bell ends whatever wait there is; a turn ends only the wait for it."""

import asyncio

import pytest

from bot.clock import SystemClock
from bot.core.bells import Bells

JOB = "k3f9q0x2ab"


@pytest.fixture
def bells():
    bells = Bells(clock=SystemClock())
    bells.hang(JOB)
    return bells


async def ended_by(act, waiting):
    """What the wait brings once *act* is done; it must have begun before."""
    async with asyncio.timeout(5), asyncio.TaskGroup() as group:
        wait = group.create_task(waiting)
        await asyncio.sleep(0)
        assert not wait.done()
        act(JOB)
    return wait.result()


@pytest.mark.parametrize("for_turn", [False, True])
async def test_a_bell_ends_every_wait(bells, for_turn):
    assert await ended_by(bells.ring, bells.wait(JOB, None, for_turn=for_turn))


@pytest.mark.parametrize("for_turn", [False, True])
async def test_a_bell_that_rang_before_ends_the_next_wait_and_no_other(bells, for_turn):
    bells.ring(JOB)
    assert await bells.wait(JOB, None, for_turn=for_turn)
    assert not await bells.wait(JOB, 0, for_turn=for_turn)


async def test_a_turn_ends_the_wait_for_it(bells):
    assert await ended_by(bells.call, bells.wait(JOB, None, for_turn=True))


async def test_a_turn_that_came_before_ends_the_next_wait_for_it_and_no_other(bells):
    bells.call(JOB)
    assert await bells.wait(JOB, None, for_turn=True)
    assert not await bells.wait(JOB, 0, for_turn=True)


async def test_a_turn_that_comes_twice_does_not_end_what_is_waited_for_afterwards(bells):
    assert await ended_by(bells.call, bells.wait(JOB, None, for_turn=True))
    bells.call(JOB)
    assert not await bells.wait(JOB, 0.01)
    assert not await bells.wait(JOB, 0, for_turn=True)


async def test_a_turn_that_comes_while_something_else_is_waited_for_wakes_nobody(bells):
    async with asyncio.TaskGroup() as group:
        wait = group.create_task(bells.wait(JOB, None))
        await asyncio.sleep(0)
        bells.call(JOB)
        await asyncio.sleep(0)
        assert not wait.done()
        bells.ring(JOB)
    assert wait.result()


async def test_nobody_hears_of_what_is_not_carried_here(bells):
    bells.call("another")
    bells.ring("another")
    assert not await bells.wait("another", 0, for_turn=True)
