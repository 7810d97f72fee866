"""The real bot with a provider on loopback, which says how far it is."""

import asyncio
import json
import sys
import time
from collections.abc import Mapping

from bot.app import open_house
from bot.core.bells import _Bell
from bot.logs import set_up_logs
from bot.parts import Part, parts_named
from bot.platforms.web.chat import WebChat
from bot.settings import load_settings
from bot.settings_values import LogFormat, LogLevel
from providers.contract import News, Pace
from tests.bench.children import say, until_left_alone
from tests.fakes.loopback import LoopbackProvider


class CallingProvider(LoopbackProvider):
    """One that calls back; what it says is only a hint."""

    def read_callback(self, _headers, _body):
        return News(None)


def say_when_all_wait(jobs: int) -> None:
    """Say so as soon as that many different jobs have come to a wait: then all of them are carried.

    No coroutine of ours stays in those that wait, for their memory is measured.
    """
    wait = _Bell.wait
    waiting = set()

    def counted(bell):
        waiting.add(id(bell))
        if len(waiting) == jobs:
            say("all wait")
            _Bell.wait = wait
            waiting.clear()
        return wait(bell)

    _Bell.wait = counted


def say_every_delivery() -> None:
    """Say of every job when its delivery begins, by the clock that all processes of a machine share."""
    deliver = WebChat.deliver

    async def said(self, place, delivery):
        say(f"delivers {delivery.note.job} {time.perf_counter()}")
        return await deliver(self, place, delivery)

    WebChat.deliver = said


async def run(values: Mapping[str, str], api: str, ask_every: float, jobs: int, parts: frozenset[Part]) -> None:
    settings = load_settings(values, None)
    set_up_logs(level=LogLevel.ERROR, style=LogFormat.PLAIN, stream=sys.stderr, secrets=())
    pace = Pace(submits_per_minute=1_000_000, at_once=1_000_000, ask_seconds_least=ask_every)
    say_when_all_wait(jobs)
    say_every_delivery()
    async with open_house(settings, parts=parts, providers=[CallingProvider(api, pace=pace)]) as house:
        say(f"serves {house.server.address if house.server else 'nothing'}")
        await until_left_alone()


def main() -> None:
    """Run as the command line says, until left alone."""
    settings, api, ask_every, jobs, parts = sys.argv[1:]
    asyncio.run(run(json.loads(settings), api, float(ask_every), int(jobs), parts_named(parts)))
