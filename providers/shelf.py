"""The shelf: every provider there is, one place each; the house takes those that the operator turned on."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from providers.contract import Provider
from providers.preview import PreviewProvider, Render

NAMES = ("preview",)
"""Every name that `PROVIDERS` may list, in the order used where it is empty."""


@dataclass(frozen=True, slots=True)
class Rate:
    """An operator's own limits for one provider; None keeps the provider's."""

    submits_per_minute: int | None = None
    at_once: int | None = None


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the operator turned on, and what the providers need of the house."""

    names: tuple[str, ...]
    """In order of preference."""
    rates: Mapping[str, Rate]
    folder: Path
    """Where providers that work on this machine keep their orders."""
    render: Render
    """Runs a child process that makes pictures."""


def stock(wanted: Wanted) -> tuple[Provider, ...]:
    """Make the providers that are wanted, in order."""
    made = {"preview": lambda rate: _preview(wanted, rate)}
    return tuple(made[name](wanted.rates.get(name, Rate())) for name in wanted.names)


def _preview(wanted: Wanted, rate: Rate) -> Provider:
    return PreviewProvider(
        folder=wanted.folder / "preview",
        render=wanted.render,
        submits_per_minute=rate.submits_per_minute,
        at_once=rate.at_once,
    )
