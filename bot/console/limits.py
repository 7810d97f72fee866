"""`reelbot limits …`: what a server or group, or the whole bot, may spend, and who changed it."""

from dataclasses import dataclass
from functools import partial

from bot.console.owners import actor, community_of, user_of
from bot.console.printing import Refusal, print_json, print_table, sentence
from bot.core.admin_commands import (
    MOST,
    NUMBERS,
    SetAgeRule,
    SetChannels,
    SetLimit,
    SetModels,
    SetPool,
    SetSpoiler,
    whole_number,
)
from bot.core.limit_changes import SWITCHES, Difference, Setting, changed, differences, value_in_words
from bot.core.model import EVERYWHERE, AgeRule, CommunityId, LimitChange, LimitSet
from bot.ground import open_books
from bot.settings import Settings

LIMITS = (*NUMBERS, "models", "channels", *SWITCHES)


@dataclass(frozen=True, slots=True)
class Wish:
    """One limit, as the operator orders it."""

    limit: str
    value: str
    member: str | None = None
    role: str | None = None


async def show_limits(settings: Settings, community: str, *, as_json: bool) -> None:
    """Show what a community may spend."""
    place = community_of(community)
    async with open_books(settings) as books:
        limits = await books.store.limits_of(place)
    if as_json:
        print_json(limits)
        return
    rows = [(name, _shown(name, getattr(limits, name))) for name in LIMITS]
    for kind, own in (("member", limits.members), ("role", limits.roles)):
        rows += [(f"member_daily of {kind} {who}", _shown("", value)) for who, value in sorted(own.items())]
    print_table(("limit", "value"), rows, wrap=("limit", "value"))


def _shown(limit: str, value: object) -> str:
    """A value as it is typed."""
    bare = isinstance(value, AgeRule) or (isinstance(value, int) and not isinstance(value, bool))
    return str(value) if bare else value_in_words(limit, value, "en")


async def set_limit(settings: Settings, community: str, wish: Wish, *, as_json: bool) -> None:
    """Set one limit of a community, of one of its members or of a role.

    Raises:
        Refusal: There is no such limit, or it cannot have this value.
    """
    place = community_of(community)
    setting = _setting(place, wish)
    async with open_books(settings) as books:
        change = partial(changed, setting=setting, community=place)
        done = await books.store.change_limits(place, change, actor())
    if as_json:
        print_json(done.new)
        return
    whose = f" for member {wish.member}" if wish.member else f" for role {wish.role}" if wish.role else ""
    sentence(f"{wish.limit} of {community}{whose} is now {wish.value}.")


def _setting(place: CommunityId, wish: Wish) -> Setting:
    if wish.limit not in LIMITS:
        raise Refusal(f"“{wish.limit}” is no limit. There is: {', '.join(LIMITS)}.")
    if place == EVERYWHERE and (wish.limit not in NUMBERS or wish.role):
        raise Refusal(f"{EVERYWHERE} has numbers and single members only: no models, channels, pool or roles.")
    if (wish.member or wish.role) and (wish.limit != "member_daily" or (wish.member and wish.role)):
        raise Refusal("member_daily alone can be set for one member or one role.")
    match wish.limit:
        case "models":
            return SetModels(_names(wish.value.lower()))
        case "channels":
            return SetChannels(_names(wish.value))
        case limit if limit in SWITCHES:
            return _switched(limit, wish.value)
        case _:
            return _number(place, wish)


def _switched(limit: str, value: str) -> Setting:
    match limit:
        case "pool":
            return SetPool(_switch(value))
        case "spoiler":
            return SetSpoiler(_switch(value))
        case _:
            return SetAgeRule(_age_rule(value))


def _number(place: CommunityId, wish: Wish) -> SetLimit:
    member = str(user_of(wish.member)) if wish.member and place == EVERYWHERE else wish.member
    if wish.value == "default":
        return SetLimit(wish.limit, None, member, wish.role, usual=True)
    number = whole_number(wish.value)
    if number is None and wish.value != "off":
        raise Refusal(f"“{wish.value}” is neither off nor a whole number up to {MOST}.")
    return SetLimit(wish.limit, number, member, wish.role)


def _names(value: str) -> frozenset[str] | None:
    return None if value == "all" else frozenset(name.strip() for name in value.split(",") if name.strip())


def _age_rule(value: str) -> AgeRule:
    if value not in set(AgeRule):
        raise Refusal(f"“{value}” is none of {', '.join(AgeRule)}.")
    return AgeRule(value)


def _switch(value: str) -> bool:
    if value not in {"on", "off"}:
        raise Refusal(f"“{value}” is neither on nor off.")
    return value == "on"


async def show_changes(settings: Settings, community: str, most: int, *, as_json: bool) -> None:
    """Show who changed a community's limits, newest first."""
    place = community_of(community)
    async with open_books(settings) as books:
        found = await books.store.limit_changes(place, most)
    if as_json:
        print_json(found)
        return
    rows = [(change.at, change.actor, _what(one)) for change in found for one in _differences(place, change)]
    print_table(("at (UTC)", "who", "what"), rows, empty="Nobody has changed anything yet.", wrap=("who", "what"))


def _differences(place: CommunityId, change: LimitChange) -> list[Difference]:
    """What was changed; of changes before this was written down, all that is different from the first limits."""
    return list(differences(change.old or LimitSet.at_first(place), change.new))


def _what(one: Difference) -> str:
    name = f"{one.limit} of {one.who}" if one.who else one.limit
    return f"{name}: {_shown(one.limit, one.old)} → {_shown(one.limit, one.new)}"
