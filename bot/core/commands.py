"""Typed text becomes a command, or one sentence that says what is wrong with it."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bot.core.admin_commands import PARSERS, AdminCommand, OperatorCommand
from bot.core.bad_command import BadCommand as BadCommand  # noqa: PLC0414 raised here, so found here
from bot.core.block_commands import PARSERS as BLOCK_PARSERS
from bot.core.block_commands import BlockCommand, ReportJob
from bot.core.model import JobId
from bot.core.texts import Say, Sentence
from bot.core.using import ShowUsage, read_usage
from providers.contract import CAMERA_MOVES


@dataclass(frozen=True, slots=True)
class Video:
    """Make a video; None leaves a choice to the catalogue."""

    prompt: str
    model: str | None = None
    seconds: int | None = None
    resolution: str | None = None
    photo: JobId | None = None
    """Use the photos of this earlier video of the same person."""
    spoiler: bool = False
    """Have the clip covered until somebody wants to see it."""


@dataclass(frozen=True, slots=True)
class Again:
    """Make the same video once more; None is the latest."""

    job: JobId | None


@dataclass(frozen=True, slots=True)
class Edit:
    """Give the prompt back, to be changed and sent again."""

    job: JobId


@dataclass(frozen=True, slots=True)
class ShowJob:
    """Show a job and deliver its clip again, free."""

    job: JobId | None


@dataclass(frozen=True, slots=True)
class Cancel:
    """Stop a job; None is the latest that runs."""

    job: JobId | None


@dataclass(frozen=True, slots=True)
class Delete:
    """Remove a finished clip."""

    job: JobId


@dataclass(frozen=True, slots=True)
class Answer:
    """Yes or no to the price of a job."""

    job: JobId
    yes: bool


@dataclass(frozen=True, slots=True)
class ListJobs:
    """The person's latest jobs."""


@dataclass(frozen=True, slots=True)
class Credits:
    """What the person has, holds and last spent."""


@dataclass(frozen=True, slots=True)
class Models:
    """What can be made, and for how much."""


@dataclass(frozen=True, slots=True)
class Help:
    """How to ask."""


@dataclass(frozen=True, slots=True)
class Privacy:
    """What is kept and who else sees it."""


@dataclass(frozen=True, slots=True)
class Export:
    """Hand over everything we keep of the person."""


@dataclass(frozen=True, slots=True)
class Forget:
    """Erase everything we keep of the person, once confirmed."""

    confirmed: bool


@dataclass(frozen=True, slots=True)
class Language:
    """Speak another language from now on; None asks which there are."""

    code: str | None


Command = (
    Video
    | Again
    | Edit
    | ShowJob
    | Cancel
    | Delete
    | Answer
    | ListJobs
    | Credits
    | Models
    | Help
    | Privacy
    | Export
    | Forget
    | Language
    | ShowUsage
    | ReportJob
    | AdminCommand
    | OperatorCommand
    | BlockCommand
)

COMMANDS = (
    "video", "again", "job", "jobs", "cancel", "credits", "usage", "models", "help", "privacy", "export", "forget",
    "language",
    "report",
)  # fmt: skip
"""The commands that a person types, in the order `/help` lists them."""

_COMMAND = re.compile(r"/(?P<name>[a-z_]+)(?:@\w+)?(?:\s+(?P<rest>.*))?", re.IGNORECASE | re.DOTALL)
_JOB_ID = re.compile(r"[0-9a-z]{10}")
_OPTION = re.compile(r"(?P<name>model|seconds|resolution|photo|spoiler)=(?P<value>\S+)", re.IGNORECASE)
_LEADING = re.compile(_OPTION.pattern + r"(?:\s+|$)", re.IGNORECASE)
_BARE_RESOLUTION = re.compile(r"\d{3,4}p|[248]k", re.IGNORECASE)
_BARE_SECONDS = re.compile(r"(\d{1,3})s", re.IGNORECASE)


def parse(text: str) -> Command:
    """Read what a person typed; text without a leading slash is a prompt.

    Raises:
        BadCommand: With the sentence to answer.
    """
    text = text.strip()
    if not text.startswith("/"):
        return parse_video(text)
    found = _COMMAND.fullmatch(text)
    if found is None:
        raise BadCommand(Sentence(Say.UNKNOWN_COMMAND, {"command": text.split(maxsplit=1)[0][:30]}))
    name, rest = found["name"].lower(), (found["rest"] or "").strip()
    if name in _ALONE:
        return _ALONE[name]
    match name:
        case "video":
            return parse_video(rest)
        case "forget":
            return Forget(confirmed=rest.lower() in {"yes", "confirm"})
        case "language":
            return Language(rest.lower() or None)
        case _:
            return _PARSERS.get(name, _about_a_job)(name, rest)


_ALONE: Mapping[str, Command] = {
    "jobs": ListJobs(),
    "credits": Credits(),
    "models": Models(),
    "help": Help(),
    "start": Help(),
    "privacy": Privacy(),
    "export": Export(),
}


_PARSERS: Mapping[str, Callable[[str, str], Command]] = {
    "usage": lambda _, rest: read_usage(rest),
    **PARSERS,
    **BLOCK_PARSERS,
}


def _about_a_job(name: str, rest: str) -> Command:
    if name in _JOB_OR_LATEST:
        return _JOB_OR_LATEST[name](_job_id(rest))
    if name in _JOB_NEEDED:
        return _JOB_NEEDED[name](_needed_job_id(name, rest))
    raise BadCommand(Sentence(Say.UNKNOWN_COMMAND, {"command": f"/{name[:30]}"}))


_JOB_OR_LATEST: Mapping[str, Callable[[JobId | None], Command]] = {"again": Again, "job": ShowJob, "cancel": Cancel}
_JOB_NEEDED: Mapping[str, Callable[[JobId], Command]] = {
    "edit": Edit,
    "delete": Delete,
    "yes": lambda job: Answer(job, yes=True),
    "no": lambda job: Answer(job, yes=False),
}


def _job_id(rest: str) -> JobId | None:
    if not rest:
        return None
    word = rest.lstrip("#").lower()
    if not _JOB_ID.fullmatch(word):
        raise BadCommand(Sentence(Say.NOT_A_JOB_ID, {"given": rest[:30]}))
    return JobId(word)


def _needed_job_id(name: str, rest: str) -> JobId:
    job = _job_id(rest)
    if job is None:
        raise BadCommand(Sentence(Say.JOB_ID_NEEDED, {"command": f"/{name}"}))
    return job


def parse_video(text: str) -> Video:
    """Split a prompt from the options around it: `model=… seconds=10` before it, `… 1080p 6s` behind it, in any order.

    Words in the middle never count, so that a prompt may speak of `1080p`. Camera moves in square
    brackets belong to the prompt and stay where they are.

    Raises:
        BadCommand: An option has a value that cannot be meant.
    """
    prompt = text.strip()
    options: dict[str, str] = {}
    while prompt:
        head, _, word = prompt.rpartition(" ") if " " in prompt else ("", "", prompt)
        option = _option(word.strip())
        if option is None or option[0] in options:
            break
        options[option[0]] = option[1]
        prompt = head.rstrip()
    while named := _LEADING.match(prompt):
        if named["name"].lower() in options:
            break
        options[named["name"].lower()] = named["value"]
        prompt = prompt[named.end() :]
    return Video(
        prompt=prompt,
        model=options["model"].lower() if "model" in options else None,
        seconds=_seconds(options["seconds"]) if "seconds" in options else None,
        resolution=options["resolution"].upper() if "resolution" in options else None,
        photo=_job_id(options["photo"]) if "photo" in options else None,
        spoiler=_spoiler(options["spoiler"]) if "spoiler" in options else False,
    )


def _option(word: str) -> tuple[str, str] | None:
    if named := _OPTION.fullmatch(word):
        return named["name"].lower(), named["value"]
    if _BARE_RESOLUTION.fullmatch(word):
        return "resolution", word
    if bare := _BARE_SECONDS.fullmatch(word):
        return "seconds", bare[1]
    return None


def _spoiler(value: str) -> bool:
    switch = value.lower()
    if switch not in _SWITCH:
        raise BadCommand(Sentence(Say.BAD_SPOILER, {"given": value[:20]}))
    return _SWITCH[switch]


_SWITCH = {"on": True, "yes": True, "true": True, "off": False, "no": False, "false": False}


def _seconds(value: str) -> int:
    digits = value.lower().removesuffix("s")
    if not (digits.isascii() and digits.isdigit()) or not 1 <= int(digits[:6]) <= 600:  # noqa: PLR2004 ten minutes
        raise BadCommand(Sentence(Say.BAD_SECONDS, {"given": value[:20]}))
    return int(digits)


_BRACKETS = re.compile(r"\[([^\[\]]{1,80})\]")


def camera_moves(prompt: str, known: frozenset[str]) -> tuple[tuple[str, ...], ...]:
    """The camera commands in *prompt*, one inner tuple per bracket, in *known*'s spelling.

    A bracket in which no word is a camera move is part of the story and passed over.

    Raises:
        BadCommand: A bracket mixes moves with something else, or has more than three.
    """
    spelling = {move.lower(): move for move in known}
    brackets = []
    for bracket in _BRACKETS.findall(prompt):
        words = [word.strip() for word in bracket.split(",")]
        moves = [spelling[word.lower()] for word in words if word.lower() in spelling]
        if not moves:
            continue
        strange = [word for word in words if word.lower() not in spelling]
        if strange:
            raise BadCommand(Sentence(Say.UNKNOWN_CAMERA_MOVE, {"given": strange[0][:40]}))
        if len(moves) > MOVES_AT_ONCE:
            raise BadCommand(Sentence(Say.TOO_MANY_MOVES, {"most": MOVES_AT_ONCE}))
        brackets.append(tuple(moves))
    return tuple(brackets)


def passed_over(prompt: str) -> str | None:
    """The first bracket that was read as part of the story, for no word in it is a camera move, if there is any."""
    known = {move.lower() for move in CAMERA_MOVES}
    for bracket in _BRACKETS.findall(prompt):
        if not any(word.strip().lower() in known for word in bracket.split(",")):
            return str(bracket)
    return None


def moves_in(prompt: str) -> frozenset[str]:
    """Every camera move that *prompt* asks for.

    Raises:
        BadCommand: As for `camera_moves`.
    """
    return frozenset(move for bracket in camera_moves(prompt, frozenset(CAMERA_MOVES)) for move in bracket)


MOVES_AT_ONCE = 3
"""Moves in one bracket (MiniMax, text-to-video, 2026: "at most 3")."""
