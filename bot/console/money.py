"""`reelbot credits …`, `limits …` and `ledger …`: who has what, what may be spent, and whether the books balance."""

import dataclasses
import secrets
from dataclasses import dataclass
from typing import Any

from bot.app import open_books
from bot.console.owners import actor, community_of, user_of
from bot.console.printing import Refusal, print_json, print_table, sentence
from bot.core.model import LimitSet
from bot.core.ports import Grant, NotEnough
from bot.settings import Settings

LIMITS = ("member_daily", "server_daily", "server_monthly", "member_running", "per_video")
MOST = 1_000_000_000
"""Credits: nobody means more than that, and the database counts much further."""


@dataclass(frozen=True, slots=True)
class Movement:
    """Credits to give or to take, as the operator orders it."""

    owner: str
    amount: int
    reason: str
    key: str | None
    """The same key moves credits once; None is a new one."""


async def show_credits(settings: Settings, owner: str, *, as_json: bool) -> None:
    """Show a wallet and its latest movements."""
    user_of(owner)
    async with open_books(settings) as books:
        wallet = await books.store.wallet(owner)
        lines = await books.store.receipts(owner, 20)
    if as_json:
        print_json({"wallet": wallet, "ledger": lines})
        return
    sentence(f"{owner} has {wallet.balance} credits, and {wallet.held} are held for videos under way.")
    rows = [(x.at, x.kind, _signed(x.balance_change), _signed(x.held_change), x.job, x.reason) for x in lines]
    columns = ("at (UTC)", "kind", "balance", "held", "job", "why")
    print_table(columns, rows, empty="Nothing has moved yet.", wrap=("why",))


def _signed(change: int) -> str:
    return f"{change:+d}" if change else ""


async def give_credits(settings: Settings, wish: Movement, *, as_json: bool) -> None:
    """Give credits; the same key never gives twice."""
    await _move(settings, wish, take=False, as_json=as_json)


async def take_credits(settings: Settings, wish: Movement, *, as_json: bool) -> None:
    """Take credits away, if there are as many."""
    await _move(settings, wish, take=True, as_json=as_json)


async def _move(settings: Settings, wish: Movement, *, take: bool, as_json: bool) -> None:
    user_of(wish.owner)
    if not 0 < wish.amount <= MOST:
        raise Refusal(f"{wish.amount} cannot be moved: the amount is a whole number from 1 to {MOST}.")
    order = Grant(f"cli:{wish.key or secrets.token_hex(8)}", wish.amount, actor(), wish.reason)
    async with open_books(settings) as books:
        try:
            wallet = await (books.store.take if take else books.store.grant)(wish.owner, order)
        except NotEnough as poor:
            raise Refusal(f"{wish.owner} has {poor.balance} credits; nothing was taken.") from None
    if as_json:
        print_json(wallet)
    else:
        sentence(f"{wish.owner} now has {wallet.balance} credits.")


async def show_limits(settings: Settings, community: str, *, as_json: bool) -> None:
    """Show what a community may spend."""
    place = community_of(community)
    async with open_books(settings) as books:
        limits = await books.store.limits_of(place)
    if as_json:
        print_json(limits)
        return
    rows = [(field.name, _shown(getattr(limits, field.name))) for field in dataclasses.fields(limits)]
    print_table(("limit", "value"), rows, wrap=("value",))


def _shown(value: int | frozenset[str] | None) -> str:
    return "off" if value is None else str(value) if isinstance(value, int) else ", ".join(sorted(value)) or "none"


async def set_limit(settings: Settings, community: str, limit: str, value: str, *, as_json: bool) -> None:
    """Set one limit to a number, or switch it off."""
    place = community_of(community)
    if limit not in LIMITS:
        raise Refusal(f"“{limit}” is no limit. There is: {', '.join(LIMITS)}.")
    change: dict[str, Any] = {limit: _number(value)}
    async with open_books(settings) as books:
        changed: LimitSet = dataclasses.replace(await books.store.limits_of(place), **change)
        await books.store.set_limits(place, changed, actor())
    if as_json:
        print_json(changed)
    else:
        sentence(f"{limit} of {community} is now {value}.")


def _number(value: str) -> int | None:
    if value == "off":
        return None
    if not (value.isascii() and value.isdigit() and len(value) <= len(str(MOST)) and int(value) <= MOST):
        raise Refusal(f"“{value}” is neither off nor a whole number up to {MOST}.")
    return int(value)


async def verify_ledger(settings: Settings, *, as_json: bool) -> bool:
    """Check every invariant of the books; True if they hold."""
    async with open_books(settings) as books:
        drifts = await books.store.verify()
    if as_json:
        print_json({"sound": not drifts, "drift": drifts})
    elif drifts:
        rows = [(drift.rule, drift.where, drift.expected, drift.found) for drift in drifts]
        print_table(("what does not hold", "where", "expected", "found"), rows, wrap=("what does not hold",))
    else:
        sentence("The books balance.", style="green")
    return not drifts
