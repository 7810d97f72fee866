"""What the library sends, and what the loopback Discord answers, is as Discord's public description says."""

import io

import discord
import pytest
from discord import ui

from tests.fakes.discord.bodies import Body
from tests.fakes.discord.calls import Call
from tests.fakes.discord.messages import Picture
from tests.fakes.discord.server import FakeDiscord
from tests.fakes.discord.small_bot import SmallBot, point_at, running
from tests.fakes.discord.spec_file import open_spec
from tests.platforms.discord.story_house import Discords, shows_clip

CARD = {"type": 17, "components": [{"type": 10, "content": "a cat"}]}


@pytest.fixture(scope="module")
def spec(in_ci):
    return open_spec(in_ci=in_ci)


@pytest.fixture
async def server(spec, monkeypatch):
    async with FakeDiscord(check=spec.request_problems).serve() as server:
        point_at(server, monkeypatch)
        yield server


class Card(ui.LayoutView):
    """A clip with buttons under it."""

    def __init__(self, *files):
        super().__init__(timeout=None)
        box = ui.Container(ui.TextDisplay("# a cat"))
        if files:
            box.add_item(ui.MediaGallery(*[discord.MediaGalleryItem(file) for file in files]))
        box.add_item(ui.ActionRow(ui.Button(label="Again", custom_id="again:1"), ui.Button(label="Go", url="http://x")))
        self.add_item(box)


class Form(ui.Modal, title="Edit prompt"):
    prompt = ui.Label(text="Prompt", component=ui.TextInput(custom_id="prompt", default="a cat"))
    image = ui.Label(text="Image", component=ui.FileUpload(custom_id="image", required=False))


def clip():
    return discord.File(io.BytesIO(b"mp4"), "clip.mp4")


async def answer_everything(interaction):
    """A card to a command, a form to a button, a word to a form."""
    if interaction.type is discord.InteractionType.application_command:
        await interaction.response.defer(thinking=True)
        file = clip()
        await interaction.edit_original_response(view=Card(file), attachments=[file])
        await interaction.followup.send("only you", ephemeral=True)
    elif interaction.type is discord.InteractionType.component:
        await interaction.response.send_modal(Form())
    else:
        await interaction.response.edit_message(view=Card())


async def live_a_day(server):
    """One of everything that a bot does."""
    guild = server.guild()
    general = guild.channel("general")
    ana = server.person("ana", guild).goes_to(general)
    bot = SmallBot(answer_everything)
    async with running(server, bot):
        await ana.types("video", focus="model", model="hai").answered()
        await ana.slash("video", prompt="a cat", image=Picture("cat.png", b"png", width=2, height=2)).answered()
        card = await ana.sees(lambda message: message.labels)
        opened = await ana.press(card, "Again").answered()
        await ana.submit_modal(opened, prompt="a dog", image=[Picture("dog.png", b"png")]).answered()
        await post_by_hand(bot, general, guild, ana)


async def post_by_hand(bot, channel, guild, ana):
    """What needs no interaction."""
    place = bot.get_partial_messageable(channel.id)
    first = await place.send("first", nonce="job-1")
    file = clip()
    reply = discord.MessageReference(message_id=first.id, channel_id=channel.id, fail_if_not_exists=False)
    posted = await place.send(view=Card(file), files=[file], reference=reply, nonce="job-2")
    await posted.edit(view=Card(), attachments=[])
    await place.fetch_message(posted.id)
    await (await bot.create_dm(discord.Object(ana.user.id))).send("hello")
    await posted.delete()
    await bot.fetch_channel(channel.id)
    server_here = await bot.fetch_guild(guild.id)
    await server_here.fetch_member(ana.user.id)
    await server_here.fetch_roles()
    await server_here.fetch_channels()
    await bot.fetch_user(ana.user.id)
    await bot.tree.fetch_commands()
    await bot.application_info()
    await place.typing()
    await bot.heard[0].original_response()


async def test_what_the_library_sends_is_as_described(server):
    await live_a_day(server)
    assert server.wrong_requests == []


async def test_what_the_loopback_discord_answers_is_as_described(server, spec):
    await live_a_day(server)
    answered = [exchange for exchange in server.exchanges if exchange.call is not Call.DOWNLOAD]
    problems = {
        f"{exchange.call}: {problem}"
        for exchange in answered
        for problem in spec.response_problems(exchange.call, exchange.status, exchange.answer)
    }
    assert problems == set()
    assert len({exchange.call for exchange in answered}) > 18


async def test_what_the_bot_sends_is_as_described(server, tmp_path):
    house = Discords(server, tmp_path)
    guild = server.guild()
    general = guild.channel("general")
    ana = server.person("ana", guild).goes_to(general)
    picture = Picture("cat.png", b"png")
    async with house.bot():
        await ana.types("video", focus="model", prompt="a cat", model="").answered()
        await ana.slash("video", prompt="a cat", image=picture, model="hailuo-02", seconds=6).answered()
        clip = await ana.sees(shows_clip)
        opened = await ana.press(clip, "Edit prompt").answered()
        house.provider.before_answer = server.interactions.expire_tokens
        await ana.submit_modal(opened, prompt="a dog").answered()
        await ana.sees(lambda message: shows_clip(message) and "a dog" in message.text)
        two = general.say(ana.user, pictures=(picture, Picture("dog.png", b"png")))
        opened = await ana.context_menu("Animate this image", two).answered()
        await ana.submit_modal(opened, prompt="too dear").answered()
        for command in ("jobs", "credits", "models", "help", "privacy", "export", "language"):
            await ana.slash(command).answered()
        await ana.press(clip, "Delete").answered()
        await server.eventually(lambda: not shows_clip(clip) or clip.deleted)
    assert server.wrong_requests == []
    assert len({exchange.call for exchange in server.exchanges}) > 8


@pytest.mark.parametrize(
    ("call", "body", "complaint"),
    [
        (Call.CREATE_MESSAGE, {"content": "x", "nonsense": 1}, "nonsense is unknown"),
        (Call.CREATE_MESSAGE, {"nonce": "n" * 26}, "nonce"),
        (Call.CREATE_MESSAGE, {"components": [{**CARD, "colour": 3}]}, "colour is unknown"),
        (Call.CREATE_MESSAGE, {"components": [{"type": 17, "components": [{"type": 10}]}]}, "content is missing"),
        (Call.CALLBACK, {"type": 99}, "99"),
        (Call.OPEN_DM, {"recipient_id": "ana"}, "recipient_id"),
        (Call.GET_MESSAGE, {"a": 1}, "a body where none is read"),
    ],
)
async def test_a_wrong_request_is_complained_about(spec, call, body, complaint):
    problems = spec.request_problems(call, Body(body))
    assert any(complaint in problem for problem in problems), problems


@pytest.mark.parametrize(
    ("call", "status", "answer", "complaint"),
    [
        (Call.ME, 200, {"id": "1"}, "username is missing"),
        (Call.ME, 302, None, "302 is no answer to this"),
        (Call.DELETE_MESSAGE, 204, {}, "a body where none is sent"),
    ],
)
async def test_a_wrong_answer_is_complained_about(spec, call, status, answer, complaint):
    problems = spec.response_problems(call, status, answer)
    assert any(complaint in problem for problem in problems), problems
