"""One job in the database: opened once, then written only by whoever knows its owner and version."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Boolean, Connection, bindparam, case, func, insert, null, select, update

from bot.core.model import Charge, Draft, Job, JobId, Reason, State
from bot.core.store import Change, Lost
from storage import blocks, counters, money, queueing
from storage.dialects import Upsert, padded
from storage.instants import Instant, whole_millisecond
from storage.rows import changing, job_of, new_row
from storage.tables import attempts, events, jobs
from storage.transitions import changed

ONE = select(jobs).where(jobs.c.id == bindparam("job"))
ONE_LOCKED = ONE.with_for_update(key_share=True)
BY_KEY = select(jobs).where(jobs.c.key == bindparam("draft_key"))
OPEN = Upsert(lambda insert: insert(jobs).on_conflict_do_nothing(index_elements=[jobs.c.key]).returning(jobs.c.id))
WRITE = (
    update(jobs)
    .where(
        jobs.c.id == bindparam("job"),
        jobs.c.owner == bindparam("by_owner"),
        jobs.c.version == bindparam("read_version"),
    )
    .values(
        admitted_at=case((bindparam("requeued", type_=Boolean), null()), else_=jobs.c.admitted_at),
        nudged_at=func.coalesce(bindparam("nudge", type_=Instant), jobs.c.nudged_at),
    )
    .returning(jobs.c.admitted_at)
)
_seize = update(jobs).where(jobs.c.alive).values(owner=jobs.c.owner + 1, version=jobs.c.version + 1)
SEIZE = _seize.where(jobs.c.id == bindparam("job")).returning(jobs)
SEIZE_THESE = _seize.where(jobs.c.id.in_(bindparam("these", expanding=True))).returning(jobs)
SEIZE_ALL = _seize.returning(jobs)
OPEN_ENDED = frozenset({State.SUBMITTING, State.UNSURE})
"""States whose last paid call has no known outcome yet."""

TELL = insert(events)
BEGIN = insert(attempts)
FINISH = (
    update(attempts)
    .where(attempts.c.job == bindparam("of"), attempts.c.n == bindparam("number"))
    .values(outcome=bindparam("came_to"), ticket=bindparam("brought"))
)


def open_job(connection: Connection, draft: Draft, now: datetime) -> tuple[Job, bool]:
    """Write a new job, its hold and its counters; or find the one that the draft's key opened before."""
    job = _drafted(draft, now)
    if connection.execute(OPEN.on(connection), new_row(job)).one_or_none() is None:
        return job_of(connection.execute(BY_KEY, {"draft_key": draft.key}).mappings().one()), False
    if job.charge is Charge.HELD:
        money.hold(connection, job, now)
        counters.take(connection, draft.caps)
    queueing.enqueue(connection, job)
    tell(connection, job, now, "opened")
    return job, True


def read(connection: Connection, id: JobId) -> Job | None:
    """The job as it is."""
    row = connection.execute(ONE, {"job": id}).mappings().one_or_none()
    return None if row is None else job_of(row)


def read_to_write(connection: Connection, id: JobId) -> Job:
    """The job as it is and stays until the transaction ends.

    Raises:
        Lost: There is no such job.
    """
    row = connection.execute(ONE_LOCKED, {"job": id}).mappings().one_or_none()
    if row is None:
        raise Lost(id)
    return job_of(row)


def move(connection: Connection, job: Job, change: Change, now: datetime, *, nudge: bool = False) -> Job:
    """Make one transition with all that belongs to it: money, counters, the attempt and a line of the story.

    Raises:
        Lost: The job is not as *job* says.
        NotEnough: The change takes a hold and the payer has less.
    """
    after = changed(job, change, now)
    after = write(connection, job, after, nudge=now if nudge else None, requeued=change.to is State.QUEUED)
    follow(connection, job, after, now)
    _note_attempt(connection, job, after, change, now)
    if change.reason is Reason.CONTENT:
        blocks.note_rejection(connection, after, now)
    tell(connection, after, now, change.detail)
    return after


def follow(connection: Connection, before: Job, after: Job, now: datetime) -> None:
    """Let money and counters follow a job from *before* to *after*."""
    if (after.charge, after.charges) != (before.charge, before.charges):
        (money.hold if after.charge is Charge.HELD else money.settle)(connection, after, now)
    counters.give_back(connection, [count for count in before.counts if count not in after.counts])


def write(
    connection: Connection, before: Job, after: Job, *, nudge: datetime | None = None, requeued: bool = False
) -> Job:
    """Write *after* if the job is still as *before*. Returns it with its present admission.

    `admit` alone writes without raising the version, so that a carrier waiting for its turn does not lose its job;
    so its column is not taken from *after*, but cleared when the job is *requeued* and left alone otherwise.

    Raises:
        Lost: Somebody else carries or changed it.
    """
    fence = {"job": before.id, "by_owner": before.owner, "read_version": before.version}
    row = connection.execute(WRITE, changing(after) | fence | {"requeued": requeued, "nudge": nudge}).one_or_none()
    if row is None:
        raise Lost(before.id)
    if after.alive and not before.alive:
        queueing.enqueue(connection, after)
    return replace(after, admitted_at=row.admitted_at)


def touch(connection: Connection, job: Job, after: Job) -> Job:
    """Write facts that are no transition.

    Raises:
        Lost: As for `write`.
    """
    return write(connection, job, replace(after, version=job.version + 1))


def seize(connection: Connection, id: JobId) -> Job | None:
    """Take the job from every earlier carrier; None if it is not alive."""
    row = connection.execute(SEIZE, {"job": id}).mappings().one_or_none()
    return None if row is None else job_of(row)


def seize_these(connection: Connection, ids: Sequence[JobId]) -> list[Job]:
    """Take those of the jobs that are alive, in one statement."""
    return [job_of(row) for row in connection.execute(SEIZE_THESE, {"these": padded(ids)}).mappings()]


def seize_all(connection: Connection) -> list[Job]:
    """Take every job that is alive, in one statement."""
    return [job_of(row) for row in connection.execute(SEIZE_ALL).mappings()]


def tell(connection: Connection, job: Job, now: datetime, detail: str) -> None:
    """Add a line to the job's story."""
    line = {"job": job.id, "n": job.version, "at": now, "state": job.state.value, "detail": detail}
    connection.execute(TELL, line)


def _drafted(draft: Draft, now: datetime) -> Job:
    return Job(
        id=draft.id,
        key=draft.key,
        user=draft.user,
        community=draft.community,
        place=draft.place,
        language=draft.language,
        request=draft.request,
        offer=draft.offer,
        price=draft.price,
        payer=draft.payer,
        charge=Charge.NONE if draft.ask_first else Charge.HELD,
        state=State.ASKING if draft.ask_first else State.QUEUED,
        version=0,
        owner=0,
        created_at=now,
        changed_at=now,
        deadline=whole_millisecond(draft.deadline),
        untold=draft.ask_first,
        counts=() if draft.ask_first else counters.counts_of(draft.caps),
        pooled=draft.pooled,
    )


def _note_attempt(connection: Connection, before: Job, after: Job, change: Change, now: datetime) -> None:
    if change.begins_attempt:
        begun = {"job": after.id, "n": after.attempt, "offer": after.offer, "provider": after.provider, "begun_at": now}
        connection.execute(BEGIN, begun)
    elif before.state in OPEN_ENDED and _outcome_known(before, change):
        brought = change.ticket or before.ticket
        came_to = {"of": after.id, "number": before.attempt, "came_to": after.state.value, "brought": brought}
        connection.execute(FINISH, came_to)


def _outcome_known(before: Job, change: Change) -> bool:
    """Whoever gives up an unsure job learns nothing of its call: that stays unsure for others to see."""
    return before.state is State.SUBMITTING or change.ticket is not None or change.to is State.QUEUED
