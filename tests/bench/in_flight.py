"""What it costs to have very many jobs rendering: CPU and memory of one bot beside a bare client that asks as often."""

from tempfile import TemporaryDirectory

from bot.core.estimate import Estimate
from tests.bench.bots import Bot
from tests.bench.children import Usage, python
from tests.bench.databases import Databases
from tests.bench.figures import Row, at_most, at_most_floors, below_floor, row
from tests.bench.filled import Left, fill
from tests.bench.sizes import Sizes

NAME = "in flight"
CPU = "CPU s/min"
FLOOR_SETTLES = 5.0


async def measure(sizes: Sizes, databases: Databases) -> list[Row]:
    async with python("-m", "tests.bench.api_process") as api:
        url = await api.says("serves ")
        floor = await _bare(url, sizes)
        fixed = await _bot(url, sizes, databases, learned=False)
        learned = await _bot(url, sizes, databases, learned=True)
    jobs = f"{NAME}{databases.where}: {sizes.in_flight:,} jobs"
    most = max(fixed.most_memory, learned.most_memory)
    return [
        row(f"{jobs}, asked every {sizes.ask_every:g} s", fixed.cpu_per_minute, CPU, at_most_floors(2), floor=floor[0]),
        row(f"{jobs}, learned intervals", learned.cpu_per_minute, CPU, below_floor(), floor=floor[0]),
        row(f"{jobs}, memory", most, "MB", at_most(160), floor=floor[1]),
    ]


async def _bare(url: str, sizes: Sizes) -> tuple[float, float]:
    every = Estimate.of((), least=sizes.ask_every).steady
    async with python("-m", "tests.bench.bare_asker", url, every, sizes.in_flight) as asker:
        await asker.says("asks")
        await asker.watch(min(FLOOR_SETTLES, sizes.settling))
        usage = await asker.watch(sizes.watching * 2 / 3)
    return usage.cpu_per_minute, usage.most_memory


async def _bot(url: str, sizes: Sizes, databases: Databases, *, learned: bool) -> Usage:
    settling = sizes.settling_learned if learned else sizes.settling
    left = Left(sizes.in_flight, learned=learned, watched_after=settling + sizes.watching / 2)
    async with databases.fresh() as address:
        await fill(address, left)
        with TemporaryDirectory() as folder:
            async with Bot(address, folder, url, sizes.ask_every, sizes.in_flight).run() as bot:
                await bot.says("all wait")
                await bot.watch(settling)
                return await bot.watch(sizes.watching)
