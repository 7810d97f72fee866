"""The terminal as a chat: places are files, and whoever typed the command hears how it ends."""

import asyncio
from pathlib import Path

import pytest

from bot.core.model import Clip, Delivery, FileName, Incoming, JobId, Note, Place, State, User, UserId
from bot.core.ports import PlaceGone
from bot.platforms.terminal import Terminal, place_of

ANA = UserId("terminal", "ana")
JOB = JobId("k3f9q0x2ab")
OUT = Place("terminal", "/somewhere/out.mp4")


def note(state: State, headline="…") -> Note:
    return Note(JOB, state, "a cat", headline)


def delivery(path: Path) -> Delivery:
    clip = Clip(FileName("clip.mp4"), 320, 180, 1.0, 4)
    return Delivery(note(State.DELIVERED), clip, path, None, repeat=False, asker=ANA)


@pytest.fixture
def source(tmp_path):
    path = tmp_path / "clip.mp4"
    path.write_bytes(b"clip")
    return path


async def test_a_clip_goes_into_its_file_and_may_come_twice(tmp_path, source):
    terminal = Terminal()
    place = Place("terminal", str(tmp_path / "new" / "out.mp4"))
    for _ in range(2):
        await terminal.deliver(place, delivery(source))

    assert (tmp_path / "new" / "out.mp4").read_bytes() == b"clip"
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["out.mp4"]


async def test_a_place_without_a_file_is_gone(source):
    with pytest.raises(PlaceGone):
        await Terminal().deliver(Place("terminal", ""), delivery(source))


def test_a_place_means_the_same_from_every_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    assert place_of(Path("out.mp4")).address == str(tmp_path / "out.mp4")


@pytest.mark.parametrize("last", [State.FAILED, State.CANCELLED, State.UNDELIVERED, State.UNSURE])
async def test_whoever_follows_a_job_sees_every_note_to_the_last(last):
    terminal, seen = Terminal(), []
    async with asyncio.timeout(5), asyncio.TaskGroup() as group:
        following = group.create_task(terminal.follow(JOB, seen.append))
        await asyncio.sleep(0)
        await terminal.show(OUT, note(State.RENDERING))
        await terminal.tell(OUT, note(State.OVERDUE))
        assert not following.done()
        await terminal.tell(OUT, note(last, "The end."))

    assert [one.state for one in seen] == [State.RENDERING, State.OVERDUE, last]
    assert following.result().headline == "The end."


async def test_an_end_that_came_before_anybody_looked_is_not_missed():
    terminal = Terminal()
    await terminal.tell(OUT, note(State.FAILED, "first"))
    await terminal.tell(OUT, note(State.FAILED, "second"))

    assert (await terminal.follow(JOB, lambda _: None)).headline == "first"


async def test_it_listens_to_nobody_and_takes_files_of_any_size():
    terminal = Terminal()
    await terminal.acknowledge(Incoming("key", User(ANA), OUT, "a cat"))
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.01):
            await terminal.run(None)

    assert terminal.name == OUT.platform == "terminal"
    assert await terminal.most_bytes(OUT) > 10**12
