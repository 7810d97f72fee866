"""What paid calls brought: whose a ticket is, which calls may have made an unknown task, and what clips have cost."""

from datetime import datetime, timedelta

from sqlalchemy import (
    Connection,
    and_,
    bindparam,
    case,
    func,
    literal,
    not_,
    select,
    text,
    union_all,
)

from bot.core.model import Bill, Job, Neighbours, State
from storage.instants import Instant
from storage.tables import BOUGHT, attempts, jobs

_its_job = jobs.alias("its_job")
# A callback may have named the ticket of a call that is still being made: it stands in the job alone.
_ticket = func.coalesce(attempts.c.ticket, case((_its_job.c.attempt == attempts.c.n, _its_job.c.ticket)))
NEIGHBOURS = (
    select(_ticket.label("ticket"), attempts.c.outcome)
    .join_from(attempts, _its_job, _its_job.c.id == attempts.c.job)
    .where(
        attempts.c.provider == bindparam("at"),
        attempts.c.begun_at.between(bindparam("since", type_=Instant), bindparam("until", type_=Instant)),
        attempts.c.job != bindparam("job"),
    )
)


_by_job = select(literal(1)).where(
    jobs.c.provider == bindparam("at"), jobs.c.ticket == bindparam("named"), jobs.c.id != bindparam("job")
)
_this_call = and_(attempts.c.job == bindparam("job"), attempts.c.n == bindparam("number"))
_by_attempt = select(literal(1)).where(
    attempts.c.provider == bindparam("at"), attempts.c.ticket == bindparam("named"), not_(_this_call)
)
BROUGHT = union_all(_by_job, _by_attempt).limit(1)

_kind = (jobs.c.offer, jobs.c.resolution, jobs.c.seconds, jobs.c.bought)
BILLS = (
    select(
        *_kind,
        func.count().label("clips"),
        func.count(jobs.c.cost_micros).label("billed"),
        func.coalesce(func.sum(jobs.c.cost_micros), 0).label("cost_micros"),
    )
    .where(text(BOUGHT))
    .group_by(*_kind)
    .order_by(*_kind)
)


def neighbours(connection: Connection, job: Job, within: timedelta) -> Neighbours:
    """Other jobs' paid calls at the same provider around this job's last one; none if it has none."""
    if job.submitted_at is None:
        return Neighbours(frozenset(), 0)
    rows = connection.execute(NEIGHBOURS, _around(job, job.submitted_at, within)).all()
    return Neighbours(
        tickets=frozenset(row.ticket for row in rows if row.ticket is not None),
        rivals=sum(row.ticket is None and row.outcome in {None, State.UNSURE} for row in rows),
    )


def _around(job: Job, moment: datetime, within: timedelta) -> dict[str, object]:
    return {"at": job.provider, "since": moment - within, "until": moment + within, "job": job.id}


def has_brought(connection: Connection, job: Job, ticket: str) -> bool:
    """Whether another paid call at the job's provider has brought this ticket: another job's, or an earlier one."""
    asked = {"at": job.provider, "named": ticket, "job": job.id, "number": job.attempt}
    return connection.execute(BROUGHT, asked).first() is not None


def bills(connection: Connection) -> tuple[Bill, ...]:
    """What every kind of clip has cost; a sum comes as a decimal from some databases."""
    rows = connection.execute(BILLS)
    return tuple(
        Bill(row.offer, row.resolution, row.seconds, row.bought, row.clips, row.billed, int(row.cost_micros))
        for row in rows
    )
