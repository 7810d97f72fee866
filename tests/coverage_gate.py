"""A pytest plugin that fails the run when a package is not covered as it must be, and says which lines lack.

It stands inside the run, not behind it, so that pytest's own last line stays the last line of `make test`.
"""

import json
import os
import sys
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path, PurePosixPath
from typing import Any

import pytest

THRESHOLDS = (("bot/core", 100), ("", 90))
"""Percent of statements and branches that must have run; the first matching path counts."""

Report = Mapping[str, Mapping[str, Any]]
"""Files of coverage's JSON report, by path."""


@dataclass(frozen=True)
class Lacking:
    file: str
    lines: tuple[int, ...]
    branches: tuple[tuple[int, int], ...]

    def __str__(self) -> str:
        lines = list(_ranges(self.lines))
        branches = [f"{start}->{'exit' if end < 0 else end}" for start, end in self.branches]
        return f"  {self.file}: {', '.join(lines + branches)}"


def shortfalls(files: Report) -> Iterator[str]:
    """One line for each package below its threshold, followed by one for each of its files that lacks something."""
    for package in sorted({_package(path) for path in files}):
        inside = {path: report for path, report in files.items() if _package(path) == package}
        percent, must = _percent(inside), _threshold(package)
        if percent < must:
            yield f"{package} is covered by {percent:.1f} %, must be {must} %"
            yield from (str(lacking) for lacking in _lacking(inside))


def _package(path: str) -> str:
    return str(PurePosixPath(Path(path).as_posix()).parent)


def _threshold(package: str) -> int:
    return next(percent for prefix, percent in THRESHOLDS if package == prefix or package.startswith(prefix))


def _percent(files: Report) -> float:
    sums = [report["summary"] for report in files.values()]
    there = sum(one["num_statements"] + one["num_branches"] for one in sums)
    ran = sum(one["covered_lines"] + one["covered_branches"] for one in sums)
    return 100 * ran / there if there else 100.0


def _lacking(files: Report) -> Iterator[Lacking]:
    for path, report in sorted(files.items()):
        lines, branches = report["missing_lines"], report["missing_branches"]
        # A branch out of or into a line that never ran says nothing new.
        new = [(start, end) for start, end in branches if start not in lines and end not in lines]
        if lines or new:
            yield Lacking(Path(path).as_posix(), tuple(lines), tuple(new))


def _ranges(lines: tuple[int, ...]) -> Iterator[str]:
    for _, run in groupby(enumerate(lines), lambda pair: pair[1] - pair[0]):
        numbers = [line for _, line in run]
        yield str(numbers[0]) if len(numbers) == 1 else f"{numbers[0]}-{numbers[-1]}"


class CoverageGate:
    def __init__(self) -> None:
        self._shortfalls: tuple[str, ...] = ()

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtestloop(self, session):
        result = yield
        measured = session.config.pluginmanager.getplugin("_cov").cov_controller.cov
        self._shortfalls = tuple(shortfalls(_files(measured)))
        if self._shortfalls:
            session.testsfailed += 1
        return result

    @pytest.hookimpl(trylast=True)
    def pytest_terminal_summary(self, terminalreporter):
        if self._shortfalls:
            terminalreporter.section("coverage is too low", red=True)
            for line in self._shortfalls:
                terminalreporter.write_line(line)


@pytest.fixture(autouse=True)
def measured_children(request, monkeypatch):
    """Let the child processes of the workshop be measured too: it starts them with a bare environment.

    The workshop's own tests look at that environment, and so get it as it is.
    """
    workshop = sys.modules.get("bot.media.workshop")
    if workshop is not None and request.path.name != "test_workshop.py":
        bare, names = workshop._environment, ("COVERAGE_PROCESS_CONFIG", "COVERAGE_PROCESS_START")
        told = {name: os.environ[name] for name in names if name in os.environ}  # noqa: TID251 - coverage's own names
        monkeypatch.setattr(workshop, "_environment", lambda: bare() | told)


def _files(measured) -> Report:
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "coverage.json"
        measured.json_report(outfile=str(report))
        return json.loads(report.read_text(encoding="utf-8"))["files"]


def pytest_configure(config):
    if hasattr(config, "workerinput"):
        # One of several processes: the one that gathers what they measured judges it.
        return
    controller = getattr(config.pluginmanager.getplugin("_cov"), "cov_controller", None)
    if controller is None:
        raise pytest.UsageError("tests.coverage_gate judges what --cov measures: give --cov too")
    config.pluginmanager.register(CoverageGate(), "coverage-gate")
