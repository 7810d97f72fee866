"""Checks that the books balance: every invariant as a question whose right answer is empty."""

from collections import Counter
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Select,
    Text,
    case,
    cast,
    func,
    literal,
    not_,
    or_,
    select,
    type_coerce,
)

from bot.core.model import ENDED, Charge
from bot.core.store import Drift
from storage.tables import counters, jobs, ledger, wallets


def _sum(column: ColumnElement[int]) -> ColumnElement[int]:
    return type_coerce(func.coalesce(func.sum(column), 0), BigInteger)


def _rule(where: ColumnElement[Any], expected: ColumnElement[Any], found: ColumnElement[Any]) -> Select[Any]:
    return select(where.label("place"), expected.label("expected"), found.label("found"))


_sums = (
    select(ledger.c.wallet, _sum(ledger.c.balance_change).label("balance"), _sum(ledger.c.held_change).label("held"))
    .group_by(ledger.c.wallet)
    .subquery("sums")
)
_holds = (
    select(jobs.c.payer, _sum(jobs.c.price).label("price"))
    .where(jobs.c.charge == Charge.HELD.value)
    .group_by(jobs.c.payer)
    .subquery("holds")
)


def _wallet_is(column: ColumnElement[int], other: ColumnElement[int]) -> Select[Any]:
    found = func.coalesce(other, 0)
    return _rule(wallets.c.owner, found, column).where(column != found)


_settled = jobs.c.charge.in_([Charge.SPENT.value, Charge.RELEASED.value])
_end = ledger.alias("end_line")
_end_key = literal("end:") + jobs.c.id + ":" + cast(jobs.c.charges, Text)
_end_kind = case((jobs.c.charge == Charge.SPENT.value, "spend"), (jobs.c.charge == Charge.RELEASED.value, "release"))
_hold = ledger.alias("hold_line")
_hold_key = literal("hold:") + jobs.c.id + ":" + cast(jobs.c.charges, Text)

_below = case((wallets.c.balance < 0, wallets.c.balance), else_=wallets.c.held)
COUNTS = select(jobs.c.counts).where(jobs.c.alive)
RUNNING = select(counters.c.name, counters.c.used).where(counters.c.until_end)

RULES: dict[str, Select[Any]] = {
    "a wallet's balance is the sum of its ledger": _wallet_is(wallets.c.balance, _sums.c.balance).outerjoin_from(
        wallets, _sums, _sums.c.wallet == wallets.c.id
    ),
    "a wallet's hold is the sum of its ledger": _wallet_is(wallets.c.held, _sums.c.held).outerjoin_from(
        wallets, _sums, _sums.c.wallet == wallets.c.id
    ),
    "a wallet holds the prices of its unsettled jobs": _wallet_is(wallets.c.held, _holds.c.price).outerjoin_from(
        wallets, _holds, _holds.c.payer == wallets.c.id
    ),
    "no wallet is below nought": _rule(wallets.c.owner, literal(0), _below).where(
        or_(wallets.c.balance < 0, wallets.c.held < 0)
    ),
    "no counter is below nought": _rule(counters.c.name, literal(0), counters.c.used).where(counters.c.used < 0),
    "a charged job has its hold in the ledger": _rule(jobs.c.id, literal("hold"), literal("nothing"))
    .outerjoin_from(jobs, _hold, _hold.c.key == _hold_key)
    .where(jobs.c.charge != Charge.NONE.value, _hold.c.key.is_(None)),
    "a settled job has its end in the ledger": _rule(jobs.c.id, _end_kind, func.coalesce(_end.c.kind, "nothing"))
    .outerjoin_from(jobs, _end, _end.c.key == _end_key)
    .where(_settled, func.coalesce(_end.c.kind, "nothing") != _end_kind),
    "an unsettled job has no end in the ledger": _rule(jobs.c.id, literal("nothing"), _end.c.kind)
    .join_from(jobs, _end, _end.c.key == _end_key)
    .where(not_(_settled)),
    "no job has ended with its price still held": _rule(jobs.c.id, literal("settled"), jobs.c.charge).where(
        jobs.c.charge == Charge.HELD.value, jobs.c.state.in_([state.value for state in sorted(ENDED)])
    ),
}


def verify(connection: Connection) -> list[Drift]:
    """Every invariant that does not hold."""
    drifts = [
        Drift(rule, str(row.place), str(row.expected), str(row.found))
        for rule, question in RULES.items()
        for row in connection.execute(question)
    ]
    return drifts + _running(connection)


def _running(connection: Connection) -> list[Drift]:
    """Compare the counters of running jobs with the living jobs that took them."""
    taken: Counter[str] = Counter()
    for counts in connection.execute(COUNTS).scalars():
        taken.update({name: amount for name, amount, until_end in counts if until_end})
    used = Counter({row.name: row.used for row in connection.execute(RUNNING)})
    return [
        Drift("a counter of running jobs counts the living ones", name, str(taken[name]), str(used[name]))
        for name in sorted(taken.keys() | used.keys())
        if taken[name] != used[name]
    ]
