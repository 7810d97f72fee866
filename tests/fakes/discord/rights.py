"""Discord's permissions, and who may do what in which channel."""

from enum import IntFlag


class May(IntFlag):
    """https://docs.discord.com/developers/topics/permissions#permissions-bitwise-permission-flags"""

    ADMINISTRATOR = 1 << 3
    MANAGE_CHANNELS = 1 << 4
    MANAGE_GUILD = 1 << 5
    VIEW_CHANNEL = 1 << 10
    SEND_MESSAGES = 1 << 11
    MANAGE_MESSAGES = 1 << 13
    EMBED_LINKS = 1 << 14
    ATTACH_FILES = 1 << 15
    READ_MESSAGE_HISTORY = 1 << 16
    MENTION_EVERYONE = 1 << 17
    USE_APPLICATION_COMMANDS = 1 << 31
    MANAGE_THREADS = 1 << 34
    SEND_MESSAGES_IN_THREADS = 1 << 38
    USE_EXTERNAL_APPS = 1 << 50

    @classmethod
    def everything(cls) -> "May":
        whole = cls(0)
        for flag in cls:
            whole |= flag
        return whole


EVERYONE = (
    May.VIEW_CHANNEL | May.SEND_MESSAGES | May.EMBED_LINKS | May.ATTACH_FILES | May.READ_MESSAGE_HISTORY
    | May.SEND_MESSAGES_IN_THREADS | May.USE_APPLICATION_COMMANDS | May.USE_EXTERNAL_APPS
)  # fmt: skip
"""What a new server gives everyone."""


def rights(guild, member, channel=None) -> May:
    """What *member* may do in *channel*, or in the server at large; threads follow their parent."""
    if member.user is guild.owner:
        return May.everything()
    allowed = guild.everyone.may
    for role in member.roles:
        allowed |= role.may
    if allowed & May.ADMINISTRATOR:
        return May.everything()
    place = channel.parent if channel is not None and channel.is_thread else channel
    if place is None:
        return allowed
    return _with_overwrites(allowed, place.overwrites, guild, member)


def _with_overwrites(allowed: May, overwrites, guild, member) -> May:
    """First everyone's, then all roles' together, then the member's own: each takes away before it gives."""
    none = (May(0), May(0))
    give, take = overwrites.get(guild.id, none)
    allowed = allowed & ~take | give
    gives, takes = May(0), May(0)
    for role in member.roles:
        give, take = overwrites.get(role.id, none)
        gives, takes = gives | give, takes | take
    allowed = allowed & ~takes | gives
    give, take = overwrites.get(member.user.id, none)
    allowed = allowed & ~take | give
    return allowed if allowed & May.VIEW_CHANNEL else May(0)
