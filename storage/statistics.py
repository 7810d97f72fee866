"""Counts what the books say: by day, model and person for people, and in all for machines that watch."""

import math
from collections.abc import Hashable, Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import groupby
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Row,
    Select,
    Text,
    case,
    cast,
    desc,
    func,
    literal_column,
    select,
    type_coerce,
)

from bot.core.model import Charge, Reason, State
from bot.core.statistics import SPENDERS, Calls, Ends, Figures, OfferTimes, Scope, Spender, Tally, Usage
from storage.instants import EPOCH
from storage.listing import count_by_state
from storage.rows import user_id
from storage.tables import attempts, durations, jobs, ledger, users, wallets

A_DAY = literal_column("86400000", BigInteger)
"""Milliseconds: days are UTC. No parameter, for PostgreSQL takes two of them to be different expressions."""
NOTHING = literal_column("''", Text)
LONGEST_LIFE = timedelta(days=32)
"""Longest time from the wish to the end: a clip that is still kept may be delivered again, and then ends anew."""


def _sum(column: ColumnElement[int]) -> ColumnElement[int]:
    # PostgreSQL sums whole numbers to decimals.
    return cast(func.coalesce(func.sum(column), 0), BigInteger)


_ended_at = type_coerce(jobs.c.ended_at, BigInteger)
_spent = case((jobs.c.charge == Charge.SPENT.value, jobs.c.price), else_=0)
_videos = case((jobs.c.state == State.DELIVERED.value, 1), else_=0)
# An expression is grouped where the covering index is read; by the bare column SQLite would read every whole row in
# the order of another index.
_state, _user = (jobs.c.state + NOTHING).label("state"), (jobs.c.user_id + NOTHING).label("user_id")
_day = (_ended_at // A_DAY).label("day")
TALLIES = (
    select(_day, jobs.c.model, jobs.c.state, func.count().label("n"), _sum(_spent).label("credits"))
    .where(jobs.c.ended_at.is_not(None))
    .group_by(_day, jobs.c.model, jobs.c.state)
)
SPENT = (
    select(_user, _sum(_videos).label("videos"), _sum(jobs.c.price).label("credits"))
    .where(jobs.c.ended_at.is_not(None), jobs.c.charge == Charge.SPENT.value)
    .group_by(_user)
    .order_by(desc("credits"), _user)
    .limit(SPENDERS)
)
TIMES = select(durations.c.offer, durations.c.seconds).order_by(durations.c.offer, durations.c.seconds)
CALLS = (
    select(attempts.c.provider, attempts.c.outcome, func.count().label("n"))
    .group_by(attempts.c.provider, attempts.c.outcome)
    .order_by(attempts.c.provider, attempts.c.outcome)
)
ENDS = (
    select(_state, jobs.c.reason, func.count().label("n"))
    .where(jobs.c.ended_at.is_not(None))
    .group_by(_state, jobs.c.reason)
    .order_by(_state, jobs.c.reason)
)
OLDEST_QUEUED = select(func.min(jobs.c.created_at, type_=jobs.c.created_at.type)).where(
    jobs.c.state == State.QUEUED.value
)
MOVED = select(
    ledger.c.kind, _sum(ledger.c.balance_change).label("balance"), _sum(ledger.c.held_change).label("held")
).group_by(ledger.c.kind)
IN_WALLETS = select(_sum(wallets.c.balance).label("balance"), _sum(wallets.c.held).label("held"))


def usage(connection: Connection, scope: Scope, days: int, now: datetime) -> Usage:
    """What *scope* made and spent today and in the days before, *days* in all."""
    today = now.astimezone(UTC).date()
    first = today - timedelta(days=days - 1)
    since = datetime(first.year, first.month, first.day, tzinfo=UTC)
    rows = connection.execute(_within(TALLIES, scope, since)).all()
    return Usage(
        scope=scope,
        days=_days(rows, first, today),
        models=_models(rows),
        spenders=_named(connection, connection.execute(_within(SPENT, scope, since)).all()),
    )


def _within(question: Select[Any], scope: Scope, since: datetime) -> Select[Any]:
    """The jobs of *scope* that ended at or after *since*."""
    question = question.where(jobs.c.ended_at >= since)
    for column, owner in ((jobs.c.community_id, scope.community), (jobs.c.user_id, scope.user)):
        if owner is not None:
            # The indexes of people and communities know when a job was asked for, not when it ended.
            question = question.where(column == str(owner), jobs.c.created_at >= since - LONGEST_LIFE)
    return question


def _tally(row: Row[Any]) -> Tally:
    made, cancelled = row.state == State.DELIVERED, row.state == State.CANCELLED
    return Tally(videos=row.n if made else 0, failed=0 if made or cancelled else row.n, credits=row.credits)


def _added(pairs: Iterable[tuple[Hashable, Tally]]) -> dict[Any, Tally]:
    total: dict[Any, Tally] = {}
    for key, tally in pairs:
        total[key] = total.get(key, Tally()).plus(tally)
    return total


def _days(rows: Sequence[Row[Any]], first: date, today: date) -> tuple[tuple[date, Tally], ...]:
    found = _added((EPOCH.date() + timedelta(days=row.day), _tally(row)) for row in rows)
    every = (first + timedelta(days=number) for number in range((today - first).days + 1))
    return tuple((day, found.get(day, Tally())) for day in every)


def _models(rows: Sequence[Row[Any]]) -> tuple[tuple[str, Tally], ...]:
    found = _added((row.model, _tally(row)) for row in rows)
    used = [(model, tally) for model, tally in found.items() if tally != Tally()]
    return tuple(sorted(used, key=lambda one: (-one[1].videos - one[1].failed, one[0])))


def _named(connection: Connection, rows: Sequence[Row[Any]]) -> tuple[Spender, ...]:
    known = select(users.c.id, users.c.name).where(users.c.id.in_([row.user_id for row in rows]))
    names = {row.id: row.name for row in connection.execute(known)}
    return tuple(
        Spender(user_id(row.user_id), names.get(row.user_id, ""), row.videos, row.credits)
        for row in rows
        if row.credits
    )


def offer_times(connection: Connection) -> tuple[OfferTimes, ...]:
    """How long the latest videos took, by offer."""
    rows = connection.execute(TIMES).all()
    return tuple(
        _times(offer, [row.seconds for row in group]) for offer, group in groupby(rows, lambda row: str(row.offer))
    )


def _times(offer: str, seconds: Sequence[float]) -> OfferTimes:
    """Of sorted durations: the nearest ranks."""
    half, most = (seconds[math.ceil(len(seconds) * share) - 1] for share in (0.5, 0.95))
    return OfferTimes(offer, len(seconds), half, most)


def calls_since(connection: Connection, moment: datetime) -> tuple[Calls, ...]:
    """Paid calls begun at or after *moment*, by provider and what came of them."""
    return _calls(connection, CALLS.where(attempts.c.begun_at >= moment))


def oldest_queued(connection: Connection) -> datetime | None:
    """When the job that waits longest was asked for."""
    return connection.execute(OLDEST_QUEUED).scalar_one_or_none()


def figures(connection: Connection) -> Figures:
    """Everything at one moment."""
    in_wallets = connection.execute(IN_WALLETS).one()
    return Figures(
        jobs=count_by_state(connection),
        oldest_queued=oldest_queued(connection),
        moved={row.kind: abs(row.balance or row.held) for row in connection.execute(MOVED)},
        balance=in_wallets.balance,
        held=in_wallets.held,
        calls=_calls(connection, CALLS),
        ends=tuple(
            Ends(State(row.state), row.reason and Reason(row.reason), row.n) for row in connection.execute(ENDS)
        ),
    )


def _calls(connection: Connection, question: Select[Any]) -> tuple[Calls, ...]:
    rows = connection.execute(question)
    return tuple(Calls(row.provider, row.outcome and State(row.outcome), row.n) for row in rows)
