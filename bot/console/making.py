"""`reelbot make`: one video from the command line, through the same core as every chat."""

import asyncio
import getpass
import secrets
from dataclasses import dataclass
from pathlib import Path

from bot.app import open_house
from bot.console.printing import Refusal, sentence
from bot.console.progress import JobBar
from bot.core.model import ButtonAction, Incoming, Place, Reply, State, User, UserId
from bot.core.ports import Receive
from bot.platforms.terminal import NAME, Terminal
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


async def make(settings: Settings, wanted: Wanted) -> Path:
    """Make it and return where it lies.

    Raises:
        Refusal: It was not made; the sentence says why and what it cost.
    """
    for picture in wanted.pictures:
        if not await asyncio.to_thread(picture.is_file):
            raise Refusal(f"There is no picture {picture}.")
    with JobBar() as bar:
        terminal = Terminal(into=wanted.into, draw=lambda note: bar.draw(note.headline, note.percent))
        async with open_house(settings, extra_platforms=[terminal], serve=False) as house:
            reply = await _ask(house.intake.receive, wanted)
            note = await terminal.ending()
    if note.state is not State.DELIVERED:
        raise Refusal(" ".join([note.headline, *note.details[-1:]]))
    if reply.text:
        sentence(reply.text)
    sentence(note.details[-1])
    return wanted.into


async def _ask(receive: Receive, wanted: Wanted) -> Reply:
    person = User(UserId(NAME, await asyncio.to_thread(getpass.getuser)))
    place = Place(NAME, "")
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
    return reply
