"""The loopback Discord keeps messages and files as the real one does, and goes wrong when it is told to."""

import asyncio

import aiohttp
import discord
import pytest
from discord import ui

from tests.fakes.discord.calls import Call
from tests.fakes.discord.messages import Picture
from tests.fakes.discord.rights import May
from tests.fakes.discord.server import FakeDiscord
from tests.fakes.discord.small_bot import Buttons, code_of, file, point_at, running
from tests.fakes.discord.trouble import broken, cut_after, cut_before, half_upload, refused, slow, too_large, too_many
from tests.fakes.discord.world import MIB


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


@pytest.mark.parametrize(("tier", "most"), [(0, 10), (1, 10), (2, 50), (3, 100)])
async def test_a_file_may_be_as_large_as_the_server_is_boosted(bot, guild, general, tier, most):
    guild.boost(tier)
    assert guild.most_bytes == most * MIB
    if tier == 0:
        with pytest.raises(discord.HTTPException) as large:
            await bot.get_partial_messageable(general.id).send(file=file(10 * MIB + 1))
        assert code_of(large) == (413, 40005)
        await bot.get_partial_messageable(general.id).send(file=file(10 * MIB))


async def test_an_interaction_promises_what_its_asker_has_paid_for(server, guild, bot):
    rich = server.person("rich", guild, nitro_bytes=500 * MIB).goes_to(guild.channel("vip"))
    await rich.slash("video", prompt="a cat").answered()
    assert bot.heard[0].filesize_limit == 500 * MIB
    await bot.heard[0].edit_original_response(attachments=[file(10 * MIB + 1)])


async def test_the_same_nonce_posts_once_for_some_minutes(server, bot, general):
    place = bot.get_partial_messageable(general.id)
    first = await place.send("clip", nonce="job-1")
    assert (await place.send("clip", nonce="job-1")).id == first.id
    server.world.skip(301)
    await place.send("clip", nonce="job-1")
    assert len(general.posts) == 2
    with pytest.raises(discord.HTTPException) as long:
        await place.send("clip", nonce="n" * 26)
    assert code_of(long) == (400, 50035)


async def test_mentions_notify_only_whom_the_request_allows(server, general, ana):
    async with running(server) as bot:
        place = bot.get_partial_messageable(general.id)
        await place.send(f"{ana.user.mention} @everyone")
        assert ana.pings() == []
        await place.send(ana.user.mention, allowed_mentions=discord.AllowedMentions(users=[ana.user]))
        await place.send(view=Buttons("x"), allowed_mentions=discord.AllowedMentions.all())
        await place.send("@everyone", allowed_mentions=discord.AllowedMentions.all())
    assert [message.text for message in ana.pings()] == [ana.user.mention, "@everyone"]


async def test_a_reply_needs_its_origin_unless_it_says_otherwise(bot, general, ana):
    origin = general.say(ana.user, "hi")
    origin.deleted = True
    place = bot.get_partial_messageable(general.id)

    def reference(must_exist):
        return discord.MessageReference(message_id=origin.id, channel_id=general.id, fail_if_not_exists=must_exist)

    with pytest.raises(discord.HTTPException):
        await place.send("yes", reference=reference(True))
    await place.send("yes", reference=reference(False))
    assert [message.reply_to for message in general.posts] == [None]


async def test_the_history_shows_what_everybody_may_see(bot, guild, general, ana):
    place = bot.get_partial_messageable(general.id)
    first = await place.send("first")
    for number in range(3):
        await place.send(str(number))
    general.history[-1].deleted = True
    assert [message.content async for message in place.history(after=first)] == ["0", "1"]
    assert [message.content async for message in place.history(limit=1)] == ["1"]
    general.overwrite(guild.bot_role, take=May.READ_MESSAGE_HISTORY)
    assert [message async for message in place.history()] == []
    with pytest.raises(discord.Forbidden):
        await first.fetch()


async def test_a_card_shows_only_the_files_that_a_component_names(bot, general):
    class Gallery(ui.LayoutView):
        box = ui.MediaGallery(discord.MediaGalleryItem("attachment://clip.mp4"))

    place = bot.get_partial_messageable(general.id)
    await place.send(view=Gallery(), files=[file(), file(name="unseen.mp4")])
    (message,) = general.posts
    assert ([one.name for one in message.media], len(message.attachments)) == (["clip.mp4"], 2)
    with pytest.raises(discord.HTTPException) as unknown:
        await place.send(view=Gallery())
    assert unknown.value.code == 50035


@pytest.mark.parametrize("labels", [["x" * 81], ["x" * 101], ["same", "same"]])
async def test_a_card_that_breaks_a_rule_is_refused(bot, general, labels):
    with pytest.raises(discord.HTTPException) as wrong:
        await bot.get_partial_messageable(general.id).send(view=Buttons(*labels))
    assert code_of(wrong) == (400, 50035)
    assert general.posts == []


async def test_a_message_that_became_a_card_stays_one(bot, general):
    posted = await bot.get_partial_messageable(general.id).send(view=Buttons("x"))
    with pytest.raises(discord.HTTPException):
        await posted.edit(content="plain again")
    plain = await bot.get_partial_messageable(general.id).send("plain")
    with pytest.raises(discord.HTTPException):
        await plain.edit(view=Buttons("x"))
    await plain.edit(content=None, view=Buttons("x"))


async def test_the_bot_changes_and_deletes_its_own_messages_alone(bot, general, ana):
    foreign = general.say(ana.user, "mine")
    message = bot.get_partial_messageable(general.id).get_partial_message(foreign.id)
    with pytest.raises(discord.Forbidden):
        await message.edit(content="ours")
    with pytest.raises(discord.Forbidden):
        await message.delete()
    own = await bot.get_partial_messageable(general.id).send("ours")
    await own.delete()
    with pytest.raises(discord.NotFound):
        await own.edit(content="again")
    assert [message.deleted for message in general.posts] == [True]


async def test_uploads_into_commands_are_deleted_some_time_later(server, bot, ana):
    await ana.slash("video", prompt="a cat", image=Picture("cat.png", b"png")).answered()
    server.files.forget_uploads()
    with pytest.raises(discord.NotFound):
        await bot.heard[0].namespace.image.read()


async def test_a_link_dies_after_a_day_and_a_new_look_gives_a_fresh_one(server, bot, general, ana):
    message = general.say(ana.user, pictures=(Picture("cat.png", b"png"),))
    place = bot.get_partial_messageable(general.id)
    (old,) = (await place.fetch_message(message.id)).attachments
    server.world.skip(86_401)
    with pytest.raises(discord.NotFound):
        await old.read()
    (new,) = (await place.fetch_message(message.id)).attachments
    assert await new.read() == b"png"


async def test_too_many_requests_are_waited_out_by_the_library(server, bot, general):
    server.troubles.next(Call.CREATE_MESSAGE, too_many(0.01))
    await bot.get_partial_messageable(general.id).send("hello")
    assert [exchange.status for exchange in server.exchanges_of(Call.CREATE_MESSAGE)] == [429, 200]


@pytest.mark.parametrize(
    "trouble",
    [broken(503), too_many(5, via=False), too_many(5, page=True), too_large(), too_large(page=True), refused(50013)],
)
async def test_a_refusal_reaches_the_library_and_nothing_is_posted(server, bot, general, trouble):
    server.troubles.next(Call.CREATE_MESSAGE, trouble)
    with pytest.raises(discord.HTTPException) as error:
        await bot.get_partial_messageable(general.id).send("hello")
    assert error.value.status == trouble.refusal.status
    assert general.posts == []


async def test_a_server_error_may_come_after_the_deed(server, bot, general):
    server.troubles.next(Call.CREATE_MESSAGE, broken(503, took_effect=True))
    with pytest.raises(discord.DiscordServerError):
        await bot.get_partial_messageable(general.id).send("hello", nonce="job-1")
    await bot.get_partial_messageable(general.id).send("hello", nonce="job-1")
    assert len(general.posts) == 1


@pytest.mark.parametrize(("trouble", "posts"), [(cut_before(), 0), (cut_after(), 1), (half_upload(1000), 0)])
async def test_a_connection_is_cut_before_or_after_the_deed(server, bot, general, trouble, posts):
    server.troubles.next(Call.CREATE_MESSAGE, trouble)
    with pytest.raises((aiohttp.ClientError, OSError)):
        await bot.get_partial_messageable(general.id).send("hello", file=file(2 * MIB))
    assert len(general.posts) == posts


@pytest.mark.parametrize("took_effect", [False, True])
async def test_an_answer_may_be_late(server, bot, general, took_effect):
    server.troubles.next(Call.CREATE_MESSAGE, slow(30, took_effect=took_effect), None)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.05):
            await bot.get_partial_messageable(general.id).send("hello")
    assert len(general.posts) == took_effect
    server.troubles.always(Call.CREATE_MESSAGE, broken(503))
    server.troubles.over()
    await bot.get_partial_messageable(general.id).send("hello")


async def test_a_call_that_does_not_exist_is_written_down(server, bot, general):
    with pytest.raises(discord.NotFound):
        await bot.http.request(discord.http.Route("POST", "/nothing"))
    assert server.wrong_requests == ["no such call: POST /api/v10/nothing"]


async def test_a_request_that_cannot_be_read_is_written_down(server, bot):
    with pytest.raises(discord.HTTPException) as wrong:
        await bot.http.request(discord.http.Route("POST", "/users/@me/channels"), json={})
    assert code_of(wrong) == (400, 50035)
    assert "recipient_id" in server.wrong_requests[0]
