"""The real bot in a process of its own, with a provider on loopback: `python -m tests.bench.bot_process`."""

import asyncio
import sys
from pathlib import Path

from bot.app import open_house
from bot.core.bells import Bells
from bot.logs import set_up_logs
from bot.settings import load_settings
from bot.settings_values import LogFormat, LogLevel
from providers.contract import Pace
from tests.bench.children import say, until_left_alone
from tests.fakes.loopback import LoopbackProvider


def say_when_all_wait(jobs: int) -> None:
    """Say so as soon as that many different jobs have come to a wait: then all of them are carried."""
    wait = Bells.wait
    waiting = set()

    async def counted(self, job, seconds):
        waiting.add(job)
        if len(waiting) == jobs:
            say("all wait")
            Bells.wait = wait
        return await wait(self, job, seconds)

    Bells.wait = counted


async def main(folder: Path, api: str, ask_every: float, jobs: int) -> None:
    values = {"DATA_DIR": str(folder), "LISTEN": "127.0.0.1:0", "STARTING_CREDITS": "100000"}
    settings = load_settings(values, None)
    set_up_logs(level=LogLevel.ERROR, style=LogFormat.PLAIN, stream=sys.stderr, secrets=())
    pace = Pace(submits_per_minute=1_000_000, at_once=1_000_000, ask_seconds_least=ask_every)
    say_when_all_wait(jobs)
    async with open_house(settings, providers=[LoopbackProvider(api, pace=pace)]) as house:
        say(f"serves {house.server.address}")
        await until_left_alone()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), sys.argv[2], float(sys.argv[3]), int(sys.argv[4])))
