"""The parts of a running bot, as `reelbot run --only` names them."""

from enum import StrEnum


class Part(StrEnum):
    """What one process can do of everything."""

    DISCORD = "discord"
    TELEGRAM = "telegram"
    WEB = "web"
    WORKER = "worker"


EVERYTHING = frozenset(Part)


class UnknownPart(Exception):
    """There is no such part."""


def parts_named(text: str) -> frozenset[Part]:
    """The parts in *text*, separated by commas; everything if it names none.

    Raises:
        UnknownPart: It names one that there is not.
    """
    names = {name.strip().lower() for name in text.split(",") if name.strip()}
    if unknown := names - set(Part):
        raise UnknownPart(f"--only names {', '.join(sorted(unknown))}. There is: {', '.join(sorted(Part))}.")
    return frozenset(map(Part, names)) or EVERYTHING
