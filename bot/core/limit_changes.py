"""What a command makes of a set of limits, and the difference between two of them in words: pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from enum import Enum

from bot.core.admin_commands import NUMBERS, SetAgeRule, SetChannels, SetLimit, SetModels, SetPool, SetSpoiler
from bot.core.model import AgeRule, CommunityId, LimitSet
from bot.core.texts import Say, Sentence, say

Setting = SetLimit | SetModels | SetChannels | SetPool | SetAgeRule | SetSpoiler
SWITCHES = ("pool", "age_restricted", "spoiler")
"""Settings of a community that are neither numbers nor lists, as in `LimitSet`."""


class Nothing(Enum):
    """What a member or a role has that no limit was set for."""

    OWN = "own"


@dataclass(frozen=True, slots=True)
class Difference:
    """One limit before and after."""

    limit: str
    """Its name, as in `LimitSet`; `member_daily` of one member or role too."""
    who: str
    """`member 123`, `role 55`, or empty for everybody."""
    old: object
    new: object


def changed(limits: LimitSet, setting: Setting, community: CommunityId) -> LimitSet:
    """The limits of *community* after *setting*."""
    match setting:
        case SetModels(names):
            return replace(limits, models=names)
        case SetChannels(names):
            return replace(limits, channels=names)
        case SetPool() | SetAgeRule() | SetSpoiler():
            return _switched(limits, setting)
        case SetLimit(limit, member=None, role=None):
            first: int | None = getattr(LimitSet.at_first(community), limit)
            return replace(limits, **{limit: first if setting.usual else setting.value})  # type: ignore[arg-type]
        case SetLimit(member=str(member)):
            return replace(limits, members=_with(limits.members, member, setting))
        case _:
            return replace(limits, roles=_with(limits.roles, str(setting.role), setting))


def _switched(limits: LimitSet, setting: SetPool | SetAgeRule | SetSpoiler) -> LimitSet:
    match setting:
        case SetPool(on):
            return replace(limits, pool=on)
        case SetSpoiler(on):
            return replace(limits, spoiler=on)
        case _:
            return replace(limits, age_restricted=setting.rule)


def _with(own: Mapping[str, int | None], who: str, setting: SetLimit) -> Mapping[str, int | None]:
    others = {name: value for name, value in own.items() if name != who}
    return others if setting.usual else {**others, who: setting.value}


def differences(old: LimitSet, new: LimitSet) -> Iterator[Difference]:
    """Every limit that is another one now, in a fixed order."""
    for limit in (*NUMBERS, "models", "channels", *SWITCHES):
        if getattr(old, limit) != getattr(new, limit):
            yield Difference(limit, "", getattr(old, limit), getattr(new, limit))
    for kind, before, after in (("member", old.members, new.members), ("role", old.roles, new.roles)):
        for name in sorted(before.keys() | after.keys()):
            was, now = before.get(name, Nothing.OWN), after.get(name, Nothing.OWN)
            if was != now:
                yield Difference("member_daily", f"{kind} {name}", was, now)


def value_in_words(limit: str, value: object, language: str) -> str:
    """A limit's value as people read it."""
    match value:
        case None:
            return say(Sentence(Say.LIMIT_ALL if limit in {"models", "channels"} else Say.LIMIT_OFF), language)
        case bool():
            return say(Sentence(Say.LIMIT_ON if value else Say.LIMIT_OFF), language)
        case AgeRule():
            return say(Sentence(Say(f"limit_age_{value}")), language)
        case int():
            unit = Say.VIDEOS if limit == "member_running" else Say.PRICE
            return say(Sentence(unit, {"price": value}), language)
        case frozenset():
            return ", ".join(sorted(value)) or say(Sentence(Say.LIMIT_NONE), language)
        case _:
            return say(Sentence(Say.LIMIT_AS_ALL), language)
