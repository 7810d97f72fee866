"""What people typed, shown as they typed it: no markdown, no mention, no link in disguise."""

import re
from datetime import UTC, datetime

import discord

from bot.core.texts import MOMENT


def plain(text: str) -> str:
    """Escape *text* so that Discord shows its characters and resolves nothing in it."""
    escaped = discord.utils.escape_mentions(discord.utils.escape_markdown(text, ignore_links=False))
    return escaped.replace("<", "\\<")


_MOMENT = re.compile(r"(?P<moment>\d{4}-\d\d-\d\d \d\d:\d\d UTC)(?P<wait> \([^()\n]{1,40}\))?")


def timed(text: str) -> str:
    """Moments as Discord shows them by each reader's own clock (Discord, Reference, "Timestamp Styles")."""
    return _MOMENT.sub(_timestamp, text)


def _timestamp(found: re.Match[str]) -> str:
    try:
        unix = int(datetime.strptime(found["moment"], MOMENT).replace(tzinfo=UTC).timestamp())
    except ValueError:
        # Somebody's own words, which only look like a moment.
        return found.group()
    return f"<t:{unix}:f> (<t:{unix}:R>)" if found["wait"] else f"<t:{unix}:f>"


_MEMBER_OR_ROLE = re.compile(r"\b(?P<kind>member|role) (?P<id>\d{15,20})\b")
_CHANNEL = re.compile(r"(?<![\d@&#])\d{15,20}\b")


def named(text: str) -> str:
    """What limits say by ids, as mentions, which Discord shows as names: of members, roles, and else of channels."""
    with_people = _MEMBER_OR_ROLE.sub(lambda one: f"<@{'&' if one['kind'] == 'role' else ''}{one['id']}>", text)
    return _CHANNEL.sub(lambda one: f"<#{one.group()}>", with_people)


def excerpt(text: str, most: int) -> str:
    """The beginning of a text, on one line."""
    flat = " ".join(text.split())
    return flat if len(flat) <= most else f"{flat[: most - 1]}…"


def pages(text: str, most: int) -> list[str]:
    """Cut a long text into pieces of at most *most* characters, between lines where there are any."""
    left, cut = text, []
    while len(left) > most:
        line_end = left.rfind("\n", 0, most)
        end = line_end if line_end > 0 else most
        cut.append(left[:end])
        left = left[end:].lstrip("\n")
    return [*cut, left]
