"""Typed text becomes a command of a server's admins or of the operators: limits, credits, pauses."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bot.core.bad_command import BadCommand
from bot.core.block_commands import BLOCK_COMMANDS, REASON_MOST
from bot.core.model import AgeRule
from bot.core.texts import Say, Sentence

NUMBERS = ("member_daily", "server_daily", "server_monthly", "member_running", "per_video")
"""The limits that are a number or off, as in `LimitSet`."""
MOST = 1_000_000_000
"""Credits: nobody means more than that, and the database counts much further."""
HERE = "here"
"""Stands for the channel that the command was typed in."""
EVERY = "all"
"""Stands for every provider."""
MOST_NAMES = 100
"""Models or channels in one list."""
SHOWN = 30
"""Characters of what somebody typed that are said back to them."""


@dataclass(frozen=True, slots=True)
class ShowLimits:
    """Show what may be spent here, and what has been."""


@dataclass(frozen=True, slots=True)
class SetLimit:
    """Set one limit, or `member_daily` for one member or one role."""

    limit: str
    value: int | None
    """None is off."""
    member: str | None = None
    """The platform's own id of a person."""
    role: str | None = None
    """The platform's own id of a role."""
    usual: bool = False
    """Go back to what holds where nobody has set anything; `value` says nothing then."""


@dataclass(frozen=True, slots=True)
class SetModels:
    """Allow these models alone; None is all."""

    names: frozenset[str] | None


@dataclass(frozen=True, slots=True)
class SetChannels:
    """Allow these channels alone, `HERE` among them for the one it is typed in; None is all."""

    names: frozenset[str] | None


@dataclass(frozen=True, slots=True)
class SetPool:
    """Whether the server's credits pay for its members."""

    on: bool


@dataclass(frozen=True, slots=True)
class SetAgeRule:
    """Where videos may be made, in view of channels that are for adults alone."""

    rule: AgeRule


@dataclass(frozen=True, slots=True)
class SetSpoiler:
    """Whether clips are covered until somebody wants to see them."""

    on: bool


AdminCommand = ShowLimits | SetLimit | SetModels | SetChannels | SetPool | SetAgeRule | SetSpoiler


@dataclass(frozen=True, slots=True)
class MoveCredits:
    """Give credits, or take them away."""

    who: str
    """`platform:id`, `me`, or `server` for the server it is typed in."""
    amount: int
    reason: str
    take: bool


@dataclass(frozen=True, slots=True)
class Pause:
    """Give nothing new to a provider; None is every provider."""

    provider: str | None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Resume:
    """Use a paused provider again; None is every one that is paused."""

    provider: str | None
    reason: str = ""


OperatorCommand = MoveCredits | Pause | Resume

ADMIN_COMMANDS = ("limits", *BLOCK_COMMANDS)
"""The commands of those whom the platform calls admins, in the order `/help` lists them."""
OPERATOR_COMMANDS = ("grant", "take", "pause", "resume", *BLOCK_COMMANDS)
"""The commands of whoever runs the bot, in the order `/help` lists them."""

_OWNER = re.compile(r"[a-z]+:\S+")
_TARGET = re.compile(r"(?P<kind>member|role):(?P<id>[^\s:]\S*)", re.IGNORECASE)


def parse_limits(rest: str) -> AdminCommand:
    """Read what stands behind `/limits`.

    Raises:
        BadCommand: With the sentence to answer.
    """
    verb, words = (*rest.split(None, 1), "", "")[:2]
    match verb.lower():
        case "" | "show":
            return ShowLimits()
        case "set":
            return _set(words.split())
        case "models":
            return SetModels(_names(words.lower(), "models"))
        case "channels":
            return SetChannels(_names(words, "channels"))
        case _:
            return _switch(verb.lower(), words.strip().lower())


def _switch(verb: str, word: str) -> AdminCommand:
    match verb:
        case "pool" if word in _SWITCH:
            return SetPool(_SWITCH[word])
        case "spoiler" if word in _SWITCH:
            return SetSpoiler(_SWITCH[word])
        case "age-restricted" | "age_restricted" if word in set(AgeRule):
            return SetAgeRule(AgeRule(word))
        case _:
            raise BadCommand(Sentence(Say.LIMITS_USAGE, {"limits": ", ".join(NUMBERS)}))


_SWITCH = {"on": True, "off": False}


def _set(words: list[str]) -> SetLimit:
    if len(words) not in (2, 3):
        raise BadCommand(Sentence(Say.LIMITS_USAGE, {"limits": ", ".join(NUMBERS)}))
    limit, value = words[0].lower(), words[1].lower()
    if limit not in NUMBERS:
        raise BadCommand(Sentence(Say.NO_SUCH_LIMIT, {"given": words[0][:SHOWN], "limits": ", ".join(NUMBERS)}))
    number, usual = (None, True) if value == "default" else (_number(value), False)
    if len(words) == 2:  # noqa: PLR2004 nobody in particular
        return SetLimit(limit, number, usual=usual)
    target = _TARGET.fullmatch(words[2])
    if target is None or limit != "member_daily":
        raise BadCommand(Sentence(Say.BAD_OVERRIDE, {"given": words[2][:SHOWN]}))
    return SetLimit(limit, number, **{target["kind"].lower(): target["id"]}, usual=usual)


def whole_number(text: str) -> int | None:
    """A whole number from 0 to `MOST`; None if *text* is none."""
    digits = text.isascii() and text.isdigit() and len(text) <= len(str(MOST))
    return int(text) if digits and int(text) <= MOST else None


def _number(value: str) -> int | None:
    number = whole_number(value)
    if number is None and value != "off":
        raise BadCommand(Sentence(Say.BAD_LIMIT, {"given": value[:SHOWN], "most": MOST}))
    return number


def _names(words: str, what: str) -> frozenset[str] | None:
    names = frozenset(name for name in re.split(r"[\s,]+", words) if name)
    if not names or len(names) > MOST_NAMES:
        raise BadCommand(Sentence(Say.LIST_USAGE, {"what": what, "most": MOST_NAMES}))
    if {name.lower() for name in names} == {"all"}:
        return None
    return frozenset(HERE if name.lower() == HERE else name for name in names)


def _move_credits(name: str, rest: str) -> OperatorCommand:
    words = rest.split(maxsplit=2)
    if len(words) != 3:  # noqa: PLR2004 who, how many, why
        raise BadCommand(Sentence(Say.GRANT_USAGE, {"command": f"/{name}"}))
    who, amount, reason = words
    if who.lower() not in {"me", "server"} and not _OWNER.fullmatch(who):
        raise BadCommand(Sentence(Say.NAMES_NOBODY, {"given": who[:SHOWN]}))
    number = whole_number(amount)
    if not number:
        raise BadCommand(Sentence(Say.BAD_AMOUNT, {"given": amount[:SHOWN], "most": MOST}))
    return MoveCredits(who.lower() if ":" not in who else who, number, reason, take=name == "take")


def _pause(name: str, rest: str) -> OperatorCommand:
    word, *reason = rest.split(maxsplit=1)[:2] or (EVERY,)
    provider = None if word.lower() == EVERY else word.lower()
    return (Pause if name == "pause" else Resume)(provider, " ".join(reason)[:REASON_MOST])


PARSERS: Mapping[str, Callable[[str, str], AdminCommand | OperatorCommand]] = {
    "limits": lambda _, rest: parse_limits(rest),
    "grant": _move_credits,
    "take": _move_credits,
    "pause": _pause,
    "resume": _pause,
}
"""From a command's name to what reads the words behind it: called with both."""
