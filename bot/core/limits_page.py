"""What `/limits show` says: every limit, what is used of it, who has one of their own, and the pool."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.core.admin_commands import NUMBERS
from bot.core.credits import day_end, month_end
from bot.core.limit_changes import value_in_words
from bot.core.model import Cap, LimitSet, Wallet
from bot.core.texts import Say, Sentence, say


@dataclass(frozen=True, slots=True)
class Standing:
    """A community's limits at one moment, as one of its admins sees them."""

    limits: LimitSet
    bounds: Sequence[Cap]
    """What a video of that admin would have to pass."""
    used: Mapping[str, int]
    """How far the counters of `bounds` stand."""
    pool: Wallet
    now: datetime
    ages: bool = False
    """The chat has channels that are for adults alone."""


def limits_page(standing: Standing, language: str) -> str:
    """The page, a line each."""
    return "\n".join(say(sentence, language) for sentence in _sentences(standing, language))


def _sentences(standing: Standing, language: str) -> Iterator[Sentence]:
    limits, now = standing.limits, standing.now
    used = {cap.limit: standing.used.get(cap.counter, 0) for cap in standing.bounds}

    def worded(limit: str) -> str:
        return value_in_words(limit, getattr(limits, limit), language)

    yield Sentence(Say.LIMITS_INTRO)
    for limit in NUMBERS:
        yield Sentence(Say(f"limit_{limit}"), {"most": worded(limit), "used": used.get(limit, 0)})
    for kind, own in (("member", limits.members), ("role", limits.roles)):
        for name, value in sorted(own.items()):
            most = value_in_words("member_daily", value, language)
            yield Sentence(Say.LIMIT_OVERRIDE, {"who": f"{kind} {name}", "most": most})
    yield Sentence(Say.LIMIT_MODELS, {"names": worded("models")})
    yield Sentence(Say.LIMIT_CHANNELS, {"names": worded("channels")})
    if standing.ages:
        yield Sentence(Say.LIMIT_AGE_RESTRICTED, {"rule": worded("age_restricted")})
    yield Sentence(Say.LIMIT_SPOILER, {"state": worded("spoiler")})
    yield Sentence(Say.LIMIT_POOL, {"state": worded("pool"), "balance": standing.pool.balance})
    day, month = day_end(now), month_end(now)
    waits = {"day_wait": (day - now).total_seconds(), "month_wait": (month - now).total_seconds()}
    yield Sentence(Say.LIMITS_RESET, {"day": day, "month": month, **waits})
