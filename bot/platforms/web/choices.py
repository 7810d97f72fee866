"""What the page offers to pick, and how a choice becomes part of the typed text."""

from collections.abc import Iterable, Sequence

from bot.core.commands import COMMANDS, BadCommand, Video, parse
from bot.core.texts import Say, Sentence, say
from providers.contract import CAMERA_MOVES, Offer

OPTIONS = ("model", "seconds", "resolution")


def commands(language: str) -> list[dict[str, str]]:
    """Every command that a person types, and what it does."""
    return [{"name": name, "about": say(Sentence(Say(f"about_{name}")), language)} for name in COMMANDS]


def models(offers: Sequence[Offer]) -> list[dict[str, object]]:
    """Each model once, with every format that any of its offers makes, in the operator's order."""
    names = dict.fromkeys(offer.model for offer in offers)
    return [_model(name, [offer for offer in offers if offer.model == name]) for name in names]


def _model(name: str, offers: Sequence[Offer]) -> dict[str, object]:
    formats = dict.fromkeys((f.mode.value, f.resolution, f.seconds) for offer in offers for f in offer.formats)
    return {
        "name": name,
        "formats": [{"mode": mode, "resolution": size, "seconds": seconds} for mode, size, seconds in formats],
        "moves": moves(offers),
    }


def moves(offers: Iterable[Offer]) -> list[str]:
    """The camera moves that at least one of *offers* follows."""
    known = frozenset[str]().union(*(offer.camera_moves for offer in offers))
    return [move for move in CAMERA_MOVES if move in known]


def with_choices(text: str, chosen: dict[str, str]) -> str:
    """Add what was picked beside the text to its end, as a person would type it; what the text says itself wins."""
    try:
        typed = parse(text)
    except BadCommand:
        return text
    if not isinstance(typed, Video):
        return text
    added = [f"{name}={chosen[name]}" for name in OPTIONS if chosen.get(name) and getattr(typed, name) is None]
    return " ".join([text, *added]).strip()
