"""`reelbot make`: one video from the command line, through the same core as every chat."""

import asyncio
import getpass
import secrets
from dataclasses import dataclass
from pathlib import Path

from bot.app import open_house
from bot.console.printing import Refusal, complaint, print_json, sentence
from bot.console.progress import JobBar
from bot.core.model import ButtonAction, Incoming, JobId, Note, State, User, UserId
from bot.core.ports import Receive
from bot.parts import Part
from bot.platforms.terminal import NAME, Terminal, place_of
from bot.settings import Settings


@dataclass(frozen=True, slots=True)
class Wanted:
    """One video as the command line asks for it."""

    prompt: str
    pictures: tuple[Path, ...]
    into: Path
    model: str | None = None
    seconds: int | None = None
    resolution: str | None = None
    yes: bool = False
    """Agree to a price above `CONFIRM_ABOVE` without being asked."""

    @property
    def text(self) -> str:
        """The command a person would type."""
        options = (("model", self.model), ("seconds", self.seconds), ("resolution", self.resolution))
        return " ".join(["/video", self.prompt, *(f"{name}={value}" for name, value in options if value)])


async def make(settings: Settings, wanted: Wanted, *, as_json: bool) -> None:
    """Make it, and say where it lies and what it cost.

    Raises:
        Refusal: It was not made; the sentence says why and what it cost.
    """
    for picture in wanted.pictures:
        if not await asyncio.to_thread(picture.is_file):
            raise Refusal(f"There is no picture {picture}.")
    terminal = Terminal()
    with JobBar() as bar:
        async with open_house(settings, parts=frozenset({Part.WORKER}), extra_platforms=[terminal]) as house:
            opened = await _ask(house.intake.receive, wanted)
            note = await _follow(terminal, opened, bar)
    if note.state is not State.DELIVERED:
        raise Refusal(" ".join([note.headline, *note.details[-1:]]))
    if as_json:
        print_json({"job": note.job, "file": wanted.into, "receipt": note.details[-1], "remark": opened.remark})
        return
    for line in (opened.remark, note.details[-1], str(wanted.into)):
        if line:
            sentence(line)


@dataclass(frozen=True, slots=True)
class _Opened:
    """A job that the core accepted."""

    job: JobId
    into: str
    """Where its clip goes, by an absolute path."""
    remark: str
    """What was done to a picture; mostly empty."""


async def _follow(terminal: Terminal, opened: _Opened, bar: JobBar) -> Note:
    try:
        return await terminal.follow(opened.job, lambda note: bar.draw(note.headline, note.percent))
    except asyncio.CancelledError:
        complaint(f"Video {opened.job} is not lost: the next `reelbot run` brings it to {opened.into}.")
        raise


async def _ask(receive: Receive, wanted: Wanted) -> _Opened:
    person = User(UserId(NAME, await asyncio.to_thread(getpass.getuser)))
    place = await asyncio.to_thread(place_of, wanted.into)
    key = f"terminal:{secrets.token_hex(8)}"
    reply = await receive(Incoming(key, person, place, wanted.text, pictures=wanted.pictures))
    if not reply.accepted or reply.job is None:
        raise Refusal(reply.text)
    if reply.note is not None and reply.note.state is State.ASKING:
        action = ButtonAction.YES if wanted.yes else ButtonAction.NO
        answer = await receive(Incoming(f"{key}:answer", person, place, f"/{action} {reply.job}"))
        if not wanted.yes:
            raise Refusal(f"{reply.note.headline} Say so with --yes.")
        if not answer.accepted:
            raise Refusal(answer.text)
    return _Opened(reply.job, place.address, reply.text)
