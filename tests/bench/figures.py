"""One figure beside its floor, and how all of them are shown and kept."""

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table


@dataclass(frozen=True, slots=True)
class Must:
    """What a figure has to reach, in words and as a question to the figure and its floor."""

    words: str
    reached: Callable[[float, float], bool]


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table and of `bench.json`; ratio is figure to floor, None where there is no floor."""

    name: str
    figure: float
    unit: str
    floor: float | None
    ratio: float | None
    must: str
    holds: bool


def row(name: str, figure: float, unit: str, must: Must, *, floor: float | None = None) -> Row:
    ratio = figure / floor if floor else None
    return Row(
        name=name,
        figure=round(figure, 3),
        unit=unit,
        floor=None if floor is None else round(floor, 3),
        ratio=None if ratio is None else round(ratio, 2),
        must=must.words,
        holds=must.reached(figure, floor or 0.0),
    )


def below(most: float) -> Must:
    return Must(f"< {most:g}", lambda figure, _: figure < most)


def at_most(most: float) -> Must:
    return Must(f"≤ {most:g}", lambda figure, _: figure <= most)


def at_least(least: float) -> Must:
    return Must(f"≥ {least:g}", lambda figure, _: figure >= least)


def at_most_floors(times: float) -> Must:
    return Must(f"≤ {times:.2g} floors", lambda figure, floor: figure <= times * floor)


def at_least_floors(times: float) -> Must:
    return Must(f"≥ {times:.2g} floors", lambda figure, floor: figure >= times * floor)


def below_floor() -> Must:
    return Must("< floor", lambda figure, floor: figure < floor)


def table(rows: Sequence[Row]) -> Table:
    shown = Table(box=None, pad_edge=False, header_style="bold")
    shown.add_column("")
    for column in ("figure", "unit", "floor", "ratio", "must", ""):
        shown.add_column(column, justify="left" if column == "unit" else "right", no_wrap=True)
    for each in rows:
        numbers = ["" if number is None else f"{number:,.6g}" for number in (each.figure, each.floor, each.ratio)]
        verdict = "[green]holds[/]" if each.holds else "[red]misses[/]"
        shown.add_row(each.name, numbers[0], each.unit, numbers[1], numbers[2], each.must, verdict)
    return shown


def show(rows: Sequence[Row]) -> None:
    Console().print(table(rows))


def keep(rows: Sequence[Row], path: Path) -> None:
    path.write_text(json.dumps([asdict(each) for each in rows], indent=2, ensure_ascii=False) + "\n")
