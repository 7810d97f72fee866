"""Faults of the small parts that were found by thinking about the worst moment."""

import asyncio

import pytest
import sqlalchemy

from bot.core.bells import Bells
from bot.core.store import StoreTrouble
from storage.database import open_database
from storage.on_sqlite import PASSING, trouble_named
from tests.fakes.clock import FakeClock

JOB = "k3f9q0x2ab"


async def test_a_bell_that_rings_in_the_moment_its_wait_runs_out_is_heard():
    clock = FakeClock()
    bells = Bells(clock=clock)
    async with asyncio.TaskGroup() as group:
        waiting = group.create_task(bells.wait(JOB, 5))
        await asyncio.sleep(0.01)
        clock.advance(seconds=6)
        bells.ring(JOB)

    assert waiting.result()


async def test_a_bell_rings_for_whoever_waits_and_not_for_whoever_has_gone():
    clock = FakeClock()
    bells = Bells(clock=clock)
    bells.hang(JOB)
    async with asyncio.TaskGroup() as group:
        first = group.create_task(bells.wait(JOB, 5))
        await asyncio.sleep(0.01)
        clock.advance(seconds=6)
        assert await first is False
        bells.ring(JOB)
        bells.ring(JOB)
        assert await bells.wait(JOB, 5)
        second = group.create_task(bells.wait(JOB, None))
        await asyncio.sleep(0.01)
        bells.ring(JOB)
        assert await second


async def test_a_disk_that_turned_read_only_is_waited_for(tmp_path):
    async with open_database(f"sqlite:///{tmp_path}/reelbot.db") as database:
        await database.tx(lambda c: c.exec_driver_sql("PRAGMA query_only=ON") and None)
        with pytest.raises(StoreTrouble):
            await database.tx(lambda c: c.exec_driver_sql("DELETE FROM counters") and None)


def test_a_database_whose_readers_all_wait_is_waited_for():
    with pytest.raises(StoreTrouble), trouble_named(PASSING):
        raise sqlalchemy.exc.TimeoutError("QueuePool limit of size 2 overflow 2 reached")
