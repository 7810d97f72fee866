"""The library's client as we use it: only interactions, no privileged intent, nobody mentioned by accident."""

from typing import Any

import discord
import structlog
from discord import app_commands

from bot.core.model import Reason
from bot.core.texts import Say, Sentence, say
from bot.platforms.discord.acknowledging import refuse
from bot.platforms.discord.asked import language_of
from bot.platforms.discord.buttons import pressed_by
from bot.platforms.discord.finding import Finder
from bot.platforms.discord.front import FrontDesk
from bot.platforms.discord.menu import declare
from bot.platforms.discord.rest import LONG_WAIT_SECONDS
from bot.platforms.discord.ruling_menu import declare_ruling

log = structlog.get_logger("reelbot.discord")


def quiet_client() -> discord.Client:
    """A client for requests alone: it never connects to the gateway."""
    _no_voice()
    return discord.Client(
        # Never asked for anything; without it the library warns at every start.
        intents=discord.Intents(guilds=True),
        allowed_mentions=discord.AllowedMentions.none(),
        max_messages=None,
        max_ratelimit_timeout=LONG_WAIT_SECONDS,
    )


class Tree(app_commands.CommandTree[discord.AutoShardedClient]):
    """The commands, and what a person hears when one of them breaks."""

    async def on_error(
        self, interaction: discord.Interaction[discord.AutoShardedClient], error: app_commands.AppCommandError, /
    ) -> None:
        # Among others: the command that Discord shows is older than ours. Without an answer the person would wait.
        log.error("a command broke before it was written down", exc_info=error)
        if not interaction.response.is_done():
            await refuse(interaction, say(Sentence(Say.FAILED, {"reason": Reason.BUG}), language_of(interaction)))


class Listener(discord.AutoShardedClient):
    """Hears interactions and hands them to the front desk.

    Args:
        front: Who is told.
        finder: Suggests while people type.
        shards: Number of connections that Discord asked for.
    """

    def __init__(self, *, front: FrontDesk, finder: Finder, shards: int) -> None:
        _no_voice()
        super().__init__(
            # Interactions come without any intent; servers are needed for their roles, channels and upload limits.
            intents=discord.Intents(guilds=True),
            allowed_mentions=discord.AllowedMentions.none(),
            chunk_guilds_at_startup=False,
            member_cache_flags=discord.MemberCacheFlags.none(),
            max_messages=None,
            max_ratelimit_timeout=LONG_WAIT_SECONDS,
            shard_count=shards,
        )
        self._front = front
        self.tree = Tree(
            self,
            allowed_installs=app_commands.AppInstallationType(guild=True, user=True),
            allowed_contexts=app_commands.AppCommandContext(guild=True, dm_channel=True, private_channel=True),
        )
        declare(self.tree, front, finder)
        declare_ruling(self.tree, front, finder)

    async def setup_hook(self) -> None:
        """Called by the library between log-in and connection."""
        self.add_dynamic_items(pressed_by(self._front.pressed))

    async def on_interaction(self, interaction: discord.Interaction[Any]) -> None:
        """Called by the library for every interaction; commands and buttons have their own ways."""
        if interaction.type is discord.InteractionType.modal_submit:
            await self._front.submitted(interaction)


def _no_voice() -> None:
    # The library warns at every start that it cannot speak; it is not meant to.
    discord.VoiceClient.warn_nacl = False
    discord.VoiceClient.warn_dave = False
