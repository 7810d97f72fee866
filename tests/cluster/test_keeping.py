"""What is done once for all workers: by whoever has the seat, begun anew by whoever has it next."""

import asyncio
from contextlib import asynccontextmanager

import pytest

from bot.keeping import SEAT, Keeping
from storage.seats import FileSeats, Seat


class LendSeats:
    """Seats that a test hands out."""

    def __init__(self):
        self.given = asyncio.Queue()

    @asynccontextmanager
    async def hold(self, name):
        assert name == SEAT
        yield await self.given.get()


class Rounds:
    """Duties that count how often they were begun, and whether they run."""

    def __init__(self):
        self.begun = 0
        self.running = asyncio.Event()

    def __call__(self):
        async def duty():
            self.begun += 1
            self.running.set()
            try:
                await asyncio.Event().wait()
            finally:
                self.running.clear()

        return {"round": duty}


@asynccontextmanager
async def kept(keeping, duties):
    async with asyncio.TaskGroup() as group:
        task = group.create_task(keeping.run(duties))
        yield
        task.cancel()


async def test_duties_are_done_while_the_seat_is_ours_and_by_nobody_else():
    seats, rounds = LendSeats(), Rounds()
    keeping = Keeping(seats=seats)
    async with kept(keeping, rounds):
        await asyncio.sleep(0.05)
        assert (rounds.begun, keeping.ours()) == (0, False)

        seats.given.put_nowait(seat := Seat(SEAT))
        await asyncio.wait_for(rounds.running.wait(), 5)
        assert keeping.ours()

        seat.lost.set()
        await asyncio.sleep(0.05)
        assert not rounds.running.is_set()
        assert not keeping.ours()

        seats.given.put_nowait(Seat(SEAT))
        await asyncio.wait_for(rounds.running.wait(), 5)
        assert rounds.begun == 2


async def test_of_two_processes_one_keeps_house_until_it_ends(tmp_path, monkeypatch):
    monkeypatch.setattr("storage.seats.TRY_AGAIN_SECONDS", 0.01)
    one, other = Rounds(), Rounds()
    async with kept(Keeping(seats=FileSeats(tmp_path)), one):
        await asyncio.wait_for(one.running.wait(), 5)
        async with kept(Keeping(seats=FileSeats(tmp_path)), other):
            await asyncio.sleep(0.1)
            assert not other.begun
    async with kept(Keeping(seats=FileSeats(tmp_path)), other):
        await asyncio.wait_for(other.running.wait(), 5)
    assert (one.begun, other.begun) == (1, 1)


async def test_a_duty_that_fails_ends_the_house_with_its_own_error():
    async def fails():
        raise OSError("the disk is gone")

    seats = LendSeats()
    seats.given.put_nowait(Seat(SEAT))
    with pytest.raises(OSError, match="the disk is gone"):
        await Keeping(seats=seats).run(lambda: {"failing": fails})
