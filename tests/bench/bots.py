"""How a benchmark starts the real bot in a process of its own."""

import json
from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field

from tests.bench.children import Child, python

SECRET = "a secret of the benchmarks, no secret at all"


@dataclass(frozen=True, slots=True)
class Bot:
    """A bot, and the provider on loopback that it works with."""

    books: str
    """The address of its database."""
    folder: str
    api: str
    """Where the provider's API is."""
    ask_every: float
    """The shortest interval between two questions about a task, in seconds."""
    jobs: int
    """It says `all wait` when it carries so many."""
    parts: str = ""
    """Which parts it runs, as `reelbot run --only` names them."""
    more: Mapping[str, str] = field(default_factory=dict)
    """Further settings."""

    def run(self) -> AbstractAsyncContextManager[Child]:
        """Start it; it is gone when the block ends. It says `serves` and its address when it stands."""
        settings = {
            "DATA_DIR": self.folder, "DATABASE_URL": self.books, "LISTEN": "127.0.0.1:0",
            "STARTING_CREDITS": "100000", "SECRET_KEY": SECRET,
        } | self.more  # fmt: skip
        words = (json.dumps(settings), self.api, self.ask_every, self.jobs, self.parts)
        return python("-m", "tests.bench.bot_process", *words)
