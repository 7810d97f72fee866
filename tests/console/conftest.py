"""Every test has a command line of its own: an empty folder, and a terminal of eighty columns."""

import logging

import pytest

from tests.console.command_line import CommandLine
from tests.console.shelf import putting


@pytest.fixture(autouse=True)
def the_logs_as_they_were():
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)


@pytest.fixture
def cli(tmp_path, monkeypatch) -> CommandLine:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("LISTEN", "127.0.0.1:0")
    monkeypatch.setenv("COLUMNS", "80")
    return CommandLine(tmp_path / "data")


@pytest.fixture
def put(monkeypatch):
    """Puts providers on the shelf instead of those that the settings turn on."""
    return putting(monkeypatch)
