"""The loopback gateway opens, loses and resumes sessions as the real one does, and knows the commands."""

import asyncio

import discord
import pytest

from tests.fakes.discord.asked import Unanswered
from tests.fakes.discord.server import FakeDiscord
from tests.fakes.discord.small_bot import SmallBot, code_of, point_at, running
from tests.fakes.discord.world import BOT_MAY, MIB, Kind


@pytest.fixture
async def server(monkeypatch):
    async with FakeDiscord().serve() as server:
        point_at(server, monkeypatch)
        yield server


@pytest.fixture
def guild(server):
    return server.guild()


@pytest.fixture
def general(guild):
    return guild.channel("general")


@pytest.fixture
def ana(server, guild, general):
    return server.person("ana", guild).goes_to(general)


@pytest.fixture
async def bot(server, ana):
    async with running(server) as bot:
        yield bot


@pytest.mark.parametrize("code", [None, 1001, 4000])
async def test_a_lost_line_is_resumed_and_what_was_missed_comes_after(server, bot, ana, code):
    server.gateway.drop(code=code)
    asked = ana.slash("video", prompt="a cat")
    await asked.answered()
    assert (server.gateway.identifies, server.gateway.resumes, len(bot.heard)) == (1, 1, 1)


async def test_a_resume_may_repeat_what_was_seen(server, bot, ana):
    await ana.slash("video", prompt="a cat").answered()
    server.gateway.repeats = 1
    server.gateway.ask_to_reconnect()
    await server.eventually(lambda: len(bot.heard) == 2)
    assert bot.heard[0].id == bot.heard[1].id


@pytest.mark.parametrize("resumable", [True, False])
async def test_a_session_is_declared_invalid(server, bot, ana, resumable):
    server.gateway.invalidate(resumable=resumable)
    await server.eventually(lambda: server.gateway.identifies + server.gateway.resumes == 2)
    await server.online()
    await ana.slash("video", prompt="a cat").answered()
    assert server.gateway.resumes == resumable


async def test_a_session_too_old_to_resume_is_opened_anew(server, bot, ana):
    server.gateway.refuses_resumes = True
    server.gateway.drop(code=4000)
    await server.eventually(lambda: server.gateway.identifies == 2)
    await server.online()
    await ana.slash("video", prompt="a cat").answered()


@pytest.mark.parametrize(
    ("code", "error"), [(4004, discord.ConnectionClosed), (4014, discord.PrivilegedIntentsRequired)]
)
async def test_a_bot_may_be_turned_away_for_good(server, code, error):
    server.gateway.refuses_with = [code]
    async with SmallBot() as bot:
        with pytest.raises(error):
            await bot.start(server.token)


async def test_a_revoked_token_ends_everything(server, ana):
    async with SmallBot() as bot, asyncio.TaskGroup() as group:
        listening = group.create_task(_outcome(bot.start(server.token)))
        await server.online()
        server.revoke_token()
        assert isinstance(await listening, discord.ConnectionClosed)
    async with SmallBot() as bot:
        with pytest.raises(discord.LoginFailure):
            await bot.start("stale")


async def _outcome(coroutine):
    try:
        return await coroutine
    except discord.DiscordException as error:
        return error


async def test_with_two_shards_each_server_is_heard_once(server, ana):
    server.ask_for_shards(2)
    bot = discord.AutoShardedClient(intents=discord.Intents(guilds=True), guild_ready_timeout=0.1)
    heard = []
    bot.event(_listener(heard))
    bot.before_identify_hook = _at_once
    server.application.commands[None] = [{"id": "7", "type": 1, "name": "jobs"}]
    async with bot, asyncio.TaskGroup() as group:
        group.create_task(bot.start(server.token))
        await server.online(sessions=2)
        ana.slash("jobs")
        ana.goes_to_dm().slash("jobs")
        await server.eventually(lambda: len(heard) == 2)
        await bot.close()
    assert sorted(session.shard for session in server.gateway.sessions.values()) == [(0, 2), (1, 2)]


async def _at_once(shard_id, *, initial=False):
    """No pause between two shards."""


def _listener(heard):
    async def on_interaction(interaction):
        heard.append(interaction)

    return on_interaction


async def test_one_connection_is_too_few_where_discord_asks_for_more(server):
    server.ask_for_shards(2)
    async with SmallBot() as bot:
        with pytest.raises(discord.ConnectionClosed) as closed:
            await bot.start(server.token)
    assert closed.value.code == 4011


async def test_events_are_lost_while_the_line_is_mute(server, bot, ana):
    server.gateway.mute = True
    with pytest.raises(Unanswered):
        await ana.slash("video", prompt="a cat").answered(0.05)


async def test_the_bot_hears_what_changes_in_its_servers(server, bot, guild, general):
    guild.boost(2)
    thread = general.thread("cats")
    await server.eventually(lambda: [each.filesize_limit for each in bot.guilds] == [50 * MIB])
    await server.eventually(lambda: bot.get_channel(thread.id))
    general.delete()
    await server.eventually(lambda: bot.get_channel(general.id) is None)
    voice = guild.channel("voice", kind=Kind.VOICE)
    await server.eventually(lambda: bot.get_channel(voice.id))
    guild.throw_out()
    await server.eventually(lambda: not bot.guilds)
    guild.install(BOT_MAY)
    await server.eventually(lambda: bot.guilds)


@pytest.mark.parametrize(
    "fault",
    [
        {"name": "Video"},
        {"description": ""},
        {"description": "d" * 101},
        {"name_localizations": {"de": "Film"}},
        {"options": [{"type": 3, "name": "a", "description": "d"}, {"type": 3, "name": "b", "required": True}]},
        {"options": [{"type": 3, "name": f"o{number}", "description": "d"} for number in range(26)]},
        {"options": [{"type": 3, "name": f"o{number}", "description": "d" * 999} for number in range(9)]},
    ],
)
async def test_a_command_that_breaks_a_rule_is_not_registered(server, bot, fault):
    command = {"name": "video", "description": "Make a video", **fault}
    with pytest.raises(discord.HTTPException) as wrong:
        await bot.http.bulk_upsert_global_commands(bot.application_id, [command])
    assert code_of(wrong) == (400, 50035)
    assert len(server.application.commands[None]) == 2


async def test_commands_keep_their_ids_when_they_are_written_anew(server, bot):
    before = {command.name: command.id for command in await bot.tree.fetch_commands()}
    await bot.tree.sync()
    assert {command.name: command.id for command in await bot.tree.fetch_commands()} == before
    assert server.application.syncs == 2
