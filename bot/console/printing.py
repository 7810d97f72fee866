"""How the command line speaks: tables and sentences for people, JSON for programs."""

import dataclasses
import json
import sys
from collections.abc import Sequence
from datetime import datetime
from enum import Enum

from rich.console import Console
from rich.table import Table
from rich.text import Text

OUT = Console(highlight=False)
ERRORS = Console(stderr=True, highlight=False)


class Refusal(Exception):
    """The command ends here with one clear sentence and exit code 1."""


def plain(value: object) -> object:
    """A value as JSON can carry it."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
    match value:
        case Enum():
            return value.value
        case datetime():
            return value.isoformat(timespec="seconds")
        case dict():
            return {str(key): plain(each) for key, each in value.items()}
        case list() | tuple() | set() | frozenset():
            return [plain(each) for each in value]
        case _:
            return value if value is None or isinstance(value, bool | int | float) else str(value)


def print_json(value: object) -> None:
    """Write one JSON document to standard output."""
    sys.stdout.write(json.dumps(plain(value), indent=2, ensure_ascii=False) + "\n")


def print_table(columns: Sequence[str], rows: Sequence[Sequence[object]], *, empty: str) -> None:
    """Write a table; *empty* is the sentence for one without rows."""
    if not rows:
        OUT.print(empty)
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in columns:
        table.add_column(column, overflow="fold")
    for row in rows:
        # Prompts and names are text, never markup.
        table.add_row(*(Text("" if cell is None else str(plain(cell))) for cell in row))
    OUT.print(table)


def sentence(text: str, *, style: str = "") -> None:
    """Write a line that may contain what people typed."""
    OUT.print(Text(text, style=style))


def complaint(text: str) -> None:
    """Write a line to standard error."""
    ERRORS.print(Text(text, style="red"))
