"""What the bot itself said went wrong: read from its logs, and which of it can only be a mistake of ours."""

import json
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

OURS = (
    "AssertionError", "AttributeError", "BooksBroken", "ImpossibleMove", "IndexError", "KeyError", "NameError",
    "RecursionError", "TypeError", "UnboundLocalError", "IntegrityError", "ProgrammingError",
)  # fmt: skip
"""Errors that no disk, network or provider can make us raise."""

LOST_ANSWER = ("an answer may have been lost", "an answer was given up")
"""What is logged of an answer on Telegram that may not stand there."""


@dataclass
class Logbook:
    said: Counter[str] = field(default_factory=Counter)
    """How often each kind of error was logged."""
    bugs: list[str] = field(default_factory=list)
    lost_answers: int = 0
    """How often the bot could not know whether Telegram had posted an answer, and did not give it again."""


def read_logs(folder: Path) -> Logbook:
    """All logs of all processes."""
    book = Logbook()
    for path in sorted(folder.glob("*.log")):
        for number, line in enumerate(path.read_text(errors="replace").splitlines(), 1):
            _note(book, f"{path.name}:{number}", line)
    return book


def _note(book: Logbook, where: str, line: str) -> None:
    try:
        told = json.loads(line)
    except ValueError:
        told = None
    if not isinstance(told, dict):
        # Not the log's own form: the interpreter's last words, or a library's.
        if line.startswith(OURS):
            book.bugs.append(f"a process said {line[:200]!r}, see {where}")
        return
    book.lost_answers += told.get("event") in LOST_ANSWER
    if told.get("level") not in {"error", "critical"}:
        return
    trouble = str(told.get("exception") or "").strip().rpartition("\n")[2]
    kind = trouble.partition(":")[0].rpartition(".")[2]
    book.said[f"{told.get('event')}{f' ({kind})' if kind else ''}"] += 1
    if kind in OURS:
        book.bugs.append(f"{told.get('event')!r} in {where}: {trouble[:300]}")
