"""`reelbot credits …` and `ledger …`: who has what, and whether the books balance."""

import secrets
from dataclasses import dataclass

from bot.console.owners import actor, user_of
from bot.console.printing import Refusal, print_json, print_table, sentence
from bot.core.admin_commands import MOST
from bot.core.store import Grant, NotEnough
from bot.ground import open_books
from bot.settings import Settings


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
