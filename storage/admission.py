"""Whose turn it is: fair over communities, then people, oldest first, within what each provider can take.

A crowd is a community, or one person in a private chat. Everybody's waiting jobs are numbered, beginning after those
of theirs that are under way; lower numbers go first, and among equal ones whoever was admitted longest ago. So a crowd
that asks for a hundred videos gets as many places as one that asks for three, until the three are made.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    BigInteger,
    BindParameter,
    ColumnElement,
    Connection,
    Select,
    Subquery,
    and_,
    bindparam,
    case,
    false,
    func,
    literal,
    null,
    or_,
    select,
    text,
    tuple_,
    update,
)

from bot.core.model import JobId, State
from providers.contract import Pace
from storage.dialects import Upsert, one_at_a_time
from storage.instants import Instant
from storage.tables import SEATED, WAITING, attempts, jobs, turns

WINDOW = timedelta(seconds=61)
"""Submits are counted over the last minute and a moment more: some take longer than others to arrive."""

_now = bindparam("now", type_=Instant)
_providers: BindParameter[Sequence[str]] = bindparam("providers", expanding=True)
_since = bindparam("since", type_=Instant)
_until = bindparam("until", type_=Instant)
_postponed = case((jobs.c.not_before > _now, jobs.c.not_before), else_=null())
_may_go = and_(text(WAITING), jobs.c.cancel_asked == false())
_due = or_(jobs.c.not_before.is_(None), jobs.c.not_before <= _now)


def _seats(name: str, *columns: ColumnElement[Any]) -> Subquery:
    """How many jobs are under way, per *columns*."""
    counted = select(*columns, func.count().label("taken")).where(text(SEATED)).group_by(*columns)
    return counted.subquery(name)


def _queue(condition: ColumnElement[bool]) -> Select[Any]:
    """Every waiting job with its place in the queue of its provider, from 1."""
    crowd = (jobs.c.provider, jobs.c.crowd)
    person = (*crowd, jobs.c.user_id)
    seats = _seats("person_seats", *person)
    number = func.row_number().over(
        partition_by=person, order_by=(_postponed.nulls_first(), jobs.c.created_at, jobs.c.id)
    )
    own = (
        select(jobs.c.id, *person, jobs.c.created_at, _postponed.label("postponed"))
        .add_columns((number + func.coalesce(seats.c.taken, 0)).label("turn"))
        .outerjoin_from(jobs, seats, and_(*(seats.c[column.name] == column for column in person)))
        .where(condition)
        .subquery("own")
    )
    return _numbered(_among_people(own))


def _among_people(own: Subquery) -> Subquery:
    """Number each crowd's jobs, going round its people."""
    crowd = (own.c.provider, own.c.crowd)
    seats = _seats("crowd_seats", jobs.c.provider, jobs.c.crowd)
    last = turns.alias("person_turns")
    fair = (own.c.postponed.nulls_first(), own.c.turn, last.c.at.nulls_first(), own.c.created_at, own.c.id)
    number = func.row_number().over(partition_by=crowd, order_by=fair)
    return (
        select(own.c.id, *crowd, own.c.user_id, own.c.created_at, own.c.postponed)
        .add_columns((number + func.coalesce(seats.c.taken, 0)).label("turn"))
        .outerjoin_from(own, seats, and_(seats.c.provider == own.c.provider, seats.c.crowd == own.c.crowd))
        .outerjoin(last, and_(last.c.provider == own.c.provider, last.c.who == own.c.user_id))
        .subquery("crowds")
    )


def _numbered(crowds: Subquery) -> Select[Any]:
    """Number each provider's jobs, going round the crowds."""
    last = turns.alias("crowd_turns")
    fair = (crowds.c.postponed.nulls_first(), crowds.c.turn, last.c.at.nulls_first(), crowds.c.created_at, crowds.c.id)
    place = func.row_number().over(partition_by=crowds.c.provider, order_by=fair)
    queue = (
        select(crowds.c.id, crowds.c.provider, crowds.c.crowd, crowds.c.user_id, place.label("place"))
        .outerjoin_from(crowds, last, and_(last.c.provider == crowds.c.provider, last.c.who == crowds.c.crowd))
        .subquery("queue")
    )
    return select(queue).order_by(queue.c.provider, queue.c.place)


POSITIONS = _queue(_may_go)
_turn = _queue(and_(_may_go, _due, jobs.c.provider.in_(_providers))).subquery("turn")
NEXT = select(_turn).where(_turn.c.place <= bindparam("most", type_=BigInteger)).order_by(_turn.c.place)
SOMEBODY_WAITS = select(literal(1)).where(_may_go, _due, jobs.c.provider.in_(_providers)).limit(1)
UNDER_WAY = (
    select(jobs.c.provider, jobs.c.state, func.count().label("jobs"))
    .where(text(SEATED), jobs.c.provider.in_(_providers))
    .group_by(jobs.c.provider, jobs.c.state)
)
BEGUN = (
    select(attempts.c.provider, attempts.c.begun_at)
    # What lies in the future was begun before the clock was set back, and says nothing of this minute.
    .where(attempts.c.provider.in_(_providers), attempts.c.begun_at > _since, attempts.c.begun_at <= _until)
    .order_by(attempts.c.provider, attempts.c.begun_at)
)
WAITERS = (
    select(
        jobs.c.provider,
        func.count().filter(_due).label("due"),
        func.min(jobs.c.not_before, type_=Instant).filter(jobs.c.not_before > _now).label("first_postponed"),
    )
    .where(_may_go, jobs.c.provider.in_(_providers))
    .group_by(jobs.c.provider)
)
# A job whose carrier has taken it elsewhere since it was chosen is left alone.
ADMIT = (
    update(jobs)
    .where(tuple_(jobs.c.id, jobs.c.provider).in_(bindparam("chosen", expanding=True)), text(WAITING))
    .values(admitted_at=_now)
    .returning(jobs.c.id)
)
SERVE = Upsert(
    lambda insert: (new := insert(turns)).on_conflict_do_update(
        index_elements=[turns.c.provider, turns.c.who], set_={"at": new.excluded.at}
    )
)


@dataclass(frozen=True, slots=True)
class Load:
    """What a provider is doing for us at this moment."""

    taken: int
    """Places taken, by tasks under way and by jobs about to submit."""
    about_to_submit: int
    begun: tuple[datetime, ...]
    """When the submits of the last minute began, oldest first."""

    def room(self, pace: Pace) -> int:
        """How many more jobs can be admitted now; never below 0."""
        by_rate = pace.submits_per_minute - len(self.begun) - self.about_to_submit
        return max(0, min(pace.at_once - self.taken, by_rate))

    def rate_frees_at(self, pace: Pace, now: datetime) -> datetime:
        """When the rate lets the next job in, if nothing else happens: enough submits have left the window."""
        too_many = len(self.begun) + self.about_to_submit - pace.submits_per_minute
        if too_many < 0:
            return now
        # Beyond what has begun there are only jobs about to submit; they leave the window a minute from now at best.
        return WINDOW + (self.begun[too_many] if too_many < len(self.begun) else now)


def loads(connection: Connection, paces: Mapping[str, Pace], now: datetime) -> dict[str, Load]:
    """What every provider in *paces* is doing for us."""
    asked = {"providers": list(paces), "since": now - WINDOW, "until": now + WINDOW}
    under_way = connection.execute(UNDER_WAY, asked).all()
    begun = connection.execute(BEGUN, asked).all()
    return {
        provider: Load(
            taken=sum(row.jobs for row in under_way if row.provider == provider),
            about_to_submit=sum(
                row.jobs for row in under_way if row.provider == provider and row.state == State.QUEUED
            ),
            begun=tuple(row.begun_at for row in begun if row.provider == provider),
        )
        for provider in paces
    }


def worth_trying(connection: Connection, paces: Mapping[str, Pace], now: datetime) -> bool:
    """Whether somebody waits and some provider has room: one indexed look when nobody does."""
    if connection.execute(SOMEBODY_WAITS, {"providers": list(paces), "now": now}).one_or_none() is None:
        return False
    return any(load.room(paces[provider]) for provider, load in loads(connection, paces, now).items())


def admit(connection: Connection, paces: Mapping[str, Pace], now: datetime) -> list[JobId]:
    """Admit whose turn it is, without raising versions: a carrier that waits for its turn keeps its job."""
    # Another host would count the same free places.
    one_at_a_time(connection, "admission")
    room = {provider: load.room(paces[provider]) for provider, load in loads(connection, paces, now).items()}
    asked = {"providers": [provider for provider in paces if room[provider]], "now": now}
    rows = connection.execute(NEXT, asked | {"most": max(room.values(), default=0)}).all()
    chosen = [row for row in rows if row.place <= room[row.provider]]
    if not chosen:
        return []
    named = {"chosen": [(row.id, row.provider) for row in chosen], "now": now}
    admitted = set(connection.execute(ADMIT, named).scalars())
    served = {(row.provider, who) for row in chosen if row.id in admitted for who in (row.crowd, row.user_id)}
    if served:
        turns_taken = [{"provider": provider, "who": who, "at": now} for provider, who in sorted(served)]
        connection.execute(SERVE.on(connection), turns_taken)
    return [JobId(row.id) for row in chosen if row.id in admitted]


def next_turn(connection: Connection, paces: Mapping[str, Pace], now: datetime) -> datetime | None:
    """When `admit` is worth calling again; a place at a provider frees itself only by something happening."""
    waiters = connection.execute(WAITERS, {"providers": list(paces), "now": now}).all()
    if not waiters:
        return None
    load = loads(connection, {row.provider: paces[row.provider] for row in waiters}, now)
    moments = [row.first_postponed for row in waiters if row.first_postponed]
    for row in waiters:
        pace = paces[row.provider]
        if row.due and load[row.provider].taken < pace.at_once:
            moments.append(load[row.provider].rate_frees_at(pace, now))
    return min(moments, default=None)


def positions(connection: Connection, now: datetime) -> dict[JobId, int]:
    """The place of every waiting job in the queue of its provider, from 1; postponed ones come last."""
    return {JobId(row.id): row.place for row in connection.execute(POSITIONS, {"now": now})}
