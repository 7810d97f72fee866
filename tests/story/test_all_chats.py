"""The whole bot as the settings make it: Telegram, Discord and the web at once, each answered where it asked."""

import asyncio

import pytest
from discord.gateway import DiscordWebSocket
from discord.http import Route

from bot.app import open_house
from bot.clock import SystemClock
from bot.console.meeting import chats
from bot.core.ports import NotWelcome
from bot.settings import load_settings
from tests.fakes.discord.messages import Picture
from tests.fakes.discord.server import FakeDiscord
from tests.fakes.loopback import HurriedClock, LoopbackProvider, VideoApi, tiny_clip
from tests.fakes.telegram.server import FakeTelegram
from tests.media.samples import photo
from tests.platforms.discord.story_house import shows_clip
from tests.story import house as story_house


@pytest.fixture
async def networks(monkeypatch):
    monkeypatch.setattr(Route, "BASE", Route.BASE)
    monkeypatch.setattr(DiscordWebSocket, "DEFAULT_GATEWAY", DiscordWebSocket.DEFAULT_GATEWAY)
    telegram = FakeTelegram()
    async with telegram.serve(), FakeDiscord().serve() as discord:
        yield telegram, discord


@pytest.fixture
async def settings(tmp_path, networks, books):
    telegram, discord = networks
    address = await asyncio.to_thread(story_house.database_of, tmp_path / "data")
    env = {
        "DATA_DIR": str(tmp_path / "data"),
        "DATABASE_URL": address,
        "LISTEN": "127.0.0.1:0",
        "TELEGRAM_TOKEN": telegram.token,
        "TELEGRAM_API_BASE": telegram.address,
        "DISCORD_TOKEN": discord.token,
        "DISCORD_API_BASE": discord.api_base,
        "DISCORD_GATEWAY_URL": discord.gateway_url,
        "WEB_CHAT": "on",
        "STARTING_CREDITS": "100",
        "ALLOW_PRIVATE_ADDRESSES": "true",
    }
    return await asyncio.to_thread(load_settings, env, None)


@pytest.mark.parametrize("books", ["sqlite", "postgres"], indirect=True)
async def test_each_person_gets_the_clip_where_they_asked(tmp_path, networks, settings):
    telegram, discord = networks
    ana = telegram.person("Ana")
    thread = discord.guild().channel("general").thread("cats")
    ben = discord.person("ben", thread.guild).goes_to(thread)
    api = VideoApi(await asyncio.to_thread(tiny_clip, tmp_path / "film.mp4"))
    async with api.serve() as url:
        clock = HurriedClock(SystemClock(), 40.0)
        async with open_house(settings, providers=[LoopbackProvider(url)], clock=clock) as house:
            await discord.online()
            await discord.eventually(lambda: discord.application.commands[None])
            await asyncio.to_thread(photo, tmp_path / "cat.jpg")
            picture = await asyncio.to_thread((tmp_path / "cat.jpg").read_bytes)
            ana.start()
            ana.send_photo("a cat smiling", content=picture)
            await ben.slash("video", prompt="a dog", image=Picture("dog.jpg", picture)).answered()
            await telegram.until(lambda: len(ana.chat.clips) == 1, 30)
            clip = await ben.sees(shows_clip)
            assert thread.posts == [clip]
            assert sorted(api.submits.values()) == [1, 1]
            assert await house.books.store.verify() == []


async def test_a_network_that_will_not_have_us_costs_no_paid_call_its_answer(tmp_path, networks, settings):
    telegram, discord = networks
    ana = telegram.person("Ana")
    api = VideoApi(await asyncio.to_thread(tiny_clip, tmp_path / "film.mp4"))
    answered = asyncio.Event()

    class Slow(LoopbackProvider):
        async def submit(self, order, *, callback_url):
            ticket = await super().submit(order, callback_url=callback_url)
            discord.revoke_token()
            await asyncio.sleep(0.5)
            answered.set()
            return ticket

    async def live(url):
        async with open_house(settings, providers=[Slow(url)]):
            await discord.online()
            ana.start()
            ana.send_text("a cat smiling")
            await asyncio.sleep(20)

    async with api.serve() as url:
        with pytest.raises(NotWelcome, match="DISCORD_TOKEN"):
            await live(url)
    assert answered.is_set()


async def test_the_check_says_of_each_chat_how_people_reach_it(settings):
    found = await chats(settings)
    assert {finding.part for finding in found} == {"web", "Telegram", "Discord"}
    assert all(finding.fine for finding in found), found
