"""What must hold for every chat: subclass `PlatformContract` and give it a `stage` fixture."""

import asyncio
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Protocol

import pytest

from bot.core.model import (
    Button,
    ButtonAction,
    Clip,
    Delivery,
    FileName,
    Incoming,
    JobId,
    Note,
    Place,
    Reply,
    State,
    UserId,
)
from bot.core.ports import PlaceGone, Platform

JOB = JobId("k3f9q0x2ab")


@dataclass(frozen=True)
class Seen:
    """What a person sees of one job in their chat."""

    headline: str
    clips: int
    buttons: tuple[ButtonAction, ...]


@dataclass
class Core:
    """A core that notes what it hears and answers with one sentence."""

    heard: list[Incoming] = field(default_factory=list)

    async def receive(self, incoming: Incoming) -> Reply:
        self.heard.append(incoming)
        return Reply(f"You said: {incoming.text}")


class Stage(Protocol):
    """One platform with a person before it. The adapter's own tests build it."""

    platform: Platform
    core: Core
    """Already given to `platform.run`."""
    place: Place
    asker: UserId

    async def say(self, text: str, key: str) -> None:
        """The person sends a message that the network knows as *key*; returns once it was answered."""

    async def seen(self, job: JobId) -> list[Seen]:
        """Every message about *job* that the person has before them now."""

    async def settle(self) -> None:
        """Wait until edits that were held back have been made."""

    def clip(self) -> tuple[Clip, Path]:
        """A clip on disk."""

    def place_that_is_gone(self) -> Place: ...


def note(state=State.RENDERING, headline="Being made.", buttons=(ButtonAction.CANCEL,), handle=None) -> Note:
    drawn = tuple(Button(action, action.value.title(), JOB) for action in buttons)
    return Note(JOB, state, "a cat smiling", headline, ("preview · 6 s",), None, drawn, handle)


AFTER = (ButtonAction.AGAIN, ButtonAction.EDIT, ButtonAction.DELETE)


def delivery(stage: Stage, *, repeat=False, handle=None) -> Delivery:
    clip, path = stage.clip()
    delivered = note(State.DELIVERED, "Here is your video.", AFTER, handle)
    return Delivery(delivered, clip, path, None, repeat, stage.asker)


class PlatformContract:
    """Every test is one promise of the port."""

    @pytest.fixture
    async def stage(self) -> Stage:
        raise NotImplementedError

    async def test_a_message_is_handed_to_the_core_with_its_sender_and_place(self, stage):
        await stage.say("a cat smiling", "message-1")
        assert [(i.text, i.user.id, i.place) for i in stage.core.heard] == [("a cat smiling", stage.asker, stage.place)]
        assert stage.core.heard[0].place.platform == stage.platform.name

    async def test_the_same_message_twice_carries_the_same_key(self, stage):
        await stage.say("a cat smiling", "message-1")
        await stage.say("a cat smiling", "message-1")
        assert len({incoming.key for incoming in stage.core.heard}) == 1

    async def test_different_messages_carry_different_keys(self, stage):
        await stage.say("a cat smiling", "message-1")
        await stage.say("a cat smiling", "message-2")
        assert len({incoming.key for incoming in stage.core.heard}) == 2

    async def test_what_is_told_is_seen(self, stage):
        await stage.platform.tell(stage.place, note(State.FAILED, "It failed.", ()))
        await stage.settle()
        assert await stage.seen(JOB) == [Seen("It failed.", 0, ())]

    async def test_a_note_is_one_message_that_changes(self, stage):
        handle = await stage.platform.show(stage.place, note(State.QUEUED, "Number 2."))
        handle = await stage.platform.show(stage.place, note(State.RENDERING, "Being made.", handle=handle)) or handle
        await stage.platform.tell(stage.place, note(State.CANCELLED, "Stopped.", (), handle=handle))
        await stage.settle()
        assert await stage.seen(JOB) == [Seen("Stopped.", 0, ())]

    async def test_a_clip_takes_the_place_of_its_progress(self, stage):
        handle = await stage.platform.show(stage.place, note())
        await stage.platform.deliver(stage.place, delivery(stage, handle=handle))
        await stage.settle()
        assert [(seen.clips, seen.buttons) for seen in await stage.seen(JOB) if seen.clips] == [(1, AFTER)]

    async def test_a_clip_delivered_twice_is_there_once(self, stage):
        handle = await stage.platform.show(stage.place, note())
        again = await stage.platform.deliver(stage.place, delivery(stage, handle=handle)) or handle
        await stage.platform.deliver(stage.place, delivery(stage, repeat=True, handle=again))
        await stage.settle()
        assert sum(seen.clips for seen in await stage.seen(JOB)) == 1

    async def test_late_progress_does_not_take_the_clip_away(self, stage):
        handle = await stage.platform.deliver(stage.place, delivery(stage))
        await stage.platform.show(stage.place, note(State.DELIVERED, "Here is your video.", AFTER, handle))
        await stage.settle()
        assert sum(seen.clips for seen in await stage.seen(JOB)) == 1

    async def test_a_deleted_clip_is_no_longer_there(self, stage):
        handle = await stage.platform.deliver(stage.place, delivery(stage))
        await stage.platform.tell(stage.place, note(State.DELIVERED, "Deleted.", (), handle))
        await stage.settle()
        assert sum(seen.clips for seen in await stage.seen(JOB)) == 0

    async def test_a_place_that_is_gone_is_called_so(self, stage):
        gone = stage.place_that_is_gone()
        with pytest.raises(PlaceGone):
            await stage.platform.tell(gone, note(State.FAILED, "It failed.", ()))
        with pytest.raises(PlaceGone):
            await stage.platform.deliver(gone, delivery(stage))

    async def test_there_is_room_for_a_clip(self, stage):
        assert await stage.platform.most_bytes(stage.place) >= 8_000_000

    async def test_many_notes_at_once_keep_apart(self, stage):
        jobs = [JobId(f"job{number:07}") for number in range(5)]
        async with asyncio.TaskGroup() as group:
            for job in jobs:
                told = replace(note(State.FAILED, f"{job} failed.", ()), job=job)
                group.create_task(stage.platform.tell(stage.place, told))
        await stage.settle()
        for job in jobs:
            assert [seen.headline for seen in await stage.seen(job)] == [f"{job} failed."]


def small_clip(folder: Path, name: str = "clip.mp4") -> tuple[Clip, Path]:
    """A file that a fake network takes for a clip."""
    path = folder / name
    path.write_bytes(b"\0\0\0\x18ftypmp42" + bytes(1000))
    return Clip(FileName(name), 320, 180, 1.0, path.stat().st_size), path
