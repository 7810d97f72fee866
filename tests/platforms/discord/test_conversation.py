"""A conversation as people have it, on a Discord in this very process that keeps the client's own rules."""

from contextlib import asynccontextmanager

import discord
import simcord
from pydantic import SecretStr

from bot.core.catalog import Catalog
from bot.core.model import ButtonAction, LimitSet, Reply, State
from bot.platforms.discord.chat import Discord
from bot.platforms.discord.languages import Words
from bot.platforms.discord.listener import Listener
from tests.fakes.clock import FakeClock
from tests.fakes.files import FolderFiles
from tests.fakes.inbox import FakeInbox, FakeMemory
from tests.platforms.discord.stage import JOB, Core, note, offer
from tests.story.house import tariff


class Talk:
    """A server with one channel, two people and the bot."""

    def __init__(self, env, chat, core):
        self.env = env
        self.chat = chat
        self.core = core
        self.guild = env.create_guild()
        self.channel = self.guild.create_text_channel("films")
        self.ana = self.guild.add_member(env.create_user("ana"))
        self.ben = self.guild.add_member(env.create_user("ben"))

    def message(self):
        return self.channel.last_message


@asynccontextmanager
async def talking(folder):
    core = Core()
    clients = []

    async def catalog():
        return Catalog((offer("preview"),), tariff())

    async def limits_of(_community):
        return LimitSet()

    chat = Discord(
        token=SecretStr("not.a.token"),
        api_base="https://discord.com/api/v10",
        gateway_url=None,
        inbox=FakeInbox(),
        memory=FakeMemory(),
        files=FolderFiles(folder),
        clock=FakeClock(),
        catalog=catalog,
        limits_of=limits_of,
        clip_link=lambda _name: None,
        make_client=lambda: clients[0],
    )
    listener = Listener(front=chat.front, finder=chat.finder, shards=1)
    clients.append(listener)
    async with chat._door.open(core.receive), simcord.run(listener) as env:
        await listener.tree.set_translator(Words())
        await listener.tree.sync()
        yield Talk(env, chat, core)


def said(message):
    """Everything that can be read on a card or in plain text."""
    parts = [message.content, *(text.content for text in texts(message.components))]
    return "\n".join(part for part in parts if part)


def texts(components):
    for component in components:
        if isinstance(component, discord.TextDisplay):
            yield component
        yield from texts(getattr(component, "children", ()))


async def test_from_the_wish_to_its_end_and_once_more(tmp_path):
    async with talking(tmp_path) as talk:
        wish = await talk.ana.slash(talk.channel, "video", prompt="a cat smiling", seconds=6, camera="Zoom in")
        await talk.env.settle()
        assert not wish.ephemeral
        assert talk.core.heard[0].text == "a cat smiling [Zoom in] seconds=6"
        assert "Number 1 in the queue." in said(talk.message())

        done = note(State.FAILED, "The video service failed to make this video.", (ButtonAction.AGAIN,))
        await talk.chat.tell(talk.core.heard[0].place, done)
        card = talk.message()
        assert "The video service failed" in said(card)

        talk.core.replies["/again"] = Reply(text="", job=JOB, accepted=True, note=note(job="bbbbbbbbbb"))
        await talk.ana.click(card, label="Again")
        await talk.env.settle()
        assert talk.core.heard[-1].text == f"/again {JOB}"
        assert talk.message().id != card.id


async def test_a_refusal_is_for_the_person_alone(tmp_path):
    async with talking(tmp_path) as talk:
        talk.core.replies["*"] = Reply(text="That costs too much.")
        wish = await talk.ana.slash(talk.channel, "video", prompt="a cat smiling")
        await talk.env.settle()
        assert talk.message() is None
        assert [(reply.content, reply.ephemeral) for reply in wish.followups] == [("That costs too much.", True)]


async def test_somebody_elses_button_is_refused_in_private(tmp_path):
    async with talking(tmp_path) as talk:
        await talk.ana.slash(talk.channel, "video", prompt="a cat smiling")
        await talk.env.settle()
        press = await talk.ben.click(talk.message(), label="Cancel")
        assert press.ephemeral
        assert "whoever asked" in press.response.content
        assert len(talk.core.heard) == 1


async def test_a_prompt_is_changed_in_a_dialog_and_sent_again(tmp_path):
    async with talking(tmp_path) as talk:
        buttons = (ButtonAction.AGAIN, ButtonAction.EDIT)
        failed = note(State.FAILED, "The video service could not use this wish.", buttons)
        talk.core.replies["*"] = Reply(text="", job=JOB, accepted=True, note=failed)
        await talk.ana.slash(talk.channel, "video", prompt="a cat smiling")
        await talk.env.settle()
        compose = f"/video model=preview seconds=6 resolution=768P photo={JOB} a cat smiling"
        talk.core.replies["/edit"] = Reply(text="Change the text.", job=JOB, compose=compose)
        dialog = await talk.ana.click(talk.message(), label="Edit prompt")
        assert dialog.modal is not None
        options = f"model=preview seconds=6 resolution=768P photo={JOB}"
        await talk.ana.submit_modal(dialog, {"prompt": "a dog smiling", "options": options})
        await talk.env.settle()
        assert talk.core.heard[-1].text == f"/video a dog smiling {options}"


async def test_the_menu_of_a_message_without_a_picture_says_so(tmp_path):
    async with talking(tmp_path) as talk:
        message = await talk.ben.send(talk.channel, "hello")
        result = await talk.ana.context_menu(talk.channel, "Animate this image", message)
        assert result.ephemeral
        assert result.response.content == "There is no picture in that message."


async def test_models_are_suggested_while_typing(tmp_path):
    async with talking(tmp_path) as talk:
        choices = await talk.ana.autocomplete(talk.channel, "video", "model", "pre", prompt="a cat")
        assert [choice["value"] for choice in choices] == ["preview"]


async def test_what_concerns_oneself_is_said_in_private(tmp_path):
    async with talking(tmp_path) as talk:
        talk.core.replies["/credits"] = Reply(text="You have 72 credits.")
        result = await talk.ana.slash(talk.channel, "credits")
        await talk.env.settle()
        assert result.ephemeral
        assert result.response.content == "You have 72 credits."
