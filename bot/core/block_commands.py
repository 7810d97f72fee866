"""Typed text becomes a command about what is blocked, or a report; or one sentence that says what is wrong with it."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bot.core.bad_command import BadCommand
from bot.core.blocks import BlockKind
from bot.core.model import JobId
from bot.core.texts import Say, Sentence
from bot.core.wordlist import WORD_MOST, plain_word

BLOCK_COMMANDS = ("block", "unblock", "blocked")
"""The commands of admins and operators, in the order `/help` lists them."""
PATTERN = "re:"
"""Begins a pattern, which goes on to the end of what was typed."""
HERE = "here"
"""Stands before what an operator wants blocked in this server alone."""
AT_ONCE = 20
"""Words in one command."""
REASON_MOST = 200
"""Characters of a reason that are kept."""
SHOWN = 30


@dataclass(frozen=True, slots=True)
class BlockWords:
    """Block words and patterns, or lift that."""

    words: tuple[tuple[BlockKind, str], ...]
    here: bool
    """In this server, even if an operator asks."""
    lift: bool


@dataclass(frozen=True, slots=True)
class BlockSomebody:
    """Block a person or a server, or lift that."""

    kind: BlockKind
    who: str
    """`platform:id`; empty for the server that it is typed in."""
    reason: str
    here: bool
    lift: bool


@dataclass(frozen=True, slots=True)
class ShowBlocked:
    """Show what is blocked."""


BlockCommand = BlockWords | BlockSomebody | ShowBlocked


@dataclass(frozen=True, slots=True)
class ReportJob:
    """Tell the operators of a clip that should not be."""

    job: JobId
    reason: str


_OWNER = re.compile(r"[a-z]+:\S+")
_JOB_ID = re.compile(r"[0-9a-z]{10}")
_WORD = re.compile(r'"(?P<several>[^"]*)"|(?P<one>\S+)')
_QUOTES = str.maketrans("“”„«»", '"' * 5)


def _block(name: str, rest: str) -> BlockCommand:
    lift = name == "unblock"
    verb, words = _first(rest)
    if here := verb == HERE:
        verb, words = _first(words)
    match verb:
        case "words" | "word" if words:
            return BlockWords(parse_words(words), here, lift)
        case "person" if words:
            who, reason = _halves(words)
            return BlockSomebody(BlockKind.PERSON, _owner(who), _reason(reason), here, lift)
        case "server" if not here:
            who, reason = _halves(words)
            if not _OWNER.fullmatch(who):
                who, reason = "", words
            return BlockSomebody(BlockKind.SERVER, who, _reason(reason), here, lift)
        case _:
            raise BadCommand(Sentence(Say.BLOCK_USAGE, {"command": f"/{name}"}))


def _first(text: str) -> tuple[str, str]:
    """The first word in lower case, and what follows."""
    verb, rest = _halves(text)
    return verb.lower(), rest


def _halves(text: str) -> tuple[str, str]:
    first, rest = (*text.split(None, 1), "", "")[:2]
    return first, rest


def parse_words(text: str) -> tuple[tuple[BlockKind, str], ...]:
    """Words, "several words" in quotes, and at the end, behind `re:`, a pattern.

    Raises:
        BadCommand: Something among them is no word.
    """
    head, pattern = _split(text)
    found = [(BlockKind.WORD, _word(one["several"] or one["one"] or "")) for one in _WORD.finditer(head)]
    if pattern:
        found.append((BlockKind.PATTERN, pattern))
    if not found or len(found) > AT_ONCE:
        raise BadCommand(Sentence(Say.WORDS_USAGE, {"most": AT_ONCE}))
    return tuple(dict.fromkeys(found))


def _split(text: str) -> tuple[str, str]:
    """What stands before a pattern, and the pattern as it was typed."""
    at = re.search(rf"(?:^|\s){PATTERN}", text, re.IGNORECASE)
    head = text if at is None else text[: at.start()]
    return head.translate(_QUOTES), "" if at is None else text[at.end() :].strip()


def _word(text: str) -> str:
    word = plain_word(text)
    if not word or len(word) > WORD_MOST or not any(letter.isalnum() for letter in word):
        raise BadCommand(Sentence(Say.BAD_WORD, {"given": text[:SHOWN], "most": WORD_MOST}))
    return word


def _owner(who: str) -> str:
    if not _OWNER.fullmatch(who):
        raise BadCommand(Sentence(Say.NAMES_NO_PERSON, {"given": who[:SHOWN]}))
    return who


def _reason(text: str) -> str:
    return " ".join(text.split())[:REASON_MOST]


def parse_report(rest: str) -> ReportJob:
    """Read what stands behind `/report`.

    Raises:
        BadCommand: It names no job.
    """
    word, reason = _halves(rest)
    job = word.lstrip("#").lower()
    if not job:
        raise BadCommand(Sentence(Say.REPORT_USAGE))
    if not _JOB_ID.fullmatch(job):
        raise BadCommand(Sentence(Say.NOT_A_JOB_ID, {"given": word[:SHOWN]}))
    return ReportJob(JobId(job), _reason(reason))


PARSERS: Mapping[str, Callable[[str, str], BlockCommand | ReportJob]] = {
    "block": _block,
    "unblock": _block,
    "blocked": lambda _name, _rest: ShowBlocked(),
    "report": lambda _, rest: parse_report(rest),
}
"""From a command's name to what reads the words behind it: called with both."""
