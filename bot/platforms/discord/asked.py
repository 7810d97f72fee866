"""One thing somebody asked on Discord, written down so that it survives a restart."""

from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

import discord
from pydantic import BaseModel, ConfigDict, SecretStr, field_serializer

from bot.core.model import CommunityId, Incoming, User, UserId
from bot.platforms.discord.passes import Pass
from bot.platforms.discord.places import NAME, Spoken, Spot


class Manner(StrEnum):
    """How an interaction is acknowledged; Discord lets nobody change it afterwards."""

    PUBLIC = "public"
    """A new message for everybody. A refusal takes it away again and is told to the person alone."""
    PRIVATE = "private"
    """A new message for the person alone."""
    QUIET = "quiet"
    """Nothing new: the message with the button stays, and changes."""


class Attached(BaseModel):
    """A picture as Discord describes it; nothing of it is believed."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    url: str
    size: int = 0
    """In bytes; 0 where Discord does not say."""


class Asked(BaseModel):
    """An interaction, without the library around it."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    id: int
    application: int
    token: SecretStr
    manner: Manner
    text: str
    attached: tuple[Attached, ...] = ()
    user: int
    name: str = ""
    language: str = "en"
    roles: tuple[str, ...] = ()
    community: int | None = None
    """The server whose rules count: one that has the bot installed itself."""
    admin: bool = False
    """Whether they might manage that server when Discord sent this: its own word, not what a menu showed them."""
    spot: Spot
    most_bytes: int
    pressed: int | None = None
    """The message whose button was pressed; the library passes presses of buttons over that do not stand there."""

    @field_serializer("token", when_used="json")
    def _bare(self, token: SecretStr) -> str:
        return token.get_secret_value()

    @property
    def key(self) -> str:
        """The same for every arrival of this interaction."""
        return f"{NAME}:{self.id}"

    def until(self, moment: datetime) -> Pass:
        """The token of this interaction, to be used until *moment*."""
        return Pass(application=self.application, token=self.token, until=moment, most_bytes=self.most_bytes)

    @property
    def user_id(self) -> UserId:
        """Who asked."""
        return UserId(NAME, str(self.user))

    @property
    def community_id(self) -> CommunityId | None:
        """Whose rules count."""
        return CommunityId(NAME, str(self.community)) if self.community else None

    def incoming(self, spot: Spot, pictures: tuple[Path, ...]) -> Incoming:
        """What the core hears."""
        return Incoming(
            key=self.key,
            user=User(self.user_id, self.name, self.language),
            place=spot.place(),
            text=self.text,
            community=self.community_id,
            roles=self.roles,
            pictures=pictures,
            admin=self.admin,
            pressed=Spoken(self.spot.channel, self.pressed).handle() if self.pressed is not None else None,
        )


def asked_of(
    interaction: discord.Interaction[Any], manner: Manner, text: str, attached: tuple[Attached, ...] = ()
) -> Asked:
    """Write down an interaction."""
    member = interaction.user
    message = interaction.message
    return Asked(
        id=interaction.id,
        application=interaction.application_id,
        token=SecretStr(interaction.token),
        manner=manner,
        text=text,
        attached=attached,
        user=member.id,
        name=member.display_name,
        language=language_of(interaction),
        roles=_roles(member),
        community=interaction.guild_id if is_installed(interaction) else None,
        admin=is_installed(interaction) and _manages(interaction.permissions),
        spot=_spot(interaction),
        most_bytes=interaction.filesize_limit,
        pressed=message.id if message is not None else None,
    )


def language_of(interaction: discord.Interaction[Any]) -> str:
    """The person's own language, as two or three letters."""
    return interaction.locale.value.partition("-")[0]


def _roles(member: discord.User | discord.Member) -> tuple[str, ...]:
    """From the highest to the lowest, without the one that everybody has."""
    if not isinstance(member, discord.Member):
        return ()
    return tuple(str(role.id) for role in reversed(member.roles) if not role.is_default())


def _spot(interaction: discord.Interaction[Any]) -> Spot:
    channel = interaction.channel
    thread = channel if isinstance(channel, discord.Thread) else None
    named = thread.parent_id if thread is not None else interaction.channel_id
    return Spot(
        asker=interaction.user.id,
        channel=interaction.channel_id or 0,
        parent=_public_parent(thread) if thread is not None else None,
        named=named if interaction.guild_id is not None else None,
        guild=interaction.guild_id,
        nsfw=_is_age_restricted(interaction),
        posts=_bot_is_there(interaction),
        interaction=interaction.id,
    )


def _is_age_restricted(interaction: discord.Interaction[Any]) -> bool:
    """Whether the channel is for adults alone, by what came with the interaction or by what we know of the server."""
    guild = interaction.guild
    known = guild.get_channel(interaction.channel_id or 0) if guild is not None else None
    return any(isinstance(one, _WITH_AGES) and one.is_nsfw() for one in (interaction.channel, known))


_WITH_AGES = (
    discord.TextChannel,
    discord.VoiceChannel,
    discord.StageChannel,
    discord.ForumChannel,
    discord.Thread,
)


def _public_parent(thread: discord.Thread) -> int | None:
    """The channel around a public thread; a forum takes no messages outside its posts."""
    if thread.type is discord.ChannelType.private_thread or isinstance(thread.parent, discord.ForumChannel):
        return None
    return thread.parent_id


def _manages(may: discord.Permissions) -> bool:
    return may.manage_guild or may.administrator


def is_installed(interaction: discord.Interaction[Any]) -> bool:
    """Whether the server has the bot itself; if not, somebody brought it along, and the server has no say."""
    if interaction.guild_id is None:
        return False
    return interaction.is_guild_integration() or not interaction.is_user_integration()


def _bot_is_there(interaction: discord.Interaction[Any]) -> bool:
    return is_installed(interaction) or bool(interaction.guild_id is None and interaction.context.dm_channel)
