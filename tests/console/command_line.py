"""The command line as an operator uses it, in this process, on a data folder that a test may fill beforehand."""

import asyncio
import json
import sqlite3
from collections.abc import Awaitable, Callable
from contextlib import closing
from pathlib import Path
from typing import Any

from typer.testing import CliRunner, Result

from bot.cli import app
from bot.clock import SystemClock
from storage.database import open_database
from storage.store import SqlStore
from tests.contracts.store_scene import Scene


class CommandLine:
    def __init__(self, folder: Path):
        self.folder = folder
        self.database = folder / "reelbot.db"

    def __call__(self, *words: object) -> Result:
        return CliRunner().invoke(app, [str(word) for word in words], catch_exceptions=False)

    def text(self, *words: object) -> str:
        """What a command writes that succeeds and complains about nothing."""
        result = self(*words)
        assert (result.exit_code, result.stderr) == (0, ""), result.output
        assert all(len(line) <= 80 for line in result.stdout.splitlines() if "/" not in line), result.stdout
        return result.stdout

    def json(self, *words: object) -> Any:
        result = self(*words, "--json")
        assert result.exit_code == 0, result.output
        return json.loads(result.stdout)

    def refusal(self, *words: object) -> str:
        """The one sentence of a command that is refused, having changed nothing."""
        before = self.contents()
        result = self(*words)
        assert (result.exit_code, result.stdout) == (1, ""), result.output
        assert self.contents() == before
        (sentence,) = result.stderr.splitlines()
        return sentence

    def contents(self) -> list[str]:
        """Everything that stands in the database."""
        if not self.database.is_file():
            return []
        with closing(sqlite3.connect(self.database)) as connection:
            return list(connection.iterdump())

    def sql(self, *statements: str) -> None:
        """What no command of ours would do."""
        with closing(sqlite3.connect(self.database)) as connection:
            for statement in statements:
                connection.execute(statement)
            connection.commit()

    def prepare(self, work: Callable[[Scene], Awaitable[Any]]) -> Any:
        """Let things have happened before."""

        async def happen():
            async with open_database(f"sqlite:///{self.database}") as database:
                clock = SystemClock()
                return await work(Scene(SqlStore(database=database, clock=clock), clock))

        return asyncio.run(happen())
