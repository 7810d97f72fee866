"""One process at a time has a seat; a standby gets it within seconds, and whoever lost it knows."""

import asyncio
import signal
import subprocess
import sys
import time

import pytest
from sqlalchemy import make_url

from storage import postgres_seats, seats
from storage.postgres_seats import PostgresSeats
from storage.seats import FileSeats, seats_at
from tests.fakes.cutting import Cutter

HOLD = """
import asyncio, pathlib, sys
from storage.seats import seats_at

async def main():
    async with seats_at(sys.argv[1], pathlib.Path(sys.argv[2])).hold("discord:1") as seat:
        print("held", flush=True)
        await seat.lost.wait()
        print("lost", flush=True)

asyncio.run(main())
"""


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    for module in (seats, postgres_seats):
        monkeypatch.setattr(module, "TRY_AGAIN_SECONDS", 0.02)
    monkeypatch.setattr(postgres_seats, "PING_SECONDS", 0.1)


@pytest.fixture(params=["sqlite", "postgres"])
def address(request, tmp_path):
    return request.getfixturevalue("postgres_url") if request.param == "postgres" else f"sqlite:///{tmp_path}/x.db"


@pytest.fixture
def room(address, tmp_path):
    return seats_at(address, tmp_path)


@pytest.fixture
def other(address, tmp_path):
    process = subprocess.Popen([sys.executable, "-c", HOLD, address, tmp_path], stdout=subprocess.PIPE, text=True)
    assert process.stdout.readline() == "held\n"
    yield process
    process.kill()
    process.communicate()


async def held(room, name, seconds=10):
    """Hold a seat for a moment, once it is free."""
    async with asyncio.timeout(seconds), room.hold(name) as seat:
        return seat


async def test_a_free_seat_is_had_at_once(room):
    async with asyncio.timeout(5), room.hold("discord:1") as seat:
        assert not seat.lost.is_set()


async def test_a_taken_seat_is_waited_for_and_others_are_free(room):
    order = []

    async def standby():
        async with room.hold("discord:1"):
            order.append("standby")

    async with asyncio.TaskGroup() as group:
        async with room.hold("discord:1"):
            waiting = group.create_task(standby())
            await held(room, "telegram:1")
            await asyncio.sleep(0.1)
            order.append("first")
        await waiting

    assert order == ["first", "standby"]


async def test_a_killed_holder_makes_room(room, other):
    with pytest.raises(TimeoutError):
        await held(room, "discord:1", seconds=0.3)

    other.kill()
    await held(room, "discord:1")


async def test_what_the_block_raises_comes_out_as_it_is_and_the_seat_is_free_again(room):
    with pytest.raises(LookupError):
        async with room.hold("a"):
            raise LookupError

    await held(room, "a")


async def test_a_standby_that_gives_up_leaves_nothing_behind(room):
    async with room.hold("a"):
        with pytest.raises(TimeoutError):
            await held(room, "a", seconds=0.1)
    await held(room, "a")


async def test_a_seat_whose_connection_is_cut_is_lost_and_another_has_it(postgres_url):
    async with Cutter(postgres_url) as cutter:
        async with PostgresSeats(make_url(cutter.address)).hold("a") as seat:
            cutter.cut()
            await asyncio.wait_for(seat.lost.wait(), 5)
        await held(PostgresSeats(make_url(postgres_url)), "a")


async def test_a_seat_is_lost_when_nothing_comes_through_any_more(postgres_url):
    async with Cutter(postgres_url) as cutter, PostgresSeats(make_url(cutter.address)).hold("a") as seat:
        cutter.swallow()
        await asyncio.wait_for(seat.lost.wait(), 5)


async def test_a_server_that_ends_the_session_takes_the_seat(postgres, postgres_url):
    async with PostgresSeats(make_url(postgres_url)).hold("a") as seat:
        await asyncio.to_thread(postgres.run, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                                "WHERE application_name = 'reelbot seat a'")  # fmt: skip
        await asyncio.wait_for(seat.lost.wait(), 5)


async def test_a_holder_that_was_paused_when_the_server_ended_its_session_loses_the_seat_and_nothing_else(
    postgres, postgres_url
):
    async with PostgresSeats(make_url(postgres_url)).hold("a") as seat:
        await asyncio.sleep(postgres_seats.PING_SECONDS / 2)
        postgres.run("SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity "
                     "WHERE application_name = 'reelbot seat a'")  # fmt: skip
        # The whole process stands still, and goes on with the next sign of life, the bad news still unread.
        time.sleep(2 * postgres_seats.PING_SECONDS)  # noqa: ASYNC251, TID251 - as a paused process does
        await asyncio.wait_for(seat.lost.wait(), 5)


async def test_while_there_is_no_database_the_seat_is_not_free(postgres_url):
    async with Cutter(postgres_url) as cutter:
        cutter.refuse()
        with pytest.raises(TimeoutError):
            await held(PostgresSeats(make_url(cutter.address)), "a", seconds=0.2)
        cutter.let_through()
        await held(PostgresSeats(make_url(cutter.address)), "a")


@pytest.mark.parametrize("address", ["postgres"], indirect=True)
async def test_a_paused_holder_loses_its_seat_and_hears_of_it_when_it_goes_on(room, other):
    other.send_signal(signal.SIGSTOP)
    began = time.monotonic()
    await held(room, "discord:1", seconds=30)
    waited = time.monotonic() - began
    other.send_signal(signal.SIGCONT)

    assert "lost\n" in await asyncio.to_thread(list, other.stdout)
    assert waited < 15


async def test_a_file_seat_is_named_after_what_it_is_for(tmp_path):
    async with FileSeats(tmp_path).hold("discord:1/../2"):
        assert [path.name for path in tmp_path.iterdir()] == ["listener-discord-1----2.lock"]
