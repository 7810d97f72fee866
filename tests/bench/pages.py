"""How long the operator waits for every page of the console while the database holds a hundred thousand jobs."""

import statistics
import time
from pathlib import Path
from tempfile import TemporaryDirectory

import aiohttp

from storage.database import open_database
from tests.bench.figures import Row, below, row
from tests.bench.full_books import Season, fill
from tests.bench.sizes import Sizes
from tests.fakes.admin_house import AdminHouse, admin_house
from tests.fakes.clock import START

NAME = "console"
MUST = 300.0
"""Milliseconds."""
PATHS = {
    "overview": "/admin",
    "overview, 90 days": "/admin?days=90",
    "jobs": "/admin/jobs",
    "jobs of a provider in a state": "/admin/jobs?provider=acme&state=failed",
    "a job": "/admin/jobs/b{last:09}",
    "people": "/admin/people",
    "people by name": "/admin/people?find=son+12",
    "a person, 90 days": "/admin/people/discord:1?days=90",
    "servers": "/admin/servers",
    "a server, 90 days": "/admin/servers/discord:1?days=90",
    "blocks": "/admin/blocks",
    "providers": "/admin/providers",
    "costs": "/admin/costs",
    "log": "/admin/log",
}


async def measure(sizes: Sizes) -> list[Row]:
    with TemporaryDirectory() as folder:
        bare, full = Path(folder, "bare"), Path(folder, "full")
        floors = await _looks(bare, 1, sizes.looks)
        figures = await _looks(full, sizes.finished, sizes.looks)
    return [
        row(f"{NAME}: {name}, {sizes.finished:,} jobs", figures[name], "ms", below(MUST), floor=floors[name])
        for name in PATHS
    ]


async def _looks(folder: Path, jobs: int, looks: int) -> dict[str, float]:
    """The median of some looks at every page, in milliseconds; the floor is the same page over one single job."""
    async with open_database(f"sqlite:///{folder}/reelbot.db") as database:
        await fill(database, Season(jobs, START))
    async with admin_house(folder) as house, aiohttp.ClientSession() as session:
        return {name: await _median(house, session, path.format(last=jobs - 1), looks) for name, path in PATHS.items()}


async def _median(house: AdminHouse, session: aiohttp.ClientSession, path: str, looks: int) -> float:
    await _look(house, session, path)  # the first one compiles the page
    return statistics.median([await _look(house, session, path) for _ in range(looks)])


async def _look(house: AdminHouse, session: aiohttp.ClientSession, path: str) -> float:
    house.clock.advance(minutes=1)  # so that nothing is remembered from the look before
    begun = time.perf_counter()
    async with session.get(f"{house.server.address}{path}", headers=house.session) as answer:
        page = await answer.read()
    assert answer.status == 200, (path, answer.status, page)
    return (time.perf_counter() - begun) * 1000
