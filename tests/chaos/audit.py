"""The auditor: compares bills, what people saw and what the books say, and names everything that cannot be right.

Pure: it looks at a `Record` and nothing else. A finding is a sentence with the job or task in it.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from tests.chaos.records import Attempt, Billed, JobRow, Line, Record, Shown
from tests.chaos.stories import out_of_line

ENDED = frozenset({"delivered", "failed", "cancelled", "undelivered"})
REFUSED = frozenset({"queued", "failed"})
"""Outcomes of a paid call that was verifiably not made."""
UNKNOWN = frozenset({None, "unsure", "submitting"})
UNASKED = frozenset({"declined", "no_answer", "not_allowed"})
"""Why a job may be cancelled although nobody asked for that."""
LEAST_DELIVERED = 0.1
"""Share of the jobs."""
TIME_FOR_ALL_APIS = 600.0
"""Seconds of fire."""
LEAST_PAID = 3
ENOUGH = 20
"""Jobs on one platform, of which some have to be delivered."""


def audit(record: Record) -> list[str]:
    """Everything that cannot be right, in plain words; empty if the promise was kept."""
    return [
        *_bills(record),
        *_lost(record),
        *_endings(record),
        *_money(record),
        *out_of_line(record),
        *_wishes(record),
        *_clips(record),
        *_receipts(record),
        *_unexplained(record),
        *_unanswered(record),
        *_stale(record),
        *(f"the store's own check: {drift}" for drift in record.drifts),
        *(f"a letter was never answered: {letter}" for letter in record.unanswered),
        *(f"a request of ours was wrong: {complaint}" for complaint in record.complaints),
    ]


def idle(record: Record, seconds: float = 0.0) -> list[str]:
    """What a run of so many *seconds* has not put to the test: where hardly anything is made, little can go wrong."""
    made = Counter(job.place.partition(":")[0] for job in record.jobs)
    delivered = Counter(job.place.partition(":")[0] for job in record.jobs if job.state == "delivered")
    barren = [place for place, count in made.items() if count >= ENOUGH and not delivered[place]]
    too_few = delivered.total() < max(1, LEAST_DELIVERED * made.total())
    return [
        *([f"{delivered.total()} of {made.total()} jobs were delivered: too few to tell anything"] * too_few),
        *([f"none of {delivered.total()} delivered jobs was paid for"] * (delivered.total() > 0 and not _paid(record))),
        *(f"none of {made[place]} jobs on {place} was delivered" for place in barren),
        *(_idle_apis(record) if seconds >= TIME_FOR_ALL_APIS else ()),
    ]


def _idle_apis(record: Record) -> Iterator[str]:
    """Every API that is there was paid a few times, and brought a clip."""
    paid = Counter(bill.provider for bill in record.billed)
    brought = Counter(job.provider for job in record.jobs if job.state == "delivered")
    for name in record.apis:
        if paid[name] < LEAST_PAID or not brought[name]:
            yield f"{name} was paid {paid[name]} times and brought {brought[name]} clips: too few to tell anything"


def _paid(record: Record) -> bool:
    return any(job.charge == "spent" for job in record.jobs)


# ------------------------------------------------------------------------------------------------ bills


def _bills(record: Record) -> Iterator[str]:
    """Every paid task is one job's, and no job has two."""
    jobs = {job.id: job for job in record.jobs}
    owner: dict[tuple[str, str], str] = {}
    for attempt in record.attempts:
        if attempt.ticket is None:
            continue
        task = (attempt.provider, attempt.ticket)
        if owner.setdefault(task, attempt.job) != attempt.job:
            yield f"task {task} belongs to two jobs: {owner[task]} and {attempt.job}"
    bills = {(bill.provider, bill.task): bill for bill in record.billed}
    for task, job in owner.items():
        bill = bills.get(task)
        if bill is None:
            yield f"job {job} has a ticket for {task}, which nobody was billed for"
        elif bill.wish != jobs[job].wish:
            yield f"job {job} ({jobs[job].wish}) took over task {task}, which was made for {bill.wish}"
    yield from _paid_once(record, owner)


def _paid_once(record: Record, owner: Mapping[tuple[str, str], str]) -> Iterator[str]:
    """Tasks that no job knows have to be the lost calls of jobs with the same wish, one a job at the most."""
    calls = _by_job(record.attempts)
    jobs_of: dict[str, list[JobRow]] = defaultdict(list)
    for job in record.jobs:
        jobs_of[job.wish].append(job)
        paid = [call for call in calls[job.id] if call.ticket is not None]
        lost = [call for call in calls[job.id] if call.ticket is None and call.outcome in UNKNOWN]
        if len(paid) + len(lost) > 1:
            yield f"job {job.id} may have been paid for {len(paid) + len(lost)} times: {calls[job.id]}"
    strange: dict[tuple[str, str], list[Billed]] = defaultdict(list)
    for bill in record.billed:
        if (bill.provider, bill.task) not in owner:
            strange[bill.wish, bill.provider].append(bill)
    for (wish, provider), bills in strange.items():
        lost = [
            call
            for job in jobs_of[wish]
            for call in calls[job.id]
            if call.provider == provider and call.ticket is None and call.outcome in UNKNOWN
        ]
        if len(bills) > len(lost):
            yield f"{provider} was paid for {wish} by calls that no job made: {bills}, against {lost}"


def _by_job(attempts: Iterable[Attempt]) -> Mapping[str, Sequence[Attempt]]:
    found: dict[str, list[Attempt]] = defaultdict(list)
    for attempt in attempts:
        found[attempt.job].append(attempt)
    return found


def _lost(record: Record) -> Iterator[str]:
    """A clip that was paid for, that is there, and whose task we know, comes to whoever asked for it."""
    made = {(bill.provider, bill.task) for bill in record.billed if bill.made}
    for job in record.jobs:
        if job.state == "failed" and (job.provider, job.ticket) in made:
            yield f"job {job.id} failed ({job.reason}) while its clip was there: {job.provider} {job.ticket}"


# ------------------------------------------------------------------------------------------------ endings and money


def _endings(record: Record) -> Iterator[str]:
    for job in record.jobs:
        if job.state not in ENDED:
            yield f"job {job.id} has not ended: {job.state}"
        if job.untold or job.alive:
            yield f"job {job.id} ({job.state}) was never told of"
        if job.charge == "held":
            yield f"job {job.id} ({job.state}) still holds its price"
        if job.charge == "spent" and job.state != "delivered" and not _had_before(job, record):
            yield f"job {job.id} was charged and is {job.state}"
        if job.state == "delivered" and job.charge == "none":
            yield f"job {job.id} was delivered and never paid nor free"


def _had_before(job: JobRow, record: Record) -> bool:
    """Whether it was delivered and asked for once more, which is free, and it is only this that did not come about."""
    shown = any(message.clip and job.id in message.jobs for message in record.shown)
    return job.state == "undelivered" and shown and record.asked_again.get(job.id, 0) > 0


def _money(record: Record) -> Iterator[str]:
    """The ledger tells of each job exactly what its ending says, and credits neither come nor go."""
    lines: dict[str, list[Line]] = defaultdict(list)
    for line in record.lines:
        if line.job is not None:
            lines[line.job].append(line)
    for job in record.jobs:
        yield from _settled_once(job, lines.pop(job.id, []))
    yield from (f"the ledger charges for a job that does not exist: {job}" for job in lines)
    for purse in record.purses:
        if purse.held:
            yield f"wallet {purse.owner} still holds {purse.held}"
    yield from _conserved(record)


def _settled_once(job: JobRow, lines: Sequence[Line]) -> Iterator[str]:
    kinds = Counter(line.kind for line in lines)
    if job.charge == "none":
        if lines:
            yield f"job {job.id} costs nothing and has lines: {dict(kinds)}"
        return
    if kinds["hold"] != job.charges or kinds["hold"] != kinds["spend"] + kinds["release"]:
        yield f"job {job.id} was held {kinds['hold']} and settled {kinds['spend']} + {kinds['release']} times"
    if kinds["spend"] != (job.charge == "spent"):
        yield f"job {job.id} is {job.charge} and was charged {kinds['spend']} times"
    if any(abs(line.held_change) != job.price for line in lines):
        yield f"job {job.id} costs {job.price} and has other amounts: {lines}"


def _conserved(record: Record) -> Iterator[str]:
    granted = sum(line.balance_change for line in record.lines if line.kind in {"grant", "take"})
    spent = sum(job.price for job in record.jobs if job.charge == "spent")
    there = sum(purse.balance + purse.held for purse in record.purses)
    if granted != there + spent:
        yield f"{granted} credits were given, {there} are there and {spent} were spent"


def _unexplained(record: Record) -> Iterator[str]:
    """No job ends for a reason that was not there."""
    for job in record.jobs:
        if job.reason == "bug":
            yield f"job {job.id} is {job.state} because of a bug"
        if job.state == "cancelled" and not job.cancel_asked and job.reason not in UNASKED:
            yield f"job {job.id} was cancelled ({job.reason}), and nobody asked for that"
        if job.state == "undelivered" and not _may_stay_undelivered(job, record):
            yield f"job {job.id} is undelivered ({job.reason}) at {job.place}, which was open all the time"


def _may_stay_undelivered(job: JobRow, record: Record) -> bool:
    """Whether its place was shut, its clip removed, or its platform called it too large.

    Who asks for a clip again may do so in another place, which may be shut.
    """
    too_large = job.reason == "too_large" and not job.place.startswith("web:")
    elsewhere = job.reason == "place_gone" and record.asked_again.get(job.id, 0) > 0
    return too_large or elsewhere or job.place in record.hurt or job.id in record.deleted


# ------------------------------------------------------------------------------------------------ people


def _wishes(record: Record) -> Iterator[str]:
    """What was accepted is there; nothing is there that nobody asked for."""
    jobs = {job.id: job for job in record.jobs}
    for job, wish in record.accepted.items():
        if job not in jobs:
            yield f"job {job} was accepted and is not there"
        elif wish and jobs[job].wish != wish:
            yield f"job {job} was accepted for {wish} and is for {jobs[job].wish}"
    made = Counter(job.user for job in record.jobs)
    for user, count in made.items():
        if user in record.wishes and count > record.wishes[user]:
            yield f"{user} asked at most {record.wishes[user]} times and has {count} jobs"


def _clips(record: Record) -> Iterator[str]:
    """Each delivered clip was shown where it was asked for, and nowhere twice."""
    shown: dict[str, list[Shown]] = defaultdict(list)
    for message in record.shown:
        if message.clip:
            for job in message.jobs:
                shown[job].append(message)
    for job in record.jobs:
        yield from _shown_once(job, shown[job.id], record)


def _shown_once(job: JobRow, clips: Sequence[Shown], record: Record) -> Iterator[str]:
    visible = [clip for clip in clips if clip.visible]
    most = 1 + record.asked_again.get(job.id, 0)
    if any(len(together) > most for together in _comparable(visible, record)):
        yield f"the clip of job {job.id} stands in {len(visible)} messages, asked for {most} times: {visible}"
    safe = job.place not in record.hurt and job.id not in record.deleted
    if job.state != "delivered" or not safe:
        return
    if not clips:
        yield f"job {job.id} is delivered and no clip was ever shown"
    elif not any(clip.place == job.place for clip in clips):
        yield f"the clip of job {job.id} was shown elsewhere than at {job.place}: {clips}"
    elif not visible:
        yield f"the clip of job {job.id} is no longer there, and nobody removed it"


def _comparable(clips: Sequence[Shown], record: Record) -> Iterator[list[Shown]]:
    """Clips of which each could be seen when the next was posted.

    Where the bot was shut out it cannot look for what it has posted there, whose answer got lost: so the clip may
    stand in such a place and in one that was open, but in none of them twice.
    """
    for place in {clip.place for clip in clips if clip.place in record.hurt}:
        yield [clip for clip in clips if clip.place == place]
    yield [clip for clip in clips if clip.place not in record.hurt]


def _receipts(record: Record) -> Iterator[str]:
    """Every person can read the ending that the books have, and no other."""
    told: dict[str, list[Shown]] = defaultdict(list)
    for message in record.shown:
        for job in message.jobs:
            if message.visible:
                told[job].append(message)
    for job in record.jobs:
        if job.place in record.hurt or job.id in record.deleted or job.state not in ENDED:
            continue
        yield from _read_right(job, told[job.id])


def _read_right(job: JobRow, told: Sequence[Shown]) -> Iterator[str]:
    right, wrong = (_charged, _not_charged) if job.charge == "spent" else (_not_charged, _charged)
    if not any(right(job, message.text) for message in told):
        yield f"job {job.id} is {job.state} and {job.charge}, and nobody can read so: {told}"
    for message in told:
        # A clip whose answer got lost, and whose place then took no more of them, may stand there all the same; if its
        # person had it sent again, and paid anew for that, it still says what was true of the first price.
        came_through = message.clip and (job.state == "undelivered" or job.charges > 1)
        if wrong(job, message.text) and not came_through and not _earlier_ending(job, message):
            yield f"job {job.id} is {job.state} and {job.charge}, and a message says otherwise: {message}"


def _earlier_ending(job: JobRow, message: Shown) -> bool:
    """Whether it told the truth of its time, before the clip was asked for again and paid for.

    What Telegram has posted without its answer reaching us, nobody can find and remove.
    """
    refunded_once = job.charge == "spent" and job.charges > 1 and not message.clip
    return refunded_once and message.place.startswith("telegram:")


def _unanswered(record: Record) -> Iterator[str]:
    """Whoever wished for something where the bot was never shut out has a job or an answer.

    An answer on Telegram may have been lost on its way: whose it was is not known, but how many there were is.
    """
    made = {job.wish for job in record.jobs}
    open_ones = [wish for wish in record.wished if not wish.answered and wish.place not in record.hurt]
    left = [wish for wish in open_ones if wish.words not in made]
    on_telegram = [wish for wish in left if wish.place.startswith("telegram:")]
    for wish in left:
        if wish not in on_telegram or len(on_telegram) > record.lost_answers:
            yield f"{wish.words} at {wish.place} came to nothing: there is neither a job nor an answer"
    for message in record.shown:
        if message.thinking and message.visible and message.place not in record.hurt:
            yield f"the bot is still thinking, and will be for ever: {message}"
    yield from (f"an update was never taken: {update}" for update in record.pending)


def left_behind(record: Record) -> Counter[str]:
    """By platform: messages that speak of a job as if it went on; where a post's answer got lost there may be two."""
    places = [message.place for message, _ in _going_on(record)]
    return Counter(f"{one.partition(':')[0]}{', shut once' * (one in record.hurt)}" for one in places)


def _stale(record: Record) -> Iterator[str]:
    """On the web, where a note is a row of our own, none is left behind."""
    for message, job in _going_on(record):
        if message.place.startswith("web:"):
            yield f"job {job.id} is {job.state}, and its note says that it goes on: {message}"


def _going_on(record: Record) -> Iterator[tuple[Shown, JobRow]]:
    """What speaks of a job by its receipt and of no ending, although it has one."""
    jobs = {job.id: job for job in record.jobs}
    for message in record.shown:
        for job in (jobs[name] for name in message.jobs if message.visible):
            ending = _charged(job, message.text) or _not_charged(job, message.text)
            if not ending and any(line.endswith(f"· {job.id}") for line in message.text.splitlines()):
                yield message, job


def _charged(job: JobRow, text: str) -> bool:
    """Whether a line of the text is this job's receipt for a charge."""
    unit = "credit" if job.price == 1 else "credits"
    return any(
        line.endswith(f"harged {job.price} {unit} · {job.id}") and "Not charged" not in line
        for line in text.splitlines()
    )


def _not_charged(job: JobRow, text: str) -> bool:
    return any("Not charged" in line and line.endswith(f"· {job.id}") for line in text.splitlines())
