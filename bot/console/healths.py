"""How every provider is doing, as `reelbot providers` shows it first."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.console.printing import moment, print_table, sentence
from bot.core.model import PAUSED, Health
from providers.contract import Pace, Provider

_BECAUSE = {
    "key": "its key is refused",
    "balance": "its balance is used up",
    "plan": "its plan does not allow it",
    "address": "its address is wrong",
    "busy": "it is busy or cannot be reached",
}


@dataclass(frozen=True, slots=True)
class Standing:
    """A provider's pace, and what the database has of it."""

    provider: str
    open: bool
    pace: Pace
    health: Health | None
    """None if it was never used."""


def standings(providers: Sequence[Provider], healths: Mapping[str, Health], now: datetime) -> list[Standing]:
    """How each provider is doing at this moment."""
    return [
        Standing(
            provider=provider.name,
            open=_is_open(healths.get(provider.name), now),
            pace=provider.pace,
            health=healths.get(provider.name),
        )
        for provider in providers
    ]


def _is_open(health: Health | None, now: datetime) -> bool:
    return health is None or health.closed_until is None or health.closed_until <= now


def print_standings(found: Sequence[Standing]) -> None:
    """Write the table, and the last trouble of each below it."""
    rows = [
        (
            one.provider,
            _state(one),
            f"{one.pace.submits_per_minute}/min, {one.pace.at_once} at once",
            one.health and one.health.worked_at,
        )
        for one in found
    ]
    print_table(("provider", "health", "pace", "last success (UTC)"), rows, wrap=("health",))
    for health in (one.health for one in found if one.health and one.health.trouble):
        at = f", {moment(health.trouble_at)} UTC" if health.trouble_at else ""
        sentence(f"Last trouble of {health.provider}{at}: {health.trouble}")


def _state(standing: Standing) -> str:
    health = standing.health
    if health is None:
        return "never used"
    if standing.open or health.closed_until is None:
        return "open"
    if health.why == PAUSED:
        return "paused by an operator"
    return f"closed until {moment(health.closed_until)} UTC because {_BECAUSE.get(health.why, health.why)}"
