"""One process on one folder: everything in it, with SQLite."""

import asyncio
import sqlite3
import time
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

from tests.chaos.clock import Course
from tests.chaos.fleet import make_member


class SqliteFleet:
    """Implements `Fleet`."""

    name = "sqlite"
    ways: Mapping[str, float] = {f"database locked for {seconds} s": float(seconds) for seconds in (1, 4, 12)}
    long_pause = 4.0
    longest_pause = 8.0
    shards = 1

    def __init__(self, folder: Path, env: Mapping[str, str], course: Course):
        self.data_dir = folder / "data"
        self.database_url = f"sqlite:///{self.data_dir / 'reelbot.db'}"
        env = {**env, "DATA_DIR": str(self.data_dir), "DATABASE_URL": self.database_url}
        self.members = self.carriers = (make_member("bot", ("run",), env, folder, course),)

    @asynccontextmanager
    async def prepared(self) -> AsyncGenerator[None]:
        """Nothing to prepare: the bot makes its own file."""
        self.data_dir.mkdir(parents=True, exist_ok=True)
        yield

    async def hurt_database(self, way: str, _how: float) -> bool:
        """Hold its lock, as a backup or somebody's shell would."""
        seconds = self.ways[way]
        for member in self.members:
            member.excuse(seconds)
        return await asyncio.to_thread(_hold_lock, self.data_dir / "reelbot.db", seconds)


def _hold_lock(path: Path, seconds: float) -> bool:
    connection = sqlite3.connect(path, timeout=5, isolation_level=None)
    try:
        connection.execute("BEGIN IMMEDIATE")
    except sqlite3.OperationalError:
        return False
    else:
        time.sleep(seconds)  # noqa: TID251 a thread of its own
        connection.execute("ROLLBACK")
        return True
    finally:
        connection.close()
