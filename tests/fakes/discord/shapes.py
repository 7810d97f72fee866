"""How the things of the made-up Discord look as JSON, over REST and the gateway alike."""

from datetime import UTC, datetime
from typing import Any

from tests.fakes.discord.messages import Message, Picture, shown_media, walk
from tests.fakes.discord.world import EPOCH_MS, Channel, Guild, Kind, Member, Role, User

UNSET = (
    "afk_channel_id", "application_id", "banner", "discovery_splash", "home_header", "incidents_data",
    "max_presences", "rules_channel_id", "system_channel_id", "vanity_url_code", "widget_channel_id",
)  # fmt: skip
"""What a server may set and ours does not."""


def stamp(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat()


def born(id: int) -> str:
    return stamp(((id >> 22) + EPOCH_MS) / 1000)


def user_shape(user: User) -> dict[str, Any]:
    return {
        "id": str(user.id),
        "username": user.name,
        "global_name": None if user.is_bot else user.name.title(),
        "discriminator": "0",
        "avatar": None,
        "bot": user.is_bot,
        "primary_guild": None,
        "public_flags": 0,
        "flags": 0,
    }


def me_shape(user: User) -> dict[str, Any]:
    """The bot, as it sees itself."""
    return user_shape(user) | {"locale": user.locale, "mfa_enabled": True, "verified": True, "email": None}


def member_shape(member: Member, *, with_user: bool = True) -> dict[str, Any]:
    shape = {
        "roles": [str(role.id) for role in member.roles],
        "nick": None,
        "avatar": None,
        "banner": None,
        "joined_at": born(member.user.id),
        "premium_since": None,
        "communication_disabled_until": None,
        "pending": False,
        "deaf": False,
        "mute": False,
        "flags": 0,
    }
    return shape | {"user": user_shape(member.user)} if with_user else shape


def role_shape(role: Role, position: int) -> dict[str, Any]:
    return {
        "id": str(role.id),
        "name": role.name,
        "permissions": str(int(role.may)),
        "position": position,
        "color": 0,
        "colors": {"primary_color": 0, "secondary_color": None, "tertiary_color": None},
        "hoist": False,
        "managed": False,
        "mentionable": False,
        "icon": None,
        "unicode_emoji": None,
        "flags": 0,
    }


def roles_shape(guild: Guild) -> list[dict[str, Any]]:
    everyone = Role(guild.id, "@everyone", guild.everyone.may)
    return [role_shape(role, position) for position, role in enumerate([everyone, *guild.roles])]


def channel_shape(channel: Channel) -> dict[str, Any]:
    shape: dict[str, Any] = {"id": str(channel.id), "type": int(channel.kind), "flags": 0, "last_message_id": None}
    if channel.guild is None:
        people = [user_shape(user) for user in channel.people if user is not channel.world.bot]
        shape["recipients"] = people
        if channel.kind is Kind.GROUP_DM:
            shape |= {"name": None, "icon": None, "owner_id": people[0]["id"]}
        return shape
    shape |= {"guild_id": str(channel.guild.id), "name": channel.name, "rate_limit_per_user": 0}
    shape["parent_id"] = str(channel.parent.id) if channel.parent else None
    return shape | (_thread_part(channel) if channel.is_thread else _place_part(channel))


def _thread_part(channel: Channel) -> dict[str, Any]:
    return {
        "owner_id": str(channel.guild.owner.id),
        "message_count": len(channel.history),
        "member_count": 1,
        "total_message_sent": len(channel.history),
        "applied_tags": [],
        "thread_metadata": {
            "archived": channel.archived,
            "locked": channel.locked,
            "auto_archive_duration": 1440,
            "archive_timestamp": born(channel.id),
            "create_timestamp": born(channel.id),
            "invitable": True,
        },
    }


def _place_part(channel: Channel) -> dict[str, Any]:
    overwrites = [
        {"id": str(who), "type": int(who in channel.world.users), "allow": str(int(give)), "deny": str(int(take))}
        for who, (give, take) in channel.overwrites.items()
    ]
    shape = {"position": 0, "permission_overwrites": overwrites, "nsfw": channel.nsfw, "topic": None}
    if channel.kind is Kind.VOICE:
        shape |= {"bitrate": 64000, "user_limit": 0, "rtc_region": None, "video_quality_mode": 1}
    if channel.kind in {Kind.FORUM, Kind.MEDIA}:
        shape |= {"available_tags": [], "default_reaction_emoji": None, "default_sort_order": None}
        shape |= {"default_forum_layout": 0, "default_thread_rate_limit_per_user": 0}
    return shape


def guild_shape(guild: Guild) -> dict[str, Any]:
    """The short form, as over REST."""
    return {
        "id": str(guild.id),
        "name": guild.name,
        "owner_id": str(guild.owner.id),
        "roles": roles_shape(guild),
        "emojis": [],
        "stickers": [],
        "features": [],
        "icon": None,
        "splash": None,
        "description": None,
        "premium_tier": guild.tier,
        "premium_subscription_count": 0,
        "preferred_locale": guild.locale,
        "verification_level": 0,
        "default_message_notifications": 0,
        "explicit_content_filter": 0,
        "mfa_level": 0,
        "nsfw_level": 0,
        "system_channel_flags": 0,
        "afk_timeout": 300,
        "premium_progress_bar_enabled": False,
        "nsfw": False,
        "region": "deprecated",
        "widget_enabled": False,
        "max_members": 500_000,
        "max_stage_video_channel_users": 50,
        "max_video_channel_users": 25,
        **dict.fromkeys(UNSET),
        "safety_alerts_channel_id": str(guild.alerts.id) if guild.alerts else None,
        "public_updates_channel_id": str(guild.notices.id) if guild.notices else None,
    }


def guild_create_shape(guild: Guild) -> dict[str, Any]:
    """The long form, as at the gateway."""
    open_channels = [channel for channel in guild.channels if not channel.archived]
    return guild_shape(guild) | {
        "joined_at": born(guild.id),
        "large": False,
        "unavailable": False,
        "member_count": len(guild.members),
        "members": [member_shape(guild.members[guild.world.bot.id])],
        "channels": [channel_shape(channel) for channel in open_channels if not channel.is_thread],
        "threads": [channel_shape(channel) for channel in open_channels if channel.is_thread],
        "voice_states": [],
        "presences": [],
        "stage_instances": [],
        "guild_scheduled_events": [],
        "soundboard_sounds": [],
    }


def file_shape(file: Picture) -> dict[str, Any]:
    shape = {
        "id": str(file.id),
        "filename": file.name,
        "size": len(file.content),
        "url": file.url,
        "proxy_url": file.url,
    }
    optional = {
        "content_type": file.content_type,
        "width": file.width,
        "height": file.height,
        "description": file.description,
    }
    shape |= {key: value for key, value in optional.items() if value is not None}
    return shape | {"ephemeral": True} if file.ephemeral else shape


def message_shape(message: Message) -> dict[str, Any]:
    """Whoever looks at a message gets fresh links to its files."""
    _sign_anew(message)
    shape = {
        "id": str(message.id),
        "channel_id": str(message.channel.id),
        "type": 19 if message.reply_to else 20 if message.asked else 0,
        "author": user_shape(message.author),
        "content": message.content,
        "components": message.components,
        "embeds": [{"type": "rich", **embed} for embed in message.embeds],
        "attachments": [file_shape(file) for file in message.attachments],
        "flags": int(message.flags),
        "timestamp": born(message.id),
        "edited_timestamp": stamp(message.edited_at) if message.edited_at else None,
        "mentions": [user_shape(user) for user in message.pinged],
        "mention_roles": [],
        "mention_everyone": False,
        "tts": False,
        "pinned": False,
    }
    return shape | _rarer(message)


def _sign_anew(message: Message) -> None:
    for file in message.attachments:
        file.url = message.channel.world.link(file, message.channel)
    urls = {str(file.id): file.url for file in message.attachments}
    for part in walk(message.components):
        for media in shown_media(part):
            if url := urls.get(media.get("attachment_id", "")):
                media.update(url=url, proxy_url=url)


def _rarer(message: Message) -> dict[str, Any]:
    """What only some messages have."""
    shape: dict[str, Any] = {}
    if message.nonce is not None:
        shape["nonce"] = message.nonce
    if message.stickers:
        shape["sticker_items"] = message.stickers
    if message.reply_to:
        where = {"message_id": str(message.reply_to), "channel_id": str(message.channel.id)}
        shape["message_reference"] = {"type": 0, **where}
    if message.forwarded:
        origin = message.forwarded[0]
        shape["message_reference"] = {"type": 1, "message_id": str(origin.id), "channel_id": str(origin.channel.id)}
        shape["message_snapshots"] = [{"message": _snapshot(inner)} for inner in message.forwarded]
    if message.author.is_bot and message.asked is not None:
        shape |= {"application_id": str(message.author.id), "webhook_id": str(message.author.id)}
    return shape


def _snapshot(message: Message) -> dict[str, Any]:
    whole = message_shape(message)
    keys = ("type", "content", "embeds", "attachments", "timestamp", "edited_timestamp", "flags", "components")
    return {key: whole[key] for key in (*keys, "mentions", "mention_roles")}


def application_shape(world: Any, *, flags: int) -> dict[str, Any]:
    bot = world.bot
    return {
        "id": str(bot.id),
        "name": bot.name,
        "icon": None,
        "description": "",
        "summary": "",
        "type": None,
        "bot": user_shape(bot),
        "owner": user_shape(next(iter(world.users.values()))),
        "team": None,
        "bot_public": True,
        "bot_require_code_grant": False,
        "verify_key": "0" * 64,
        "flags": flags,
        "flags_new": str(flags),
        "explicit_content_filter": 0,
        "eligible_oauth2_scopes": [],
        "approximate_user_authorization_count": 0,
        "integration_types_config": {"0": {}, "1": {}},
        "interactions_endpoint_url": None,
        "redirect_uris": [],
        "role_connections_verification_url": None,
        "approximate_guild_count": len(world.guilds),
        "approximate_user_install_count": 0,
    }
