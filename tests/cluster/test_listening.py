"""Who listens to a chat: whoever has its seat, and nobody any longer once it is lost."""

import asyncio
from contextlib import asynccontextmanager

import pytest

from bot.core.ports import NotWelcome
from bot.listening import Listening, seat_of
from storage.seats import FileSeats, Seat


class LendSeats:
    """Seats that a test hands out."""

    def __init__(self):
        self.given = asyncio.Queue()

    @asynccontextmanager
    async def hold(self, name):
        yield await self.given.get()


class Chat:
    name = "discord"

    def __init__(self):
        self.heard = 0
        self.hears = asyncio.Event()
        self.unwelcome = False

    async def run(self, receive):
        if self.unwelcome:
            raise NotWelcome("the token was revoked")
        self.heard += 1
        self.hears.set()
        try:
            await asyncio.Event().wait()
        finally:
            self.hears.clear()


@pytest.fixture
async def stage():
    chat, seats = Chat(), LendSeats()
    listening = Listening(platform=chat, seats=seats, seat="discord-1")
    async with asyncio.TaskGroup() as group:
        task = group.create_task(listening.run(None))
        yield chat, seats, listening
        task.cancel()


async def test_nobody_is_heard_before_the_seat_is_ours(stage):
    chat, seats, listening = stage
    await asyncio.sleep(0.05)
    assert (chat.heard, listening.standing_by) == (0, True)

    seats.given.put_nowait(Seat("discord-1"))
    await asyncio.wait_for(chat.hears.wait(), 5)

    assert not listening.standing_by


async def test_a_lost_seat_ends_the_listening_and_a_new_one_begins_it_again(stage):
    chat, seats, listening = stage
    seats.given.put_nowait(seat := Seat("discord-1"))
    await asyncio.wait_for(chat.hears.wait(), 5)

    seat.lost.set()
    await asyncio.sleep(0.05)
    assert not chat.hears.is_set()
    assert listening.standing_by

    seats.given.put_nowait(Seat("discord-1"))
    await asyncio.wait_for(chat.hears.wait(), 5)
    assert chat.heard == 2


async def test_a_chat_that_will_not_have_us_says_so_itself(tmp_path):
    chat = Chat()
    chat.unwelcome = True
    with pytest.raises(NotWelcome, match="revoked"):
        await Listening(platform=chat, seats=FileSeats(tmp_path), seat="discord-1").run(None)


def test_a_seat_tells_bots_apart_and_nothing_of_their_tokens():
    assert seat_of("discord", "token-1") == seat_of("discord", "token-1")
    assert len({seat_of("discord", "token-1"), seat_of("discord", "token-2"), seat_of("telegram", "token-1")}) == 3
    assert "token" not in seat_of("discord", "token-1")
