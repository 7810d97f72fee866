"""What the gateway says when something changes, and which intent a bot needs to hear it."""

from typing import Any

from tests.fakes.discord.shapes import channel_shape, guild_create_shape, guild_shape, message_shape, role_shape
from tests.fakes.discord.world import Channel, Guild

GUILDS, GUILD_MESSAGES, DIRECT_MESSAGES = 1 << 0, 1 << 9, 1 << 12


def intent_for(event: str, guild: Guild | None) -> int:
    if event.startswith("MESSAGE_"):
        return GUILD_MESSAGES if guild else DIRECT_MESSAGES
    return GUILDS


def event_shape(event: str, thing: Any) -> tuple[Guild | None, Any]:
    """The server that it concerns, and the event's body."""
    if event.startswith("MESSAGE_"):
        return thing.channel.guild, _message_event(event, thing)
    if event.startswith(("CHANNEL_", "THREAD_")):
        return thing.guild, _channel_event(event, thing)
    if event == "GUILD_ROLE_CREATE":
        guild, role = thing
        return guild, {"guild_id": str(guild.id), "role": role_shape(role, len(guild.roles))}
    if event == "GUILD_CREATE":
        return thing, guild_create_shape(thing)
    if event == "GUILD_DELETE":
        return thing, {"id": str(thing.id)}
    return thing, guild_shape(thing)


def _message_event(event: str, message: Any) -> dict[str, Any]:
    where = {"guild_id": str(message.channel.guild.id)} if message.channel.guild else {}
    if event == "MESSAGE_DELETE":
        return {"id": str(message.id), "channel_id": str(message.channel.id), **where}
    return message_shape(message) | where


def _channel_event(event: str, channel: Channel) -> dict[str, Any]:
    if event != "THREAD_DELETE":
        return channel_shape(channel)
    parent = str(channel.parent.id) if channel.parent else None
    guild = str(channel.guild.id) if channel.guild else None
    return {"id": str(channel.id), "guild_id": guild, "parent_id": parent, "type": int(channel.kind)}
