"""The benchmarks run, and say what they promise to say; how fast anything is, no test judges."""

import asyncio
import json
import sys
from pathlib import Path

import pytest

from tests.bench.figures import at_least, at_most, at_most_floors, below, below_floor, row, table

pytestmark = [pytest.mark.crash, pytest.mark.timeout(300)]

ROOT = Path(__file__).parents[2]
FIELDS = {"name", "figure", "unit", "floor", "ratio", "must", "holds"}


def test_a_figure_is_held_against_its_floor():
    slow = row("x", 30.0, "s", at_most_floors(2), floor=10.0)

    assert (slow.ratio, slow.holds) == (3.0, False)
    assert row("x", 20.0, "s", at_most_floors(2), floor=10.0).holds
    assert row("x", 9.0, "s", below_floor(), floor=10.0).holds
    assert not row("x", 10.0, "s", below_floor(), floor=10.0).holds


def test_a_figure_without_a_floor_is_held_against_a_number():
    assert [row("x", 5.0, "s", must(5)).holds for must in (below, at_most, at_least)] == [False, True, True]
    assert row("x", 5.0, "s", at_most(5)).ratio is None
    assert table([row("x", 5.0, "s", at_most(5))]).row_count == 1


@pytest.mark.long
@pytest.mark.parametrize(
    ("chosen", "names"),
    [
        (
            ["--on", "sqlite"],
            ["import bot.cli", "console", "asking", "restart", "called back", "deliveries", "photos", "hold + settle",
             "acknowledged", "slash commands", "finished jobs", "in flight", "killed"],
        ),
        (
            ["--on", "postgres", "--only", "hold + settle", "--only", "a million finished jobs", "--only", "restart",
             "--only", "start-up", "--only", "taken over"],
            ["hold + settle (PostgreSQL)", "finished jobs (PostgreSQL)", "restart (PostgreSQL)",
             "start-up (PostgreSQL)", "taken over (PostgreSQL)"],
        ),
    ],
    ids=["SQLite", "PostgreSQL"],
)  # fmt: skip
async def test_every_family_measures_and_writes_its_rows(tmp_path, chosen, names):
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.bench", "--quick", *chosen,
        cwd=tmp_path, env={"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin"},
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    shown, complaint = await process.communicate()
    assert process.returncode == 0, complaint.decode()
    rows = json.loads((tmp_path / "bench.json").read_text())

    assert all(set(each) == FIELDS for each in rows)
    assert [name for name in names if not any(name in each["name"] for each in rows)] == []
    assert "measuring hold + settle" in shown.decode()
