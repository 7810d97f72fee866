"""The auditor of what happened on the way: how a job ended has to follow from its own story, step by step."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from tests.chaos.records import Billed, JobRow, Record, Step, Told

FREE_AFTER = frozenset({"unsure", "overdue"})
"""States in which the credits go back; a clip that comes home all the same is a gift."""


def out_of_line(record: Record) -> Iterator[str]:
    """What was free, charged, forgotten or cancelled although nothing on the way explains it."""
    for job in record.jobs:
        story = record.stories.get(job.id, ())
        yield from _rightly_priced(job, story)
    yield from _called_in_vain(record)
    yield from _cancelled_too_late(record)


def cancelled_although_made(record: Record) -> Counter[str]:
    """By the state in which it was cancelled: jobs whose clip was there in the end."""
    return Counter(before for _, before, _ in _wasted(record))


def _rightly_priced(job: JobRow, story: Sequence[Step]) -> Iterator[str]:
    gone_wrong = any(step.state in FREE_AFTER for step in story)
    if job.state == "delivered" and job.charge != "spent" and not gone_wrong and not _came_late(job, story):
        yield f"job {job.id} was delivered for nothing ({job.charge}), and nothing explains that"
    if job.charge == "spent" and job.charges == 1 and gone_wrong:
        yield f"job {job.id} was charged although its credits had to go back on the way"


def _came_late(job: JobRow, story: Sequence[Step]) -> bool:
    """Whether its clip was home only after its deadline, by the clock of whoever brought it."""
    home = next((step for step in story if step.state == "delivering"), None)
    return home is not None and home.at >= job.deadline


def _called_in_vain(record: Record) -> Iterator[str]:
    """A job that waits for word of its lost call takes the task that a callback names, if the callback was taken."""
    jobs = {job.id: job for job in record.jobs}
    owned = {(call.provider, call.ticket) for call in record.attempts if call.ticket is not None}
    for told in record.told:
        job = jobs[told.job]
        if (told.provider, told.task) not in owned and _waited_at(told, record.stories.get(job.id, ()), job):
            yield f"job {job.id} ({job.state}) was told of its task {told.provider} {told.task}, and has it not"


def _waited_at(told: Told, story: Sequence[Step], job: JobRow) -> bool:
    """Whether it still waited then, and nobody stopped it before it had looked."""
    if job.state == "cancelled" and job.cancel_asked:
        return False
    last = max((number for number, step in enumerate(story) if step.state == "unsure"), default=-1)
    return all(step.at >= told.at for step in story[last + 1 :])


def _cancelled_too_late(record: Record) -> Iterator[str]:
    """While a clip is made, a job is cancelled only if its API says that the clip will not be made.

    Later and earlier the credits are back already, and nobody asks. An API that denied the task has said so, too.
    """
    for job, before, bill in _wasted(record):
        if before == "rendering" and not bill.denied:
            yield f"job {job.id} was cancelled, and {job.provider} has made {job.ticket} all the same"


def _wasted(record: Record) -> Iterator[tuple[JobRow, str, Billed]]:
    """Cancelled jobs whose clip was there: with the state before, and the bill."""
    made: Mapping[tuple[str, str], Billed] = {(bill.provider, bill.task): bill for bill in record.billed if bill.made}
    for job in record.jobs:
        bill = made.get((job.provider, job.ticket or ""))
        if job.state == "cancelled" and bill is not None:
            before = [step.state for step in record.stories.get(job.id, ()) if step.state != "cancelled"]
            yield job, before[-1] if before else "nothing", bill
