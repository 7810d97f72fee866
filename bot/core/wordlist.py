"""Whether a text has something of a block list in it: words found as people see them, patterns within a time limit."""

import re
import unicodedata
from collections.abc import Iterable
from math import prod

import regex

WORD_MOST = 100
"""Characters of a word, or of several that belong together."""
PATTERN_MOST = 200
"""Characters of a pattern."""
REPEATS_MOST = 1000
"""All counts of a pattern multiplied: `{1000}` inside of `{1000}` is unrolled, and would take all memory."""
EACH_WITHIN = 0.05
"""Seconds that one expression may search a text."""

_BRACES = re.compile(r"\{[^{}]*\}")
_DIGITS = re.compile(r"\d+")
# Scripts that write words without spaces between them: whatever stands beside such a character ends the word.
_UNSPACED = regex.compile(r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}]")


class BadPattern(Exception):
    """The pattern cannot be used; the text says why, as a part of a sentence."""


class TooSlow(Exception):
    """A text could not be searched in time."""

    def __init__(self, expression: str) -> None:
        super().__init__(expression)
        self.expression = expression


def readable(text: str) -> str:
    """The text without tricks: one form for each character (NFKC), invisible ones gone, one space between words."""
    shown = "".join(one for one in unicodedata.normalize("NFKC", text) if unicodedata.category(one) != "Cf")
    return " ".join(shown.split())


def plain_word(text: str) -> str:
    """A word or several as a list keeps them: readable, and without upper and lower case."""
    return unicodedata.normalize("NFKC", readable(text).casefold())


def check_pattern(pattern: str) -> None:
    """See that a pattern can be used. May take a while: not for the event loop.

    Raises:
        BadPattern: It cannot.
    """
    if len(pattern) > PATTERN_MOST:
        raise BadPattern(f"it has more than {PATTERN_MOST} characters")
    counts = (max(map(_count, _DIGITS.findall(braces)), default=1) for braces in _BRACES.findall(pattern))
    if prod(max(1, count) for count in counts) > REPEATS_MOST:
        raise BadPattern(f"it repeats something more than {REPEATS_MOST} times")
    try:
        compiled = _compiled(pattern)
        empty = compiled.search("", timeout=EACH_WITHIN)
    except (regex.error, RecursionError, OverflowError) as bad:
        raise BadPattern(str(bad)) from None
    except TimeoutError:
        raise BadPattern("it takes too long") from None
    if empty is not None:
        raise BadPattern("it fits every text")


def _count(digits: str) -> int:
    """A number of any length, as far as it matters here."""
    return int(digits[:6])


def _compiled(pattern: str) -> "regex.Pattern[str]":
    return regex.compile(pattern, regex.IGNORECASE)


class WordList:
    """What may not stand in a prompt. Making and searching it takes time: not for the event loop.

    Args:
        words: As `plain_word` makes them.
        patterns: That `check_pattern` has let pass.
    """

    def __init__(self, words: Iterable[str], patterns: Iterable[str]) -> None:
        self._words = [_expression(edges, inside) for edges, inside in _by_edges(words).items()]
        self._patterns = [_compiled(pattern) for pattern in patterns]

    def finds(self, text: str) -> str | None:
        """The part of *text* that may not be there; None if nothing speaks against it.

        Raises:
            TooSlow: Nobody knows.
        """
        plain, seen = plain_word(text), readable(text)
        searches = [*((one, plain) for one in self._words), *((one, seen) for one in self._patterns)]
        for expression, searched in searches:
            try:
                found = expression.search(searched, timeout=EACH_WITHIN, concurrent=True)
            except TimeoutError:
                raise TooSlow(expression.pattern) from None
            if found is not None:
                return str(found[0])
        return None


def _by_edges(words: Iterable[str]) -> dict[tuple[bool, bool], list[str]]:
    """Words by whether they have to begin and to end where a word does."""
    sorts: dict[tuple[bool, bool], list[str]] = {}
    for word in words:
        edges = not _UNSPACED.match(word[0]), not _UNSPACED.match(word[-1])
        sorts.setdefault(edges, []).append(word)
    return sorts


def _expression(edges: tuple[bool, bool], words: list[str]) -> "regex.Pattern[str]":
    before, behind = (r"(?<!\w)" if edges[0] else ""), (r"(?!\w)" if edges[1] else "")
    return regex.compile(rf"{before}\L<words>{behind}", words=words)
