"""Draws one chart with matplotlib; this module is imported in a child process alone, and only when one is drawn.

Run by the workshop: `work(order)` takes the chart, the look, the file to write and the folder that may keep what
matplotlib learns about the machine's fonts.
"""

import os
import textwrap
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot.core.charts import Chart, Look, Panel, Series, Tone

if TYPE_CHECKING:
    from matplotlib.axes import Axes

DOTS_PER_INCH = 200
"""With inches of 100 CSS pixels: as sharp as a phone shows it."""
NARROW, WIDE = 4.0, 10.0
"""Inches: a phone, and a page."""
DAY_PANEL, HEAD = 1.9, 0.8
ROW = 0.4
"""Inches that one ranked bar takes with its name above it."""
DAYS_NAMED = 4
LINE_MOST = 50
"""Characters of a line below the title; Chinese ones are twice as wide."""
NAME_MOST = 40
"""Characters of a name above its bar."""
FONTS = ("DejaVu Sans", "Noto Sans CJK SC", "Noto Sans CJK JP", "WenQuanYi Zen Hei", "Noto Sans", "Noto Emoji")
"""The first one comes with matplotlib; the others are asked for what it lacks, where the machine has them."""
CHINESE_FONTS = frozenset(FONTS[1:4])


class NoSuchLetters(Exception):
    """No font of this machine has what the chart says: every word of it would be a row of boxes."""


@dataclass(frozen=True, slots=True)
class Palette:
    """Colours that can be told apart on their ground, by people who see few colours too."""

    ground: str
    ink: str
    soft: str
    line: str
    tones: Mapping[Tone, str]


LIGHT = Palette(
    "#ffffff", "#1c1924", "#635d72", "#e2deea", {Tone.GOOD: "#6842d8", Tone.BAD: "#d9553f", Tone.MONEY: "#0f7f86"}
)
DARK = Palette(
    "#1c1924", "#f1eef7", "#a8a1b8", "#3a3448", {Tone.GOOD: "#ab8fff", Tone.BAD: "#ff8f6f", Tone.MONEY: "#4fc3c9"}
)


def work(order: Mapping[str, Any]) -> dict[str, Any]:
    """Draw what *order* says into a file."""
    os.environ["MPLCONFIGDIR"] = order["folder"]  # noqa: TID251 matplotlib takes it in no other way
    draw(read_chart(order["chart"]), Look(**order["look"]), Path(order["into"]))
    return {}


def read_chart(written: Mapping[str, Any]) -> Chart:
    """The chart that `dataclasses.asdict` wrote."""
    panels = (
        Panel(
            panel["title"],
            tuple(panel["labels"]),
            tuple(Series(one["name"], tuple(one["values"]), Tone(one["tone"])) for one in panel["series"]),
            panel["ranked"],
        )
        for panel in written["panels"]
    )
    return Chart(written["title"], written["subtitle"], tuple(panels))


def draw(chart: Chart, look: Look, into: Path) -> None:
    """Write the picture.

    Raises:
        NoSuchLetters: It would say nothing to whoever looks at it.
    """
    import matplotlib as mpl  # noqa: PLC0415 half a second, and only here
    from matplotlib.figure import Figure  # noqa: PLC0415 likewise

    if _has_wide_letters(chart.title) and not CHINESE_FONTS & set(_fonts()):
        raise NoSuchLetters(chart.title)
    palette, columns = DARK if look.dark else LIGHT, 2 if look.wide else 1
    heights = [HEAD if chart.title else 0.1, *_heights(chart.panels, columns)]
    with mpl.rc_context(_style(palette)):  # type: ignore[arg-type]  # its keys are a literal type of 300 words
        size = (WIDE if look.wide else NARROW, sum(heights))
        figure = Figure(figsize=size, dpi=DOTS_PER_INCH, layout="constrained")
        grid = figure.add_gridspec(len(heights), columns, height_ratios=heights)
        _write_head(figure.add_subplot(grid[0, :]), chart, palette)
        for number, panel in enumerate(chart.panels):
            axes = figure.add_subplot(grid[1 + number // columns, number % columns])
            (_draw_ranked if panel.ranked else _draw_days)(axes, panel, palette)
        figure.savefig(into, format=look.picture, metadata={"Date": None} if look.picture == "svg" else None)


def _style(palette: Palette) -> dict[str, Any]:
    return {
        "font.family": list(_fonts()),
        "font.size": 8.5,
        "text.color": palette.ink,
        "figure.facecolor": palette.ground,
        "axes.facecolor": palette.ground,
        "axes.edgecolor": palette.line,
        "axes.labelcolor": palette.soft,
        "xtick.color": palette.soft,
        "ytick.color": palette.soft,
        "axes.titlelocation": "left",
        "axes.titlesize": 9.5,
        "axes.titleweight": "bold",
        "axes.titlecolor": palette.ink,
        "svg.hashsalt": "reelbot",  # the same figures give the same file
        "text.parse_math": False,  # a name with two dollar signs is no formula
    }


def _fonts() -> Sequence[str]:
    from matplotlib.font_manager import get_font_names  # noqa: PLC0415 as above

    there = set(get_font_names())
    return [name for name in FONTS if name in there]


def _has_wide_letters(text: str) -> bool:
    """Whether a text has letters twice as wide as Latin ones, as Chinese has (Unicode, UAX #11)."""
    return any(unicodedata.east_asian_width(letter) in {"W", "F"} for letter in text)


def _heights(panels: Sequence[Panel], columns: int) -> list[float]:
    """Inches of each line of panels."""
    each = [len(panel.labels) * ROW + 0.5 if panel.ranked else DAY_PANEL for panel in panels]
    return [max(each[number : number + columns]) for number in range(0, len(each), columns)]


def _write_head(axes: "Axes", chart: Chart, palette: Palette) -> None:
    axes.axis("off")
    axes.text(0, 0.9, chart.title, fontsize=13, fontweight="bold", va="top")
    most = LINE_MOST // 2 if _has_wide_letters(chart.subtitle) else LINE_MOST
    axes.text(0, 0, "\n".join(textwrap.wrap(chart.subtitle, most)), color=palette.soft, va="bottom")


def _draw_days(axes: "Axes", panel: Panel, palette: Palette) -> None:
    """Bars side by side, a day each, with a scale and a few dates."""
    _bare(axes, panel)
    places, floor = range(len(panel.labels)), [0] * len(panel.labels)
    for series in panel.series:
        axes.bar(places, series.values, bottom=floor, width=0.75, color=palette.tones[series.tone], label=series.name)
        floor = [low + value for low, value in zip(floor, series.values, strict=True)]
    step = max(1, len(panel.labels) // DAYS_NAMED)
    named = places[::-step][::-1]  # today is always named
    axes.set_xticks(named, [panel.labels[number] for number in named])
    axes.locator_params(axis="y", integer=True, nbins=4)
    axes.yaxis.set_major_formatter(lambda value, _: _compact(value))
    axes.set_ylim(0, max(1, *floor) * 1.08)
    axes.grid(axis="y", color=palette.line, linewidth=0.6)
    if len(panel.series) > 1:
        axes.legend(loc="lower right", bbox_to_anchor=(1, 1), ncols=2, frameon=False, fontsize=8, borderpad=0)


def _draw_ranked(axes: "Axes", panel: Panel, palette: Palette) -> None:
    """Bars under each other, each with its name above and its figure behind it."""
    _bare(axes, panel)
    places, left = range(len(panel.labels)), [0] * len(panel.labels)
    for series in panel.series:
        axes.barh(places, series.values, left=left, height=0.38, color=palette.tones[series.tone])
        left = [low + value for low, value in zip(left, series.values, strict=True)]
    most = max(1, *left)
    for place, (name, total) in enumerate(zip(panel.labels, left, strict=True)):
        axes.text(0, place - 0.26, _shortened(name), va="bottom", fontsize=8)
        axes.text(total + most * 0.015, place, f"{total:,}", va="center", color=palette.soft, fontsize=8)
    axes.set_ylim(len(places) - 0.5, -0.75)
    axes.set_xlim(0, most * 1.2)
    axes.set_xticks([])
    axes.set_yticks([])


def _bare(axes: "Axes", panel: Panel) -> None:
    axes.set_title(panel.title)
    axes.set_axisbelow(True)
    axes.spines[["top", "right", "left"]].set_visible(False)
    axes.spines["bottom"].set_visible(not panel.ranked)
    axes.tick_params(length=0)


def _compact(value: float) -> str:
    for size, letter in ((1_000_000, "M"), (1_000, "k")):
        if value >= size:
            return f"{value / size:g}{letter}"
    return f"{value:g}"


def _shortened(name: str) -> str:
    return name if len(name) <= NAME_MOST else f"{name[: NAME_MOST - 1]}…"
