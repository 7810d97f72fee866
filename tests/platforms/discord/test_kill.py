"""Kill the real process at any write, at any call to Discord and around each: one video, one charge, one message."""

import asyncio
import contextlib
import json
import signal
from pathlib import Path

import pytest

from bot.clock import SystemClock
from bot.core.model import Charge, State
from storage.database import open_database
from storage.store import SqlStore
from tests.crash import starting
from tests.crash.starting import NEVER
from tests.fakes.discord.asked import Unanswered
from tests.fakes.discord.calls import Call
from tests.fakes.discord.people import Person
from tests.fakes.discord.server import FakeDiscord
from tests.fakes.loopback import VideoApi, tiny_clip

pytestmark = [pytest.mark.crash, pytest.mark.timeout(600)]

FIRST_STEPS = {"": 1, "d": 9, "e": 9}
"""The first eight moments around calls to Discord are the log-in, before anybody asks for anything."""
STRIDE = 8
"""Every eighth moment: a life takes some seconds, and the fire of `tests/chaos` kills at any."""
STEPS_AT_LEAST = 8
PATIENCE = 60.0


def bot(folder: Path, api: str, server: FakeDiscord, die_at: str = NEVER):
    settings = {
        "DISCORD_TOKEN": server.token,
        "DISCORD_API_BASE": server.api_base,
        "DISCORD_GATEWAY_URL": server.gateway_url,
        "ALLOW_PRIVATE_ADDRESSES": "true",
    }
    return starting.bot(folder, api, die_at=die_at, settings=settings)


def shows_end(message) -> bool:
    """The clip, or the word that nobody knows what became of it."""
    return bool(message.media) or "nobody knows" in message.text


async def ask(ana: Person, server: FakeDiscord, process) -> None:
    """Ask, as soon as the bot is there, and look until the end is seen or the bot dies."""
    dead = asyncio.ensure_future(process.wait())  # noqa: TID251 awaited below
    ending = asyncio.ensure_future(wish(ana, server))  # noqa: TID251 likewise
    try:
        await asyncio.wait([dead, ending], return_when=asyncio.FIRST_COMPLETED, timeout=PATIENCE)
        # Whatever happens after the clip was shown may be the last step too.
        await asyncio.wait([dead], timeout=1.0)
    finally:
        dead.cancel()
        ending.cancel()


async def wish(ana: Person, server: FakeDiscord) -> None:
    await server.eventually(lambda: server.gateway.listeners and server.application.commands[None], seconds=PATIENCE)
    if not ana.seen():
        with contextlib.suppress(Unanswered):
            await ana.slash("video", prompt="a cat").answered()
    await ana.sees(shows_end, seconds=PATIENCE)


async def one_life(folder: Path, api: VideoApi, url: str, die_at: str) -> bool:
    """Kill the bot there, start it again, and check everything. False if there is no such step.

    *die_at* is the number of a write or provider call, or, behind a `d`, of a moment around a call to Discord. Behind
    an `e` as well, and the tokens die before the clip is there.
    """
    async with FakeDiscord().serve() as server:
        guild = server.guild()
        ana = server.person("ana", guild).goes_to(guild.channel("general"))
        around_calls = die_at[0] in "de"
        async with bot(folder, url, server, NEVER if around_calls else die_at) as first:
            if around_calls:
                server.watch = killer(first.process, int(die_at[1:]), server if die_at[0] == "e" else None)
            await ask(ana, server, first.process)
            died = first.process.returncode == -signal.SIGKILL
        server.watch = lambda _: None
        if die_at[0] == "e":
            # So long that Discord has forgotten every nonce.
            server.world.skip(600)
            server.watch = expirer(server)
        server.gateway.forget_sessions()
        async with bot(folder, url, server) as second:
            assert second.address, "the bot does not start"
            await ask(ana, server, second.process)
        await check(folder, api, server, ana, expired=die_at[0] == "e")
    return died


def expirer(server: FakeDiscord):
    """Tokens are good for one edit."""

    def watch(exchange) -> None:
        if exchange.call is Call.EDIT_ORIGINAL and exchange.took_effect:
            server.interactions.expire_tokens()

    return watch


def killer(process, moments: int, server: FakeDiscord | None):
    left = [moments]
    expire = expirer(server) if server is not None else None

    def kill(exchange) -> None:
        if expire is not None:
            expire(exchange)
        left[0] -= 1
        if left[0] == 0:
            process.kill()

    return kill


async def check(folder: Path, api: VideoApi, server: FakeDiscord, ana: Person, *, expired: bool) -> None:
    async with open_database(f"sqlite:///{folder}/reelbot.db") as database:
        store = SqlStore(database=database, clock=SystemClock())
        jobs = await store.jobs(state=None, most=10)
        wallet = await store.wallet(f"discord:{ana.user.id}")
        drifts = await store.verify()
        letters = await store.waiting("discord")
    seen = [message.text for message in ana.seen()]
    story = json.dumps([seen, [str(job.state) for job in jobs]])
    assert drifts == [], story
    (job,) = jobs
    assert api.submits[job.id] <= 1, story
    assert sum(map(shows_end, ana.seen())) == 1, story
    assert len(seen) == 1 or expired, story
    if job.state is State.DELIVERED:
        assert (wallet.balance, wallet.held, job.charge) == (72, 0, Charge.SPENT), story
    else:
        assert (job.state, job.charge, wallet.balance) == (State.UNSURE, Charge.RELEASED, 100), story
    assert [letter.key for letter in letters if not letter.key.startswith(("token:", "picked:"))] == [], story
    assert server.wrong_requests == [], story


@pytest.fixture(scope="module")
def clip(tmp_path_factory) -> bytes:
    return tiny_clip(tmp_path_factory.mktemp("clip") / "clip.mp4")


@pytest.mark.parametrize("kind", ["", "d", "e"], ids=["writes", "calls", "calls after the token"])
async def test_a_kill_at_any_moment_loses_nothing_and_doubles_nothing(tmp_path, clip, kind):
    api = VideoApi(clip)
    deaths: dict[str, bool] = {}
    async with api.serve() as url:
        steps = iter([f"{kind}{number}" for number in range(FIRST_STEPS[kind], 200, STRIDE)])

        async def worker():
            for step in steps:
                if False in deaths.values():
                    # The fuse was too long: every moment has had its turn.
                    return
                deaths[step] = await one_life(tmp_path / step, api, url, step)

        async with asyncio.TaskGroup() as group:
            for _ in range(2):
                group.create_task(worker())
    assert sum(deaths.values()) >= STEPS_AT_LEAST // STRIDE, deaths
