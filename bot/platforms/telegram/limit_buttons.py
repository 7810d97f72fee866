"""The buttons under `/limits`: each carries all that it sets, so that an old one never sets what it does not show."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from bot.core.admin_commands import NUMBERS
from bot.core.limit_changes import value_in_words
from bot.core.model import LimitSet
from bot.core.ports import Clock
from bot.core.signing import BadSignature, Signer
from bot.core.texts import Say, Sentence, say
from bot.platforms.telegram.choices import Offers
from bot.platforms.telegram.places import GENERAL

STEPS = {
    "member_daily": (20, 50, 100, 200, 500, 1_000),
    "server_daily": (100, 200, 500, 1_000, 2_000, 5_000),
    "server_monthly": (1_000, 2_000, 5_000, 10_000, 20_000, 50_000),
    "member_running": (1, 2, 3, 5, 10, 20),
    "per_video": (20, 50, 100, 200, 500, 1_000),
}
"""Numbers to choose from: credits, or videos at once."""
LISTS = ("models", "channels")
SWITCHES = ("spoiler", "pool")
ALL, OFF, ON = "all", "off", "on"
"""As they are typed."""
LISTED = 8
"""Entries of a list on one page."""
_PURPOSE = "telegram limits"
_LETTERS = dict(zip("dsmrvMCSP", (*NUMBERS, *LISTS, *SWITCHES), strict=True))
_LETTER_OF = {limit: letter for letter, limit in _LETTERS.items()}
_DIGEST = 6


class Act(StrEnum):
    """What a button does."""

    MENU = "m"
    """Shows all limits again."""
    OPEN = "o"
    """Shows what a limit can be."""
    SET = "s"
    """Sets a limit."""
    TICK = "t"
    """Allows one of a list, or no longer."""
    WRITE = "w"
    """Asks for a number in words."""


@dataclass(frozen=True, slots=True)
class LimitPress:
    """What a button says."""

    act: Act
    limit: str
    value: str = ""
    """What is set, as it is typed; the page that is opened; the digest of what is ticked."""
    seen: str = ""
    """The digest of the list under which it was drawn."""


@dataclass(frozen=True, slots=True)
class View:
    """What a keyboard is drawn of."""

    limits: LimitSet
    language: str
    channel: str = ""
    """The topic that the keyboard is in, as limits name it; empty where there are none."""

    def allowed(self, limit: str) -> frozenset[str] | None:
        """A list as it is now; None is all."""
        names: frozenset[str] | None = getattr(self.limits, limit)
        return names


class LimitButtons:
    """Draws the keyboards and reads their buttons; everybody sees them, so who presses is looked at each time.

    Args:
        offers: What can be made, for the list of models.
        signer: Signs with a secret that outlives the process.
        clock: Signatures are opened at some moment; these never expire.
    """

    def __init__(self, *, offers: Offers, signer: Signer, clock: Clock) -> None:
        self._offers = offers
        self._signer = signer
        self._clock = clock

    def menu(self, view: View) -> InlineKeyboardMarkup:
        """Every limit that buttons can change, with its value."""
        limits = [limit for limit in _LETTER_OF if limit != "channels" or view.channel]
        return _two_in_a_row(self._opening(limit, view) for limit in limits)

    def page(self, limit: str, view: View, number: int = 0) -> InlineKeyboardMarkup:
        """What a limit can be, what it is marked; the *number*th page of a list, from 0."""
        if limit in LISTS:
            drawn = self._list(limit, view, number)
        elif limit in SWITCHES:
            drawn = [self._values(limit, (OFF, ON), ON if getattr(view.limits, limit) else OFF, view)]
        else:
            drawn = self._steps(limit, view)
        back = self._button(say(Sentence(Say.TELEGRAM_LIMIT_BACK), view.language), Act.MENU, limit)
        return InlineKeyboardMarkup([*drawn, [back]])

    def read(self, text: str) -> LimitPress | None:
        """What a button says; None if it is none of these."""
        try:
            said = self._signer.open(_PURPOSE, text, self._clock.now())
        except BadSignature:
            return None
        act, limit, rest = Act(said[0]), _LETTERS[said[1]], said[2:]
        return (
            LimitPress(act, limit, rest[_DIGEST:], rest[:_DIGEST]) if act is Act.TICK else LimitPress(act, limit, rest)
        )

    def ticked(self, press: LimitPress, view: View) -> frozenset[str] | None:
        """The list with one allowed that was not, or the other way round; None if it is not the one that was shown."""
        allowed, names = view.allowed(press.limit), self._names(press.limit, view)
        name = next((name for name in names if digest(name) == press.value), None)
        if name is None or press.seen != _list_digest(allowed):
            return None
        return (frozenset(names) if allowed is None else allowed) ^ {name}

    def page_of(self, press: LimitPress, view: View) -> int:
        """The page that a button leads to, or stands on; only lists have more than one."""
        if press.limit not in LISTS:
            return 0
        names = self._names(press.limit, view)
        if press.act is Act.OPEN and press.value:
            return min(int(press.value), max(0, len(names) - 1) // LISTED)
        return next((at // LISTED for at, name in enumerate(names) if digest(name) == press.value), 0)

    # ------------------------------------------------------------------------------------------ rows

    def _opening(self, limit: str, view: View) -> InlineKeyboardButton:
        value = getattr(view.limits, limit)
        words = str(len(value)) if isinstance(value, frozenset) else value_in_words(limit, value, view.language)
        label = say(Sentence(Say.TELEGRAM_LIMIT_BUTTON, {"limit": limit, "value": words}), view.language)
        return self._button(label, Act.OPEN, limit)

    def _steps(self, limit: str, view: View) -> list[list[InlineKeyboardButton]]:
        now: int | None = getattr(view.limits, limit)
        chosen = OFF if now is None else str(now)
        steps = sorted({*STEPS[limit], *(() if now is None else (now,))})
        drawn = self._values(limit, tuple(str(step) for step in steps), chosen, view)
        other = self._button(say(Sentence(Say.TELEGRAM_LIMIT_OTHER), view.language), Act.WRITE, limit)
        return [
            *(drawn[at : at + 3] for at in range(0, len(drawn), 3)),
            [*self._values(limit, (OFF,), chosen, view), other],
        ]

    def _values(self, limit: str, values: Sequence[str], chosen: str, view: View) -> list[InlineKeyboardButton]:
        words = {OFF: say(Sentence(Say.LIMIT_OFF), view.language), ON: say(Sentence(Say.LIMIT_ON), view.language)}
        return [
            self._button(_marked(words.get(value, value), chosen=value == chosen), Act.SET, limit, value)
            for value in values
        ]

    def _list(self, limit: str, view: View, number: int) -> list[list[InlineKeyboardButton]]:
        allowed, names = view.allowed(limit), self._names(limit, view)
        shown, seen = names[number * LISTED : (number + 1) * LISTED], _list_digest(allowed)
        every = _marked(say(Sentence(Say.LIMIT_ALL), view.language), chosen=allowed is None)
        rows = [[self._button(every, Act.SET, limit, ALL)]]
        for name in shown:
            label = _marked(_called(limit, name, view), chosen=allowed is None or name in allowed)
            rows.append([self._button(label, Act.TICK, limit, seen + digest(name))])
        around = ((number - 1, "‹"), (number + 1, "›"))  # noqa: RUF001 arrows to the pages before and after
        turns = [(to, sign) for to, sign in around if 0 <= to * LISTED < len(names)]
        leaves = [self._button(sign, Act.OPEN, limit, str(to)) for to, sign in turns]
        return [*rows, leaves] if leaves else rows

    def _names(self, limit: str, view: View) -> list[str]:
        """Everything that a list can hold: what there is, and what is in it though it is no longer there."""
        there = [offer.model for offer in self._offers()] if limit == "models" else [view.channel]
        kept = sorted(view.allowed(limit) or ())
        return list(dict.fromkeys(name for name in (*there, *kept) if name))

    def _button(self, label: str, act: Act, limit: str, rest: str = "") -> InlineKeyboardButton:
        data = self._signer.sign(_PURPOSE, f"{act}{_LETTER_OF[limit]}{rest}", None)
        return InlineKeyboardButton(label, callback_data=data)


def digest(name: str) -> str:
    """A name in few characters: it is found again among those there are."""
    return hashlib.sha256(name.encode()).hexdigest()[:_DIGEST]


def _list_digest(names: frozenset[str] | None) -> str:
    return digest(ALL if names is None else "\0".join(sorted(names)))


def _called(limit: str, name: str, view: View) -> str:
    if limit == "models":
        return name
    if name == GENERAL:
        return say(Sentence(Say.TELEGRAM_LIMIT_GENERAL), view.language)
    which = Say.TELEGRAM_LIMIT_THIS_TOPIC if name == view.channel else Say.TELEGRAM_LIMIT_TOPIC
    return say(Sentence(which, {"topic": name}), view.language)


def _marked(label: str, *, chosen: bool) -> str:
    return f"✓ {label}" if chosen else label


def _two_in_a_row(buttons: Iterable[InlineKeyboardButton]) -> InlineKeyboardMarkup:
    every = list(buttons)
    return InlineKeyboardMarkup([every[at : at + 2] for at in range(0, len(every), 2)])
