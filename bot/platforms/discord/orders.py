"""What admins and operators picked as options becomes the text that they would have typed elsewhere."""

import re
from collections.abc import Iterable

from bot.platforms.discord.places import NAME

_MENTION = re.compile(r"<@!?(\d{1,20})>")


def words(*parts: object) -> str:
    """A command and what stands behind it; what was left out leaves no gap."""
    return " ".join(str(part) for part in parts if part not in {None, ""})


def one_word(typed: str | None) -> str:
    """What was typed into an option that is one word, whatever was typed."""
    return "-".join((typed or "").split())


def limit_text(limit: str, value: str, member: int | None, role: int | None) -> str:
    """Set one limit; naming both a member and a role is left to the core to refuse.

    Args:
        limit: Its name.
        value: As typed.
        member: Discord's id of a person.
        role: Discord's id of a role.
    """
    whom = [f"{kind}:{named}" for kind, named in (("member", member), ("role", role)) if named is not None]
    # Without a value a target must not be read as one.
    return words("/limits set", limit, one_word(value) or "-", *whom)


def channels_text(chosen: Iterable[int | None], *, everywhere: bool) -> str:
    """Allow these channels alone, or all of them; with none chosen the core says what is missing."""
    names = ",".join(dict.fromkeys(str(channel) for channel in chosen if channel is not None))
    return words("/limits channels", "all" if everywhere else names)


def who_of(typed: str) -> str:
    """A mention as the books write a person of this platform; anything else as it was typed."""
    found = _MENTION.fullmatch(typed.strip())
    return owner(int(found[1])) if found else one_word(typed)


def owner(id: int) -> str:
    """How the books write somebody of this platform."""
    return f"{NAME}:{id}"


def move_text(name: str, who: str, amount: int, reason: str) -> str:
    """Give credits, or take them away."""
    return words(f"/{name}", who_of(who) or "-", amount, reason.strip())


def block_text(name: str, what: str, *rest: str | None, here: bool) -> str:
    """Block something, or lift that."""
    return words(f"/{name}", "here" if here else None, what, *(part.strip() for part in rest if part))


def pattern_text(pattern: str | None) -> str | None:
    """A pattern as it stands behind words."""
    return f"re:{pattern.strip()}" if pattern and pattern.strip() else None
