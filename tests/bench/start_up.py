"""How long the bot takes to stand, and its command line to be there at all."""

import statistics
from collections.abc import Awaitable, Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import aiohttp

from tests.bench.children import ROOT, python
from tests.bench.databases import Databases
from tests.bench.figures import Row, below, row
from tests.bench.sizes import Sizes

NAME = "start-up"
ADDRESS = "Reelbot runs at "


async def measure(sizes: Sizes, databases: Databases) -> list[Row]:
    nothing = await _median(sizes, lambda: _run_to_its_end("-c", "pass"))
    if databases.where:
        return [await _with_a_server(sizes, databases, nothing)]
    imported = await _median(sizes, lambda: _run_to_its_end("-c", "import bot.cli"))
    ready = await _median(sizes, _ready_in_a_fresh_folder)
    return [
        row(f"{NAME}: reelbot run, fresh folder, until /readyz", ready, "s", below(1.5), floor=nothing),
        row(f"{NAME}: import bot.cli", imported, "s", below(0.3), floor=nothing),
    ]


async def _with_a_server(sizes: Sizes, databases: Databases, nothing: float) -> Row:
    """Every start but the first, which makes the tables."""
    async with databases.fresh() as address:
        with TemporaryDirectory() as folder:
            await _ready(folder, DATABASE_URL=address)
            ready = await _median(sizes, lambda: _ready(folder, DATABASE_URL=address))
    return row(f"{NAME}{databases.where}: reelbot run until /readyz", ready, "s", below(1.5), floor=nothing)


async def _median(sizes: Sizes, once: Callable[[], Awaitable[float]]) -> float:
    return statistics.median([await once() for _ in range(sizes.starts)])


async def _run_to_its_end(*arguments: str) -> float:
    async with python(*arguments) as process:
        await process.end()
        return process.age


async def _ready_in_a_fresh_folder() -> float:
    with TemporaryDirectory() as folder:
        return await _ready(folder)


async def _ready(folder: str, **more: str) -> float:
    env = {"PYTHONPATH": str(ROOT), "DATA_DIR": f"{folder}/data", "LISTEN": "127.0.0.1:0", "LOG_LEVEL": "error", **more}
    async with python("-m", "bot", "run", folder=Path(folder), env=env) as bot, aiohttp.ClientSession() as session:
        address = (await bot.says(ADDRESS)).partition(". ")[0]
        while True:
            async with session.get(f"{address}/readyz") as answer:
                if answer.ok:
                    break
        age = bot.age
        await bot.stop()
    return age
