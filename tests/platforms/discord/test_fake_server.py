"""The loopback Discord satisfies the real library: people ask, the bot answers, wherever they are."""

import discord
import pytest
from discord import ui

from tests.fakes.discord.asked import Unanswered
from tests.fakes.discord.calls import Call
from tests.fakes.discord.messages import Picture
from tests.fakes.discord.offers import NotOffered
from tests.fakes.discord.rights import May
from tests.fakes.discord.server import FakeDiscord
from tests.fakes.discord.small_bot import Buttons, SmallBot, code_of, file, point_at, running


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
