"""The loopback Discord satisfies the real library, and says no where the real one does."""

import asyncio
import io

import aiohttp
import discord
import pytest
from discord import ui

from tests.fakes.discord.asked import Unanswered
from tests.fakes.discord.calls import Call
from tests.fakes.discord.messages import Picture
from tests.fakes.discord.offers import NotOffered
from tests.fakes.discord.rights import May
from tests.fakes.discord.server import FakeDiscord
from tests.fakes.discord.small_bot import SmallBot, point_at, running
from tests.fakes.discord.trouble import broken, cut_after, cut_before, half_upload, refused, slow, too_large, too_many
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


class Buttons(ui.LayoutView):
    def __init__(self, *labels):
        super().__init__(timeout=None)
        self.add_item(ui.TextDisplay("a card"))
        self.add_item(ui.ActionRow(*[ui.Button(label=label, custom_id=f"{label}:1") for label in labels]))


def file(size=3, name="clip.mp4"):
    return discord.File(io.BytesIO(b"m" * size), name)


def code_of(error):
    return (error.value.status, error.value.code)


# ----------------------------------------------------------------------------------------------- asking and answering


async def test_a_slash_command_is_heard_and_its_answer_seen(bot, ana):
    asked = await ana.slash("video", prompt="a cat", image=Picture("cat.png", b"png")).answered()
    (interaction,) = bot.heard
    assert interaction.namespace.prompt == "a cat"
    assert await interaction.namespace.image.read() == b"png"
    assert ana.seen() == [asked.original]
    assert asked.original.thinking
    await interaction.edit_original_response(content="here", attachments=[file()])
    (message,) = ana.seen()
    assert (message.text, [one.name for one in message.media]) == ("here", ["clip.mp4"])


async def test_only_what_is_registered_can_be_sent(bot, ana):
    with pytest.raises(NotOffered, match="no command"):
        ana.slash("audio", prompt="a cat")
    with pytest.raises(NotOffered, match="required"):
        ana.slash("video")
    with pytest.raises(NotOffered, match="no options"):
        ana.slash("video", prompt="a cat", length=3)
    with pytest.raises(NotOffered, match="does not take"):
        ana.slash("video", prompt="a cat", seconds=13)


async def test_a_person_without_rights_is_not_shown_an_admins_command(server, guild, ana):
    admin = server.person("mod").goes_to(ana.here)
    guild.join(admin.user, guild.role("mods", May.MANAGE_GUILD))
    server.application.commands[None] = [
        {"id": "7", "type": 1, "name": "limits", "default_member_permissions": str(int(May.MANAGE_GUILD))}
    ]
    with pytest.raises(NotOffered, match="not shown"):
        ana.slash("limits")
    assert admin.slash("limits").payload["member"]["permissions"] == str(int(guild.rights(admin.user, ana.here)))


async def test_an_ephemeral_answer_is_seen_by_the_asker_alone(server, guild, ana):
    ben = server.person("ben", guild).goes_to(ana.here)
    async with running(server, SmallBot(lambda i: i.response.send_message("too dear", ephemeral=True))) as bot:
        await ana.slash("video", prompt="a cat").answered()
        (message,) = ana.seen()
        assert (message.text, ben.seen(), server.posts()) == ("too dear", [], [])
        with pytest.raises(discord.NotFound) as gone:
            await bot.get_partial_messageable(ana.here.id).fetch_message(message.id)
        assert code_of(gone) == (404, 10008)


async def test_an_answer_after_three_seconds_is_too_late(server, bot, ana):
    ana.slash("video", prompt="a cat", age_seconds=4)
    await server.eventually(lambda: server.exchanges_of(Call.CALLBACK))
    (exchange,) = server.exchanges_of(Call.CALLBACK)
    assert (exchange.status, exchange.code, ana.seen()) == (404, 10062, [])


async def test_the_response_can_be_reached_as_a_webhooks_message(bot, ana):
    await ana.slash("video", prompt="a cat").answered()
    webhook = discord.Webhook.partial(bot.application_id, bot.heard[0].token, client=bot)
    edited = await webhook.edit_message("@original", content="here")
    assert [message.id for message in ana.seen()] == [edited.id]
    await webhook.delete_message("@original")
    with pytest.raises(discord.NotFound) as gone:
        await webhook.fetch_message("@original")
    assert (code_of(gone), ana.seen()) == ((404, 10008), [])


async def test_a_second_answer_is_refused(server, bot, ana):
    asked = await ana.slash("video", prompt="a cat").answered()
    ana.again(asked)
    await server.eventually(lambda: len(bot.heard) == 2)
    await server.eventually(lambda: server.exchanges_of(Call.CALLBACK)[-1].code == 40060)
    assert len(ana.seen()) == 1


async def test_a_person_waits_in_vain_for_a_bot_that_is_not_there(server, ana):
    async with running(server):
        pass
    with pytest.raises(Unanswered):
        await ana.slash("video", prompt="a cat").answered(0.05)


async def test_a_token_dies(server, bot, ana):
    await ana.slash("video", prompt="a cat").answered()
    server.world.skip(901)
    with pytest.raises(discord.HTTPException) as dead:
        await bot.heard[0].edit_original_response(content="late")
    assert code_of(dead) == (401, 50027)


async def test_expired_tokens_are_dead_at_once(server, bot, ana):
    await ana.slash("video", prompt="a cat").answered()
    server.interactions.expire_tokens()
    with pytest.raises(discord.HTTPException) as dead:
        await bot.heard[0].edit_original_response(content="late")
    assert code_of(dead) == (401, 50027)


async def test_the_first_follow_up_after_thinking_becomes_the_response(bot, ana):
    asked = await ana.slash("video", prompt="a cat").answered()
    await bot.heard[0].followup.send("here", ephemeral=True)
    assert [(message, message.text, message.ephemeral_for) for message in ana.seen()] == [
        (asked.original, "here", None)
    ]


async def test_buttons_forms_and_updates(server, ana):
    class Form(ui.Modal, title="Edit"):
        prompt = ui.TextInput(label="Prompt", custom_id="prompt", default="a cat")

    async def answer(interaction):
        match interaction.type:
            case discord.InteractionType.component:
                await interaction.response.send_modal(Form())
            case discord.InteractionType.modal_submit:
                await interaction.response.edit_message(view=Buttons("Cancel"))
            case _:
                await interaction.response.send_message(view=Buttons("Edit"))

    async with running(server, SmallBot(answer)):
        await ana.slash("video", prompt="a cat").answered()
        (message,) = ana.seen()
        opened = await ana.press(message, "Edit").answered()
        assert opened.fields["prompt"]["value"] == "a cat"
        sent = await ana.submit_modal(opened, prompt="a dog").answered()
        assert sent.payload["data"]["components"][0]["components"][0]["value"] == "a dog"
        assert (message.labels, message.edits) == (["Cancel"], 1)
        with pytest.raises(AssertionError, match="no button"):
            ana.press(message, "Edit")


@pytest.mark.parametrize("fault", [{"title": "t" * 46}, {"title": "Edit", "custom_id": "c" * 101}])
async def test_a_form_that_breaks_a_rule_does_not_open(server, ana, fault):
    class Form(ui.Modal):
        prompt = ui.TextInput(label="Prompt")

    async with running(server, SmallBot(lambda interaction: interaction.response.send_modal(Form(**fault)))):
        ana.slash("video", prompt="a cat")
        await server.eventually(lambda: server.exchanges_of(Call.CALLBACK))
    assert server.exchanges_of(Call.CALLBACK)[0].code == 50035


async def test_autocomplete_offers_choices(bot, ana):
    asked = await ana.types("video", focus="model", model="hai").answered()
    assert asked.choices == [{"name": "hai 02", "value": "hai-02"}]


async def test_a_message_command_brings_the_message_with_its_pictures(bot, server, guild, ana):
    ben = server.person("ben", guild)
    origin = ana.here.say(ben.user, "look", pictures=(Picture("cat.png", b"png"),))
    forward = ana.here.say(ben.user, forwarded=[origin])
    await ana.context_menu("Animate this image", forward).answered()
    message = next(iter(bot.heard[0].data["resolved"]["messages"].values()))
    assert message["message_snapshots"][0]["message"]["attachments"][0]["filename"] == "cat.png"
    await ana.context_menu("Animate this image", origin).answered()


# ----------------------------------------------------------------------------------------------- who is where


async def test_an_app_that_a_person_brought_along_has_nothing_but_its_token(server, bot):
    foreign = server.guild("foreign", installed=False)
    eve = server.person("eve", foreign, has_installed=True).goes_to(foreign.channel("lobby"))
    asked = await eve.slash("video", prompt="a cat").answered()
    assert asked.payload["authorizing_integration_owners"] == {"1": str(eve.user.id)}
    await bot.heard[0].edit_original_response(content="one moment")
    for number in range(5):
        await bot.heard[0].followup.send(str(number))
    with pytest.raises(discord.HTTPException) as full:
        await bot.heard[0].followup.send("six")
    assert full.value.code == 40094
    with pytest.raises(discord.Forbidden) as outside:
        await bot.get_partial_messageable(eve.here.id).send("hello")
    assert code_of(outside) == (403, 50001)


async def test_where_apps_of_ones_own_are_not_welcome_the_answer_is_ephemeral(server, bot):
    foreign = server.guild("foreign", installed=False)
    eve = server.person("eve", foreign, has_installed=True).goes_to(foreign.channel("lobby"))
    eve.here.overwrite(foreign.everyone, take=May.USE_EXTERNAL_APPS)
    asked = await eve.slash("video", prompt="a cat").answered()
    assert asked.original.ephemeral_for is eve.user


async def test_in_a_private_chat_there_is_no_server(bot, ana):
    await ana.goes_to_dm().slash("video", prompt="a cat").answered()
    (interaction,) = bot.heard
    assert (interaction.guild_id, interaction.user.id) == (None, ana.user.id)
    assert interaction.context.dm_channel


async def test_between_two_people_the_bot_is_a_guest(server, bot):
    eve, ben = server.person("eve", has_installed=True), server.person("ben")
    eve.goes_to(server.world.private_chat(eve.user, ben.user))
    await eve.slash("video", prompt="a cat").answered()
    assert bot.heard[0].context.private_channel
    with pytest.raises(NotOffered, match="not installed"):
        ben.goes_to(eve.here).slash("video", prompt="a cat")


@pytest.mark.parametrize(
    ("spoil", "refusal"),
    [
        (lambda channel: channel.delete(), (404, 10003)),
        (lambda channel: channel.guild.throw_out(), (403, 50001)),
        (lambda channel: channel.overwrite(channel.guild.bot_role, take=May.VIEW_CHANNEL), (403, 50001)),
        (lambda channel: channel.overwrite(channel.guild.bot_role, take=May.SEND_MESSAGES), (403, 50013)),
        (lambda channel: channel.overwrite(channel.guild.bot_role, take=May.ATTACH_FILES), (403, 50013)),
    ],
)
async def test_a_channel_closes(bot, general, spoil, refusal):
    spoil(general)
    with pytest.raises(discord.HTTPException) as closed:
        await bot.get_partial_messageable(general.id).send("hello", file=file())
    assert code_of(closed) == refusal


async def test_a_sleeping_thread_wakes_for_a_message_and_not_for_an_edit(bot, general):
    thread = general.thread("cats")
    posted = await bot.get_partial_messageable(thread.id).send("first")
    thread.archive()
    with pytest.raises(discord.HTTPException) as asleep:
        await posted.edit(content="changed")
    assert asleep.value.code == 50083
    await bot.get_partial_messageable(thread.id).send("second")
    assert not thread.archived
    thread.archive(locked=True)
    with pytest.raises(discord.HTTPException) as locked:
        await bot.get_partial_messageable(thread.id).send("third")
    assert locked.value.code == 160005
    assert len(thread.posts) == 2


async def test_a_private_thread_is_for_its_people(bot, general, ana):
    thread = general.thread("secret", people=(ana.user,))
    with pytest.raises(discord.Forbidden):
        await bot.get_partial_messageable(thread.id).send("hello")


async def test_a_forum_takes_posts_alone(bot, guild):
    forum = guild.forum("wishes")
    with pytest.raises(discord.HTTPException) as wrong:
        await bot.get_partial_messageable(forum.id).send("hello")
    assert wrong.value.code == 40058
    post = forum.thread("a cat please")
    await bot.get_partial_messageable(post.id).send("hello")
    assert [message.text for message in post.posts] == ["hello"]


async def test_a_person_may_close_the_door_to_private_messages(bot, ana):
    chat = await bot.create_dm(discord.Object(ana.user.id))
    await chat.send("hello")
    assert [message.text for message in ana.pings()] == ["hello"]
    ana.user.takes_dms = False
    with pytest.raises(discord.Forbidden) as closed:
        await chat.send("hello?")
    assert closed.value.code == 50007


# ----------------------------------------------------------------------------------------------- messages


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


# ----------------------------------------------------------------------------------------------- files


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


# ----------------------------------------------------------------------------------------------- what goes wrong


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


# ----------------------------------------------------------------------------------------------- the gateway


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
    await server.eventually(lambda: bot.get_guild(guild.id).filesize_limit == 50 * MIB)
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
