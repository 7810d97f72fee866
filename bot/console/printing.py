"""How the command line speaks: tables and sentences for people, JSON for programs."""

import dataclasses
import json
import shutil
import sys
from collections.abc import Collection, Sequence
from datetime import datetime
from enum import Enum

from rich.console import Console
from rich.table import Table
from rich.text import Text

UNCUT = 1_000
"""Columns where nobody looks: what goes into a file or another program keeps its lines whole."""


class Refusal(Exception):
    """The command ends here with one clear sentence and exit code 1."""


def plain(value: object) -> object:
    """A value as JSON can carry it."""
    match value:
        case _ if dataclasses.is_dataclass(value) and not isinstance(value, type):
            shown: object = {field.name: plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
        case Enum():
            shown = value.value
        case datetime():
            shown = value.isoformat(timespec="seconds")
        case set() | frozenset():
            shown = sorted(map(str, value))
        case list() | tuple():
            shown = [plain(each) for each in value]
        case dict():
            shown = {str(key): plain(each) for key, each in value.items()}
        case _:
            shown = value if value is None or isinstance(value, bool | int | float) else str(value)
    return shown


def print_json(value: object) -> None:
    """Write one JSON document to standard output."""
    sys.stdout.write(json.dumps(plain(value), indent=2, ensure_ascii=False) + "\n")


def moment(at: datetime) -> str:
    """A time as people read it, to the minute; the word UTC stands beside it or above it."""
    return f"{at:%Y-%m-%d %H:%M}"


def print_table(
    columns: Sequence[str],
    rows: Sequence[Sequence[object]],
    *,
    empty: str = "",
    wrap: Collection[str] = (),
    cut: Collection[str] = (),
) -> None:
    """Write a table.

    Args:
        columns: The headings; a table whose headings are all blank has no head.
        rows: What stands below them.
        empty: The sentence for a table without rows.
        wrap: Columns of words, which take several lines where the terminal is narrow.
        cut: Columns that end in “…” there; all others, such as ids and times, always stay whole.
    """
    if not rows:
        sentence(empty)
        return
    table = Table(box=None, pad_edge=False, header_style="bold", show_header=any(map(str.strip, columns)))
    for number, column in enumerate(columns):
        numbers = all(isinstance(row[number], int | None) for row in rows)
        table.add_column(column, justify="right" if numbers else "left", no_wrap=column not in {*wrap, *cut})
    for row in rows:
        table.add_row(*(_cell(value, cut=column in cut) for column, value in zip(columns, row, strict=True)))
    _out().print(table)


def _cell(value: object, *, cut: bool) -> Text:
    # Prompts and names are text, never markup.
    shown = "" if value is None else moment(value) if isinstance(value, datetime) else str(plain(value))
    return Text(shown, no_wrap=cut or None, overflow="ellipsis" if cut else "fold")


def sentence(text: str, *, style: str = "") -> None:
    """Write a line that may contain what people typed; it is broken only where somebody reads it."""
    out = _out()
    out.print(Text(text, style=style), soft_wrap=not out.is_terminal)


def complaint(text: str) -> None:
    """Write a line to standard error."""
    errors().print(Text(text, style="red"), soft_wrap=True)


def errors() -> Console:
    """Standard error as it is now."""
    return Console(stderr=True, highlight=False)


def _out() -> Console:
    return Console(highlight=False, width=shutil.get_terminal_size((UNCUT, 24)).columns)
