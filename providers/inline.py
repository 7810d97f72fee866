"""A request with pictures in it that nobody has read yet: what is written around them, and how long the whole becomes.

Pictures weigh megabytes, and more inside JSON. They are read while the request is sent (`outgoing.py`), piece by piece.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from uuid import uuid4


@dataclass(frozen=True, slots=True)
class Inline:
    """A picture inside a request: in JSON it becomes a data URL, in a form a file."""

    content: Path | bytes = field(repr=False)
    """A file on our disk; the bytes themselves only where they had to be made anew, and are few."""
    media_type: str


@dataclass(frozen=True, slots=True)
class Form:
    """A request as a form of several parts."""

    fields: Mapping[str, str]
    files: Mapping[str, Inline]
    """They come after the fields."""


@dataclass(frozen=True, slots=True)
class Outline:
    """JSON in UTF-8 with a gap for the base64 of each picture."""

    texts: tuple[bytes, ...]
    """One more than there are pictures: what is before, between and behind them."""
    pictures: tuple[Inline, ...]

    def size(self, pictures: Iterable[int]) -> int:
        """Bytes of the whole, from the bytes of each picture."""
        return sum(map(len, self.texts)) + sum(_encoded_size(size) for size in pictures)


def outline(body: Mapping[str, object]) -> Outline:
    """Write the JSON of *body* around its pictures, wherever they stand in it.

    Raises:
        TypeError: Something in it is neither JSON nor a picture.
    """
    pictures: list[Inline] = []
    gap = uuid4().hex  # made for this call: nobody can have put it into a prompt

    def data_url(value: object) -> str:
        if not isinstance(value, Inline):
            raise TypeError(f"{type(value).__name__} is no JSON")
        pictures.append(value)
        return f"data:{value.media_type};base64,{gap}"

    text = json.dumps(body, ensure_ascii=False, default=data_url)
    return Outline(tuple(part.encode() for part in text.split(gap)), tuple(pictures))


def _encoded_size(size: int) -> int:
    """Base64 makes four of three bytes, and of what is left over at the end."""
    return (size + 2) // 3 * 4
