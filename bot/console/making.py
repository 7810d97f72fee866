"""`reelbot make`: one video from the command line, through the same core as every chat."""

import asyncio
import getpass
import secrets
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import make_url

from bot.app import House, open_house
from bot.console.printing import Refusal, complaint, print_json, sentence
from bot.console.progress import JobBar
from bot.core.model import ButtonAction, Incoming, JobId, Note, State, User, UserId
from bot.core.notes import draw
from bot.core.ports import Receive
from bot.core.store import StoreTrouble
from bot.parts import Part
from bot.platforms.terminal import NAME, Terminal, place_of
from bot.settings import Settings

LOOK_EVERY = 1.0
"""Seconds between two looks at a job that another process may carry."""


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
        async with open_house(settings, parts=await _parts(settings), extra_platforms=[terminal]) as house:
            opened = await _ask(house.intake.receive, wanted, many_hosts=settings.clustered)
            note = await _follow(house, terminal, opened, bar)
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
    into: Path
    """Where its clip goes, by an absolute path."""
    remark: str
    """What was done to a picture; mostly empty."""


async def _parts(settings: Settings) -> frozenset[Part]:
    """Carry the job here, unless others do: a host that comes for a minute would take everybody's jobs, too."""
    if settings.clustered:
        from bot.cluster import workers  # noqa: PLC0415 - its libraries come with an extra

        if await workers(make_url(settings.database_url.get_secret_value())):
            return frozenset()
    return frozenset({Part.WORKER})


async def _follow(house: House, terminal: Terminal, opened: _Opened, bar: JobBar) -> Note:
    """Draw what happens to the job, whoever carries it, until there is nothing more to wait for."""
    try:
        async with asyncio.TaskGroup() as group:
            here = group.create_task(
                terminal.follow(opened.job, lambda note: bar.draw(note.headline, note.percent)), name="follow"
            )
            anywhere = group.create_task(_watch(house, opened, bar), name="watch")
            await asyncio.wait({here, anywhere}, return_when=asyncio.FIRST_COMPLETED)
            first = here if here.done() else anywhere
            here.cancel()
            anywhere.cancel()
        note = first.result()
        if note.state is State.DELIVERED and not terminal.brought(opened.job):
            await _fetch(house, terminal, opened)
    except asyncio.CancelledError:
        complaint(_not_lost(house, opened))
        raise
    return note


def _not_lost(house: House, opened: _Opened) -> str:
    if house.books.settings.clustered:
        return f"Video {opened.job} is not lost: `reelbot jobs show {opened.job}` says what becomes of it."
    return f"Video {opened.job} is not lost: the next `reelbot run` brings it to {opened.into}."


async def _watch(house: House, opened: _Opened, bar: JobBar) -> Note:
    """Look at the job in the books, where another process' news of it arrive."""
    shown: State | None = None
    while True:
        await asyncio.sleep(LOOK_EVERY)
        try:
            job = await house.books.store.job(opened.job)
        except StoreTrouble:
            continue
        if job is None:
            continue
        note = draw(job)
        if job.state is not shown and not house.engine.carried:
            bar.draw(note.headline, note.percent)
            shown = job.state
        if (job.state.ended or job.state is State.UNSURE) and not job.untold:
            return note


async def _fetch(house: House, terminal: Terminal, opened: _Opened) -> None:
    """Bring the clip here that another machine has put into the folder that all of them share."""
    job = await house.books.store.job(opened.job)
    if job is not None and job.clip is not None:
        await terminal.bring(job.id, house.books.files.clip(job.clip.file), opened.into)


async def _ask(receive: Receive, wanted: Wanted, *, many_hosts: bool) -> _Opened:
    person = User(UserId(NAME, await asyncio.to_thread(getpass.getuser)))
    place = await asyncio.to_thread(place_of, wanted.into, many_hosts=many_hosts)
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
    return _Opened(reply.job, await asyncio.to_thread(wanted.into.absolute), reply.text)
