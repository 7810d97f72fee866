"""What a language is: its words, and how it counts."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bot.core.model import Reason
from bot.core.sentences import Say

Counted = Callable[[int], str]
"""So many of something, in words."""


def counted(one: str, many: str | None = None, *, thousands: str = ",") -> Counted:
    """How numbers of one thing are said.

    Args:
        one: The thing, behind a 1.
        many: The thing behind any other number; None in languages in which it stays the same.
        thousands: What parts the thousands of a number.
    """

    def words(number: int) -> str:
        return f"{number:,} {one if number == 1 or many is None else many}".replace(",", thousands)

    return words


@dataclass(frozen=True, slots=True)
class Counts:
    """What a language can count."""

    credits: Counted
    videos: Counted
    seconds: Counted
    minutes: Counted
    hours: Counted
    days: Counted

    def duration(self, seconds: float) -> str:
        """A length of time without false precision."""
        if seconds < 90:  # noqa: PLR2004 people say "80 seconds", then "2 minutes"
            rounded = max(1, round(seconds)) if seconds < 10 else round(seconds / 5) * 5  # noqa: PLR2004 likewise
            return self.seconds(rounded)
        minutes = round(seconds / 60)
        hours = round(minutes / 60)
        if hours > 48:  # noqa: PLR2004 likewise
            return self.days(round(hours / 24))
        return self.minutes(minutes) if minutes < 90 else self.hours(hours)  # noqa: PLR2004 likewise


@dataclass(frozen=True, slots=True)
class Language:
    """One language: everything that people read in it."""

    name: str
    """What its speakers call it."""
    sentences: Mapping[Say, str]
    reasons: Mapping[Reason, str]
    states: Mapping[str, str]
    page: Mapping[str, str]
    """The web page's own words: labels, hints, and what it says when the network fails."""
    names: Mapping[str, str]
    """What commands and options are called where a chat shows them in each reader's language, by their real names."""
    counts: Counts
