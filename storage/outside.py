"""What others than its carrier may do to a job: they raise its version and nudge, and the carrier reads it again."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection, bindparam, select, union, update

from bot.core.model import Cap, Charge, Job, JobId, Payer, Reason, State
from bot.core.store import Change, Lost
from storage import calls, counters
from storage.dialects import one_at_a_time
from storage.instants import Instant
from storage.jobs import OPEN_ENDED, move, read_to_write, tell, write
from storage.tables import jobs
from storage.transitions import with_more_time

_SINCE = bindparam("since", type_=Instant)
NUDGED = union(
    select(jobs.c.id).where(jobs.c.nudged_at >= _SINCE),
    select(jobs.c.id).where(jobs.c.created_at >= _SINCE, jobs.c.owner == 0, jobs.c.alive),
)
NUDGE = (
    update(jobs).where(jobs.c.id == bindparam("job"), jobs.c.alive).values(nudged_at=bindparam("now", type_=Instant))
)


@dataclass(frozen=True, slots=True)
class Yes:
    """The person agrees to the price."""

    caps: Sequence[Cap]
    payer: Payer | None
    """None: the one that the job was opened for."""


def answer(connection: Connection, id: JobId, yes: Yes | None, now: datetime) -> Job:
    """Answer an `asking` job; None is a no.

    Raises:
        Lost: There is no such job.
        NotEnough: The payer has less than the price.
        OverLimit: One of the caps would be passed.
    """
    job = read_to_write(connection, id)
    if job.state is not State.ASKING:
        return job
    if yes is None:
        declined = Change(State.CANCELLED, reason=Reason.DECLINED, detail="declined")
        return move(connection, job, declined, now, nudge=True)
    # Time passed while it asked; the wait for the video begins only now.
    ready = replace(with_more_time(_paid_by(job, yes.payer), now), counts=counters.counts_of(yes.caps))
    queued = move(connection, ready, Change(State.QUEUED, charge=Charge.HELD, detail="confirmed"), now, nudge=True)
    counters.take(connection, yes.caps)
    return queued


def _paid_by(job: Job, payer: Payer | None) -> Job:
    return job if payer is None else replace(job, payer=payer.wallet, pooled=payer.pooled)


def ask_cancel(connection: Connection, id: JobId, now: datetime) -> Job:
    """Leave word that the person wants to stop; nothing to leave once it has ended.

    Raises:
        Lost: There is no such job.
    """
    job = read_to_write(connection, id)
    if job.state.ended or job.cancel_asked:
        return job
    after = write(connection, job, replace(job, version=job.version + 1, cancel_asked=True), nudge=now)
    tell(connection, after, now, "cancel asked")
    return after


def adopt(connection: Connection, id: JobId, ticket: str, now: datetime, by: str = "its callback") -> Job | None:
    """Give a job the ticket that its paid call has not brought yet; None if it needs none, or it is another call's.

    An `unsure` job stays free and gets as much time again as it had; a `submitting` one goes on waiting for its answer.

    Raises:
        Lost: There is no such job.
    """
    job = read_to_write(connection, id)
    # Two jobs that are told of the same ticket at the same moment would each find that nobody has it.
    one_at_a_time(connection, f"ticket {job.provider} {ticket}")
    if job.state not in OPEN_ENDED or calls.has_brought(connection, job, ticket):
        return None
    if job.state is State.UNSURE:
        found = Change(State.RENDERING, ticket=ticket, detail=f"found by {by}")
        return move(connection, with_more_time(job, now), found, now, nudge=True)
    if job.ticket == ticket:
        return job
    after = write(connection, job, replace(job, version=job.version + 1, ticket=ticket), nudge=now)
    tell(connection, after, now, "its callback came before the answer")
    return after


def redeliver(connection: Connection, id: JobId, payer: Payer | None, now: datetime) -> Job:
    """Send the clip of an ended job once more; what the first delivery left behind is forgotten.

    A job that was delivered is sent again for nothing, whatever became of its price; *payer* counts for others alone.

    Raises:
        Lost: It has no clip, has not ended or does not exist.
        NotEnough: Its credits were given back, and the payer has less than the price now.
    """
    job = read_to_write(connection, id)
    if job.clip is None or not job.state.ended:
        raise Lost(id)
    afresh = replace(job, posts=0, handle=None, cancel_asked=False, cancel_refused=False)
    charge = None if job.state is State.DELIVERED else Charge.HELD
    if charge is Charge.HELD and job.charge is not Charge.SPENT:
        afresh = _paid_by(afresh, payer)
    return move(connection, afresh, Change(State.DELIVERING, charge=charge, detail="again"), now, nudge=True)


def settle(connection: Connection, id: JobId, change: Change, was: State, now: datetime) -> Job:
    """Make an operator's own transition of a job in state *was*.

    Raises:
        Lost: It is in another state by now, or does not exist.
        NotEnough: The change takes a hold and the payer has less.
    """
    job = read_to_write(connection, id)
    if job.state is not was:
        raise Lost(id)
    return move(connection, job, change, now, nudge=True)


def nudge(connection: Connection, id: JobId, now: datetime) -> None:
    """Let a living job's carrier look; its version stays, for nothing about it has changed."""
    connection.execute(NUDGE, {"job": id, "now": now})


def nudged(connection: Connection, since: datetime) -> list[JobId]:
    """Jobs that were changed from outside at or after *since*, or opened then and not yet carried."""
    return [JobId(name) for name in connection.execute(NUDGED, {"since": since}).scalars()]
