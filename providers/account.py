"""What the operator gave us for one provider: a key, an address, and limits of their own."""

from dataclasses import dataclass, field

from pydantic import SecretStr

from providers.contract import Pace


@dataclass(frozen=True, slots=True)
class Rate:
    """An operator's own limits for one provider; None keeps the provider's."""

    submits_per_minute: int | None = None
    at_once: int | None = None

    def applied(self, usual: Pace) -> Pace:
        """The provider's usual pace, bounded by the operator's limits where there are any."""
        return Pace(
            self.submits_per_minute or usual.submits_per_minute,
            self.at_once or usual.at_once,
            usual.ask_seconds_least,
        )


@dataclass(frozen=True, slots=True)
class Account:
    """The operator's account with one provider."""

    key: SecretStr
    """May be empty where the provider needs none (a server of the operator's own)."""
    base_url: str
    """Without a slash at its end; the API's paths are appended to it."""
    rate: Rate = field(default_factory=Rate)
