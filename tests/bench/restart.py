"""How long after a kill every unfinished job is carried again, the start of the next process included."""

from tempfile import TemporaryDirectory

from tests.bench.bots import Bot
from tests.bench.children import python
from tests.bench.databases import Databases
from tests.bench.figures import Row, below, row
from tests.bench.filled import Left, fill
from tests.bench.sizes import Sizes

NAME = "restart"
MANY = 2_000
"""Up to so many jobs have to be carried again within a second, more within three."""


async def measure(sizes: Sizes, databases: Databases) -> list[Row]:
    async with python("-m", "tests.bench.api_process") as api:
        url = await api.says("serves ")
        return [await _row(url, sizes, databases, jobs) for jobs in sizes.restarts]


async def _row(url: str, sizes: Sizes, databases: Databases, jobs: int) -> Row:
    async with databases.fresh() as address:
        await fill(address, Left(jobs))
        with TemporaryDirectory() as folder:
            bot = Bot(address, folder, url, sizes.ask_every, jobs)
            async with bot.run() as first:
                await first.says("all wait")
                await first.kill()
            async with bot.run() as second:
                await second.says("all wait")
                figure = second.age
                await second.kill()
        async with python("-m", "tests.bench.bare_restart", address) as bare:
            await bare.says("all wait")
            floor = bare.age
    return row(
        f"{NAME}{databases.where}: {jobs:,} unfinished jobs", figure, "s", below(1 if jobs <= MANY else 3), floor=floor
    )
