import json
from datetime import UTC, datetime

import pytest
from rich.console import Console

from bot.console import printing, progress
from bot.console.printing import complaint, print_json, print_table, sentence
from bot.console.progress import JobBar
from bot.core.model import CommunityId, State

AT = datetime(2026, 11, 21, 5, 36, 59, tzinfo=UTC)


@pytest.fixture(autouse=True)
def eighty_columns(monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")


def test_json_is_plain(capsys):
    print_json(
        {"at": AT, "state": State.QUEUED, "who": CommunityId("discord", "1"), "set": frozenset("ba"), 1: (None,)}
    )

    assert json.loads(capsys.readouterr().out) == {
        "at": "2026-11-21T05:36:59+00:00",
        "state": "queued",
        "who": {"platform": "discord", "id": "1"},
        "set": ["a", "b"],
        "1": [None],
    }


def test_a_table_keeps_ids_whole_cuts_and_wraps(capsys):
    row = ("k3f9q0x2ab", AT, 5, "x" * 90, "many words " * 6)
    print_table(("id", "at", "n", "cut", "wrap"), [row], cut=("cut",), wrap=("wrap",))
    head, first, *more = capsys.readouterr().out.splitlines()

    assert all(len(line) <= 80 for line in (head, first, *more))
    assert first.startswith("k3f9q0x2ab  2026-11-21 05:36  5  xxxx")
    assert "…" in first
    assert more


def test_what_people_typed_is_never_markup(capsys):
    print_table(("prompt",), [("[red]cat[/red] :cat:",)])
    sentence("[bold]dog")
    complaint("[/]bird")
    said = capsys.readouterr()

    assert said.out.split("\n")[1].strip() == "[red]cat[/red] :cat:"
    assert said.out.endswith("[bold]dog\n")
    assert said.err == "[/]bird\n"


def test_a_sentence_for_a_program_stays_on_one_line(capsys):
    sentence("a path " + "x" * 200)

    assert len(capsys.readouterr().out.splitlines()) == 1


def test_without_a_terminal_progress_is_told_line_by_line(capsys):
    with JobBar() as bar:
        for headline in ("Waiting.", "Being [made].", "Being [made].", "Done."):
            bar.draw(headline, None)

    assert capsys.readouterr().err.splitlines() == ["Waiting.", "Being [made].", "Done."]


def test_in_a_terminal_progress_moves(capsys, monkeypatch):
    terminal = Console(stderr=True, force_terminal=True, width=80)
    monkeypatch.setattr(progress, "errors", lambda: terminal)
    with JobBar() as bar:
        bar.draw("Being made, 40 %.", 40.0)

    drawn = capsys.readouterr().err
    assert "Being made, 40 %." in drawn
    assert "\x1b[" in drawn
    assert printing.errors() is not terminal
