"""Charts as values: what is to be drawn, for which screen, and who draws it."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


class Tone(StrEnum):
    """What a colour says; the colours themselves are the drawer's."""

    GOOD = "good"
    BAD = "bad"
    MONEY = "money"


@dataclass(frozen=True, slots=True)
class Series:
    """One row of figures with a meaning of its own."""

    name: str
    values: tuple[int, ...]
    tone: Tone


@dataclass(frozen=True, slots=True)
class Panel:
    """One diagram of a chart: a bar for each label, its series stacked."""

    title: str
    labels: tuple[str, ...]
    series: tuple[Series, ...]
    ranked: bool = False
    """Bars that lie under each other with their names and figures, instead of days side by side."""


@dataclass(frozen=True, slots=True)
class Chart:
    """A picture of figures; who cannot see it is given the same ones as text."""

    title: str
    """Empty where the page around the picture says it."""
    subtitle: str
    panels: tuple[Panel, ...]


@dataclass(frozen=True, slots=True)
class Look:
    """The screen that a chart is drawn for."""

    dark: bool
    wide: bool
    """Diagrams side by side, instead of one under the other for a phone."""
    picture: str = "png"
    """`png`, or `svg` for our own pages."""


class NotDrawn(Exception):
    """The drawing failed or took too long: show the figures as text alone."""


class Charts(Protocol):
    """Draws charts."""

    async def draw(self, chart: Chart, look: Look) -> bytes:
        """The picture as a file.

        Raises:
            NotDrawn: There is none.
        """
        ...
