"""What a change makes of a job: a pure function, so that the database only has to write it down or not."""

from dataclasses import replace
from datetime import datetime

from bot.core.model import MUST_BE_TOLD, Charge, Count, Job, State
from bot.core.store import Change
from storage.instants import whole_millisecond

NOT_RUNNING = frozenset({State.UNSURE, State.OVERDUE})
"""States that have not ended and yet take no place among a member's running jobs: the bot gave up waiting."""


def changed(job: Job, change: Change, now: datetime) -> Job:
    """The job after *change*.

    A field of the change that is None leaves the job's own alone, with these exceptions: a `reason` belongs to the
    state it came with and goes when another state comes without one; `queued` forgets ticket, submission, admission
    and the link of an earlier try and takes `not_before` as given; only an ended job has an ending.
    """
    entering = change.to is not job.state
    after = replace(
        job,
        state=change.to,
        version=job.version + 1,
        changed_at=now if entering else job.changed_at,
        ended_at=(now if entering else job.ended_at) if change.to.ended else None,
        untold=change.to in MUST_BE_TOLD if entering else job.untold,
        reason=change.reason or (None if entering else job.reason),
        offer=change.offer or job.offer,
        ticket=change.ticket or job.ticket,
        cost_micros=job.cost_micros if change.cost_micros is None else change.cost_micros,
        result_url=change.result_url or job.result_url,
        clip=change.clip or job.clip,
        not_before=whole_millisecond(change.not_before) if change.not_before else job.not_before,
    )
    return _counted(job, _charged(_begun(after, change, now), change.charge))


def with_more_time(job: Job, now: datetime) -> Job:
    """The job with as much time from now on as it had when it was opened."""
    return replace(job, deadline=now + (job.deadline - job.created_at))


def _begun(job: Job, change: Change, now: datetime) -> Job:
    if change.to is State.QUEUED:
        not_before = job.not_before if change.not_before else None
        return replace(job, admitted_at=None, ticket=None, submitted_at=None, result_url=None, not_before=not_before)
    if change.begins_attempt:
        return replace(job, attempt=job.attempt + 1, submitted_at=now)
    return job


def _charged(job: Job, wanted: Charge | None) -> Job:
    """Only what is held can be spent or released, and only what was never paid, or given back, can be held.

    So a job that became free stays free: delivering it asks for `SPENT` and finds `RELEASED`.
    """
    if wanted in (Charge.SPENT, Charge.RELEASED) and job.charge is Charge.HELD:
        return replace(job, charge=wanted)
    if wanted is Charge.HELD and job.charge is Charge.NONE:
        return replace(job, charge=Charge.HELD)
    if wanted is Charge.HELD and job.charge is Charge.RELEASED:
        return replace(job, charge=Charge.HELD, charges=job.charges + 1)
    return job


def _counted(before: Job, after: Job) -> Job:
    """Drop the counters that this transition gives back: each goes exactly once, because it is gone from the job."""
    stopped = after.state.ended or after.state in NOT_RUNNING
    released = after.charge is Charge.RELEASED and before.charge is Charge.HELD

    def kept(count: Count) -> bool:
        return not (stopped if count.until_end else released)

    return replace(after, counts=tuple(filter(kept, after.counts)))
