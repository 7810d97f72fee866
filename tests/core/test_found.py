"""Faults of the small parts that were found by thinking about the worst moment."""

import pytest
import sqlalchemy

from bot.core.bells import Bells
from bot.core.ports import StoreTrouble
from storage.database import open_database
from storage.on_sqlite import PASSING, trouble_named
from tests.fakes.clock import FakeClock


async def test_a_bell_that_rings_in_the_moment_its_wait_runs_out_is_heard():
    class RungAtTheEnd(FakeClock):
        async def wait(self, event, seconds):
            event.set()
            return False

    assert await Bells(clock=RungAtTheEnd()).wait("k3f9q0x2ab", 5)


async def test_a_disk_that_turned_read_only_is_waited_for(tmp_path):
    async with open_database(f"sqlite:///{tmp_path}/reelbot.db") as database:
        await database.tx(lambda c: c.exec_driver_sql("PRAGMA query_only=ON") and None)
        with pytest.raises(StoreTrouble):
            await database.tx(lambda c: c.exec_driver_sql("DELETE FROM counters") and None)


def test_a_database_whose_readers_all_wait_is_waited_for():
    with pytest.raises(StoreTrouble), trouble_named(PASSING):
        raise sqlalchemy.exc.TimeoutError("QueuePool limit of size 2 overflow 2 reached")
