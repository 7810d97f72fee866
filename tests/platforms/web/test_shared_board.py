"""Conversations that other processes write, too: what they write, change and delete appears on the open pages here."""

import asyncio
import json

import pytest

from bot.core.model import JobId, Note, Reply, State, UserId
from bot.platforms.web.board import Board
from bot.platforms.web.entries import Said
from bot.platforms.web.looking import QUIET_ROUNDS
from bot.platforms.web.streams import Streams
from tests.fakes.clock import FakeClock
from tests.fakes.messages import FakeMessages

ANN, BEN = UserId("web", "ann"), UserId("web", "ben")
JOB = JobId("k3f9q0x2ab")


def note(state=State.RENDERING, headline="Being made", percent=None):
    return Note(job=JOB, state=state, prompt="a cat", headline=headline, details=(), percent=percent, buttons=())


class CountedMessages(FakeMessages):
    def __init__(self):
        super().__init__(FakeClock())
        self.read = []

    async def recent(self, user, most):
        self.read.append(user)
        return await super().recent(user, most)


class Stage:
    """A process with an open page, and another process that writes."""

    def __init__(self):
        self.messages, self.streams = CountedMessages(), Streams(boot="here")
        self.board = Board(messages=self.messages, streams=self.streams, clip_link=str, shared=True)
        self.elsewhere = Board(messages=self.messages, streams=Streams(), clip_link=str, shared=True)

    async def seen(self, stream):
        await self.board.catch_up()
        return [(event.name, json.loads(event.body)) for event in stream.take()]


@pytest.fixture
async def stage():
    stage = Stage()
    await stage.board.history(ANN)
    with stage.streams.open("ann", None) as stage.page:
        yield stage


async def test_what_another_process_adds_and_changes_is_shown_at_the_next_look(stage):
    await stage.elsewhere.draw(ANN, note(percent=10))
    ((name, entry),) = await stage.seen(stage.page)
    assert (name, entry["headline"]) == ("entry", "Being made")

    await stage.elsewhere.draw(ANN, note(State.DELIVERED, "Here it is"))
    ((name, entry),) = await stage.seen(stage.page)
    assert (name, entry["headline"]) == ("entry", "Here it is")
    assert await stage.seen(stage.page) == []


async def test_a_process_that_was_stopped_writes_no_progress_over_a_clip_that_another_one_has_shown(stage):
    await stage.board.draw(ANN, note(State.FETCHING, "Finished, bringing it here"))
    await stage.elsewhere.draw(ANN, note(State.DELIVERED, "Here it is"), must_last=True)
    stage.messages.states[JOB] = State.DELIVERED
    await stage.seen(stage.page)

    for must_last in (False, True):
        await stage.board.draw(ANN, note(State.DELIVERING, "Finished, bringing it here"), must_last=must_last)
    assert await stage.seen(stage.page) == []
    assert [entry["headline"] for entry in await stage.board.history(ANN)] == ["Here it is"]


async def test_a_conversation_that_was_erased_elsewhere_is_loaded_anew(stage):
    await stage.elsewhere.add_said(ANN, Said(key="message-1", text="a secret", pictures=()))
    await stage.seen(stage.page)
    stage.messages.erase(ANN)
    assert await stage.seen(stage.page) == [("refresh", {})]
    assert await stage.seen(stage.page) == []


async def test_a_clip_that_was_deleted_elsewhere_disappears_within_seconds(stage):
    await stage.elsewhere.draw(ANN, note(State.DELIVERED, "Here it is"))
    await stage.seen(stage.page)
    await stage.elsewhere.draw(ANN, note(State.DELIVERED, "You deleted it"), must_last=True)
    told = [event for _ in range(QUIET_ROUNDS) for event in await stage.seen(stage.page)]
    assert [entry["headline"] for _, entry in told] == ["You deleted it"]


async def test_entries_pushed_out_by_newer_ones_are_not_missed(stage):
    for number in range(70):
        await stage.elsewhere.add_reply(ANN, f"message-{number}", Reply(text=f"answer {number}"))
        told = await stage.seen(stage.page)
        assert [name for name, _ in told] == ["entry"]


async def test_quiet_pages_are_hardly_read_and_one_in_motion_every_time(stage):
    people = [UserId("web", f"person-{number}") for number in range(100)]
    for person in people:
        await stage.elsewhere.add_reply(person, "message-1", Reply(text="hello"))
        await stage.board.history(person)
        stage.streams.open(person.id, None).__enter__()
    await stage.elsewhere.draw(BEN, note())
    await stage.board.history(BEN)
    with stage.streams.open("ben", None):
        stage.messages.read.clear()
        for _ in range(QUIET_ROUNDS):
            await stage.board.catch_up()
    assert len(stage.messages.read) <= 100 + 1 + QUIET_ROUNDS
    assert stage.messages.read.count(BEN) == QUIET_ROUNDS


async def test_nobody_is_asked_about_while_no_page_is_open():
    stage = Stage()
    await stage.board.history(ANN)
    stage.messages.read.clear()
    await asyncio.wait_for(stage.board.catch_up(), 1)
    assert stage.messages.read == []


async def test_a_second_page_that_reads_first_keeps_nothing_from_the_first_one(stage):
    await stage.elsewhere.draw(ANN, note(State.DELIVERED, "Here it is"))
    await stage.board.history(ANN)

    ((name, entry),) = await stage.seen(stage.page)
    assert (name, entry["headline"]) == ("entry", "Here it is")
