"""A small bot on the real library, to try the loopback Discord with, and what it sends."""

import asyncio
import io
from contextlib import asynccontextmanager

import discord
import yarl
from discord import app_commands, ui
from discord.gateway import DiscordWebSocket
from discord.http import Route

from tests.fakes.discord.server import FakeDiscord


def point_at(server: FakeDiscord, monkeypatch) -> None:
    """Let the library talk to this server."""
    monkeypatch.setattr(Route, "BASE", server.api_base)
    monkeypatch.setattr(DiscordWebSocket, "DEFAULT_GATEWAY", yarl.URL(server.gateway_url))


class SmallBot(discord.Client):
    """It knows `/video` and a message command, keeps every interaction, and answers with what *answer* does."""

    def __init__(self, answer=None):
        mentions = discord.AllowedMentions.none()
        super().__init__(intents=discord.Intents(guilds=True), guild_ready_timeout=0.1, allowed_mentions=mentions)
        self.tree = app_commands.CommandTree(
            self,
            allowed_installs=app_commands.AppInstallationType(guild=True, user=True),
            allowed_contexts=app_commands.AppCommandContext(guild=True, dm_channel=True, private_channel=True),
        )
        self.heard: list[discord.Interaction] = []
        self._answer = answer or (lambda interaction: interaction.response.defer(thinking=True))
        self._add_commands()

    def _add_commands(self):
        @self.tree.command(description="Make a video")
        async def video(
            interaction: discord.Interaction,
            prompt: app_commands.Range[str, 1, 2000],
            image: discord.Attachment | None = None,
            model: str = "",
            seconds: app_commands.Range[int, 1, 12] = 6,
        ):
            await self._hear(interaction)

        @video.autocomplete("model")
        async def models(interaction: discord.Interaction, current: str):
            return [app_commands.Choice(name=f"{current} 02", value=f"{current}-02")]

        @self.tree.context_menu(name="Animate this image")
        async def animate(interaction: discord.Interaction, message: discord.Message):
            await self._hear(interaction)

    async def _hear(self, interaction):
        self.heard.append(interaction)
        await self._answer(interaction)

    async def on_interaction(self, interaction):
        if interaction.type in {discord.InteractionType.component, discord.InteractionType.modal_submit}:
            await self._hear(interaction)

    async def setup_hook(self):
        await self.tree.sync()

    async def before_identify_hook(self, shard_id, *, initial=False):
        """No pause between two sessions."""


@asynccontextmanager
async def running(server: FakeDiscord, bot: SmallBot | None = None):
    """The bot, listening."""
    bot = bot or SmallBot()
    async with bot, asyncio.TaskGroup() as group:
        listening = group.create_task(bot.start(server.token))
        await server.online()
        yield bot
        await bot.close()
        await listening


class Buttons(ui.LayoutView):
    """A card with buttons."""

    def __init__(self, *labels):
        super().__init__(timeout=None)
        self.add_item(ui.TextDisplay("a card"))
        self.add_item(ui.ActionRow(*[ui.Button(label=label, custom_id=f"{label}:1") for label in labels]))


def file(size=3, name="clip.mp4"):
    """Something to upload."""
    return discord.File(io.BytesIO(b"m" * size), name)


def code_of(error):
    """What Discord said: the HTTP status and its own code."""
    return (error.value.status, error.value.code)
