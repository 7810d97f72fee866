"""Discord is listened to in one process and answered by another; when the listener dies, a standby listens."""

import asyncio
import signal

import pytest

from tests.crash import starting
from tests.fakes.discord.server import FakeDiscord
from tests.fakes.loopback import VideoApi, tiny_clip
from tests.platforms.discord.test_kill import shows_end, wish

pytestmark = [pytest.mark.crash, pytest.mark.timeout(120)]

HEARD_WITHIN = 15.0
"""Seconds from the death of the listener to a standby's answer."""


@pytest.fixture
def api(tmp_path_factory) -> VideoApi:
    return VideoApi(tiny_clip(tmp_path_factory.mktemp("clip") / "clip.mp4"))


@pytest.fixture(params=["sqlite", "postgres"])
def books(request) -> dict[str, str]:
    return {} if request.param == "sqlite" else {"DATABASE_URL": request.getfixturevalue("postgres_url")}


def bot(folder, api, server, books, only):
    settings = {
        "DISCORD_TOKEN": server.token,
        "DISCORD_API_BASE": server.api_base,
        "DISCORD_GATEWAY_URL": server.gateway_url,
        "ALLOW_PRIVATE_ADDRESSES": "true",
    }
    return starting.bot(folder, api, only=only, settings=settings | books)


async def test_a_worker_without_a_gateway_delivers_where_it_was_asked(tmp_path, api, books):
    async with api.serve() as url, FakeDiscord().serve() as server:
        guild = server.guild()
        ana = server.person("ana", guild).goes_to(guild.channel("general"))
        async with bot(tmp_path, url, server, books, "discord"), bot(tmp_path, url, server, books, "worker"):
            await wish(ana, server)

        (message,) = ana.seen()
        assert shows_end(message)
        assert sum(api.submits.values()) == 1
        assert server.wrong_requests == []


async def test_a_standby_listens_seconds_after_the_listener_is_dead(tmp_path, api, books):
    async with api.serve() as url, FakeDiscord().serve() as server:
        guild = server.guild()
        ana = server.person("ana", guild).goes_to(guild.channel("general"))
        async with (
            bot(tmp_path, url, server, books, "worker"),
            bot(tmp_path, url, server, books, "discord") as first,
            bot(tmp_path, url, server, books, "discord"),
        ):
            await server.eventually(lambda: server.gateway.listeners, seconds=30)
            assert len(server.gateway.listeners) == 1
            first.process.send_signal(signal.SIGKILL)
            async with asyncio.timeout(HEARD_WITHIN):
                await server.eventually(lambda: not server.gateway.listeners, seconds=HEARD_WITHIN)
                await server.eventually(lambda: server.gateway.listeners, seconds=HEARD_WITHIN)
                await ana.slash("video", prompt="a cat").answered()
            await ana.sees(shows_end, seconds=30)

        assert sum(map(shows_end, ana.seen())) == 1
        assert sum(api.submits.values()) == 1
