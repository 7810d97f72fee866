"""Choosing model, length and size by buttons: the message itself holds what is chosen, so nothing else is kept."""

import hashlib
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from bot.core.ports import Clock
from bot.core.signing import BadSignature, Signer
from bot.core.texts import Say, Sentence, say
from providers.contract import Format, Mode, Offer

MODELS_SHOWN = 12
IN_A_ROW = {"m": 2, "s": 4, "r": 3}
"""Buttons in a row, by what they choose."""
_PURPOSE = "telegram choice"
_LINE = re.compile(
    r"^/video(?: model=(?P<model>\S+))?(?: seconds=(?P<seconds>\d+))?(?: resolution=(?P<resolution>\S+))?"
    r"(?: photo=(?P<photo>\S+))?(?P<spoiler> spoiler=on)?(?: (?P<prompt>.*))?\Z",
    re.MULTILINE | re.DOTALL,
)
_DIGEST = 6

Offers = Callable[[], Sequence[Offer]]
"""What can be made at this moment."""


class Field(StrEnum):
    """What a button chooses."""

    MODEL = "m"
    SECONDS = "s"
    RESOLUTION = "r"
    BEGIN = "b"
    """Show the choices."""
    MAKE = "g"
    """Make the video as chosen."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What is chosen so far, as the line in the message says it."""

    model: str
    seconds: int
    resolution: str
    photo: str | None = None
    prompt: str = ""
    spoiler: bool = False

    @property
    def line(self) -> str:
        photo = f" photo={self.photo}" if self.photo else ""
        prompt = f" {self.prompt}" if self.prompt else ""
        spoiler = " spoiler=on" if self.spoiler else ""
        return f"/video model={self.model} seconds={self.seconds} resolution={self.resolution}{photo}{spoiler}{prompt}"


@dataclass(frozen=True, slots=True)
class Pick:
    """A button that was pressed, and whose it is."""

    field: Field
    digest: str
    owner: int


def read_wish(text: str) -> tuple[str, Wish] | None:
    """What stands before the line of a message, and the wish in it; None if there is none."""
    found = _LINE.search(text)
    if found is None or not (found["model"] and found["seconds"] and found["resolution"]):
        return None
    wish = Wish(
        found["model"],
        int(found["seconds"]),
        found["resolution"],
        found["photo"],
        (found["prompt"] or "").strip(),
        spoiler=found["spoiler"] is not None,
    )
    return text[: found.start()].rstrip(), wish


class Choices:
    """Draws the buttons and reads them.

    Args:
        offers: What can be made.
        signer: Signs, so that nobody makes up a button of somebody else.
        clock: Signatures are opened at some moment; these never expire.
    """

    def __init__(self, *, offers: Offers, signer: Signer, clock: Clock) -> None:
        self._offers = offers
        self._signer = signer
        self._clock = clock

    def first(self) -> Wish | None:
        """What is chosen before anybody chooses; None if nothing can be made."""
        models = self._models()
        if not models:
            return None
        shape = self._formats(models[0], photo=False)[0]
        return Wish(models[0], shape.seconds, shape.resolution)

    def door(self, owner: int, language: str) -> InlineKeyboardMarkup | None:
        """The button that shows the choices; None if there are none."""
        if self.first() is None:
            return None
        return InlineKeyboardMarkup([[self._button(Field.BEGIN, "", Say.TELEGRAM_CHOOSE, owner, language)]])

    def keyboard(self, wish: Wish, owner: int, language: str) -> InlineKeyboardMarkup | None:
        """Every choice there is, what is chosen marked; None if the model is no longer made."""
        formats = self._formats(wish.model, photo=wish.photo is not None)
        if not formats:
            return None
        lengths = sorted({shape.seconds for shape in formats if shape.resolution == wish.resolution})
        sizes = list(dict.fromkeys(shape.resolution for shape in formats))
        rows = [
            *self._rows(Field.MODEL, [(name, name) for name in self._models()], wish.model, owner),
            *self._rows(Field.SECONDS, [(str(n), f"{n} s") for n in lengths], str(wish.seconds), owner),
            *self._rows(Field.RESOLUTION, [(size, size) for size in sizes], wish.resolution, owner),
        ]
        if wish.prompt or wish.photo:
            rows.append([self._button(Field.MAKE, "", Say.TELEGRAM_MAKE, owner, language)])
        return InlineKeyboardMarkup(rows)

    def picked(self, wish: Wish, pick: Pick) -> Wish:
        """The wish with one thing chosen; what no longer goes with it becomes what does."""
        photo = wish.photo is not None
        if pick.field is Field.MODEL:
            wish = replace(wish, model=_named(pick.digest, self._models()) or wish.model)
        formats = self._formats(wish.model, photo=photo)
        if pick.field is Field.RESOLUTION:
            wish = replace(wish, resolution=_named(pick.digest, [f.resolution for f in formats]) or wish.resolution)
        if pick.field is Field.SECONDS:
            chosen = _named(pick.digest, [str(f.seconds) for f in formats])
            wish = replace(wish, seconds=int(chosen) if chosen else wish.seconds)
        return _fitting(wish, formats)

    def read(self, text: str) -> Pick | None:
        """What a button chooses; None if it is none of these."""
        try:
            said = self._signer.open(_PURPOSE, text, self._clock.now())
        except BadSignature:
            return None
        return Pick(Field(said[0]), said[1 : 1 + _DIGEST], int(said[1 + _DIGEST :], 16))

    def _models(self) -> list[str]:
        return list(dict.fromkeys(offer.model for offer in self._offers()))[:MODELS_SHOWN]

    def _formats(self, model: str, *, photo: bool) -> list[Format]:
        every = [shape for offer in self._offers() if offer.model == model for shape in offer.formats]
        return [shape for shape in every if shape.mode is not Mode.TEXT] or every if photo else every

    def _rows(
        self, field: Field, named: list[tuple[str, str]], chosen: str, owner: int
    ) -> list[list[InlineKeyboardButton]]:
        marked = [(value, f"✓ {label}" if value == chosen else label) for value, label in named]
        buttons = [InlineKeyboardButton(text, callback_data=self._data(field, value, owner)) for value, text in marked]
        wide = IN_A_ROW[field]
        return [buttons[start : start + wide] for start in range(0, len(buttons), wide)]

    def _button(self, field: Field, value: str, label: Say, owner: int, language: str) -> InlineKeyboardButton:
        return InlineKeyboardButton(say(Sentence(label), language), callback_data=self._data(field, value, owner))

    def _data(self, field: Field, value: str, owner: int) -> str:
        """At most 64 bytes: a name is found again by its digest."""
        return self._signer.sign(_PURPOSE, f"{field}{_digest(value)}{owner:x}", None)


def _fitting(wish: Wish, formats: Sequence[Format]) -> Wish:
    """The nearest wish that can be made: the size goes before the length."""
    cells = [(shape.resolution, shape.seconds) for shape in formats]
    if not cells or (wish.resolution, wish.seconds) in cells:
        return wish
    same_size = [cell for cell in cells if cell[0] == wish.resolution]
    resolution, seconds = (same_size or cells)[0]
    return replace(wish, resolution=resolution, seconds=seconds)


def _named(digest: str, names: Sequence[str]) -> str | None:
    return next((name for name in names if _digest(name) == digest), None)


def _digest(value: str) -> str:
    return hashlib.sha256(value.encode()).hexdigest()[:_DIGEST]
