"""What stands behind the console: the books, and whoever acts on what the operator decides."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from bot.core.blocks import Blocks
from bot.core.catalog import Catalog
from bot.core.charts import Charts
from bot.core.model import FileName
from bot.core.oversight import Oversight
from bot.core.ports import Clock, Engine, Files
from bot.core.statistics import Statistics
from bot.core.store import Memory, Store
from providers.contract import Provider

ACTOR = "console"
"""What the books call whoever uses the console: there is one password, so nobody has a name."""


class Books(Store, Statistics, Oversight, Blocks, Memory, Protocol):
    """The store with everything that can be asked of it."""


class Switch(Protocol):
    """Stops giving new videos to a provider, and starts again."""

    async def pause(self, provider: str, actor: str, reason: str = "") -> bool:
        """Give it nothing new until it is resumed; False if it is paused already."""
        ...

    async def resume(self, provider: str, actor: str, reason: str = "") -> bool:
        """Give it new videos again; False if it was not paused."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """Everything that the pages need."""

    books: Books
    engine: Engine
    files: Files
    charts: Charts
    clock: Clock
    switch: Switch
    providers: tuple[Provider, ...]
    catalog: Catalog
    """What can be made, at the prices that providers list."""
    clip_link: Callable[[FileName], str]
    """Where a clip can be watched."""
    lag: Callable[[], float]
    """How late the event loop has been lately, in seconds."""
