"""Books as a busy bot has them after a season: a hundred thousand finished jobs with their stories and their money."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, func, insert, select, update

from bot.core.model import Charge, Clip, CommunityId, FileName, Job, JobId, Place, Reason, Request, State, UserId
from storage import tables
from storage.database import Database
from storage.rows import new_row

PRICES = {("768P", 6): 28, ("768P", 10): 56, ("1080P", 6): 49}
OFFERS = tuple(f"{provider}/{model}" for provider in ("preview", "acme") for model in ("card", "film"))
PROMPT = "A cat smiling at its visitors in the soft light of an early morning. " * 8
"""As long as those of people who know what they want."""
SERVERS = 200
JOBS_EACH = 20
"""By one person."""
SPREAD = timedelta(days=120)
TAKES = timedelta(minutes=5)
STEPS = (
    (State.QUEUED, "opened"), (State.SUBMITTING, "paid call"), (State.RENDERING, "task"), (State.FETCHING, "done"),
    (State.DELIVERING, "clip"), (None, ""),
)  # fmt: skip
"""The story of every job; how it ended stands in the last line."""
ENDS = (
    *[(State.DELIVERED, Charge.SPENT, None)] * 17,
    (State.FAILED, Charge.RELEASED, Reason.CONTENT),
    (State.CANCELLED, Charge.RELEASED, None),
    (State.UNDELIVERED, Charge.SPENT, Reason.PLACE_GONE),
)
"""Of twenty jobs."""
AT_ONCE = 5_000
"""Jobs written together."""
BALANCE = update(tables.wallets).values(
    balance=select(func.sum(tables.ledger.c.balance_change))
    .where(tables.ledger.c.wallet == tables.wallets.c.id)
    .scalar_subquery()
)


@dataclass(frozen=True, slots=True)
class Season:
    """What is written: *jobs* that all ended before *now*."""

    jobs: int
    now: datetime

    @property
    def people(self) -> int:
        return max(1, self.jobs // JOBS_EACH)


async def fill(database: Database, season: Season) -> None:
    """Write it all."""
    people = range(1, season.people + 1)
    await database.tx(lambda connection: write_people(connection, people, season.now))
    await database.tx(lambda connection: _write_durations(connection, season.now))
    for some in _batches(season):
        await database.tx(lambda connection, some=some: _write_jobs(connection, some))
    await database.tx(lambda connection: connection.execute(BALANCE))


def _batches(season: Season) -> Iterator[Sequence[Job]]:
    chance = random.Random(season.jobs)
    for first in range(0, season.jobs, AT_ONCE):
        yield [_job(number, season, chance) for number in range(first, min(first + AT_ONCE, season.jobs))]


def _job(number: int, season: Season, chance: random.Random) -> Job:
    since = season.now - TAKES - SPREAD * (1 - number / season.jobs)
    state, charge, reason = chance.choice(ENDS)
    person = chance.randint(1, season.people)
    resolution, seconds = chance.choice(tuple(PRICES))
    offer = chance.choice(OFFERS)
    name = JobId(f"b{number:09}")
    picture = FileName(f"{number:032x}.jpg") if number % 2 else None
    return Job(
        id=name,
        key=f"bench:{number}",
        user=UserId("discord", str(person)),
        community=CommunityId("discord", str(chance.randrange(SERVERS))) if number % 3 else None,
        place=Place("discord", '{"channel":"1","message":"2"}', "1"),
        language="en",
        request=Request(offer.partition("/")[2], f"{PROMPT}{number}", seconds, resolution, picture),
        offer=offer,
        price=PRICES[resolution, seconds],
        payer=person,
        charge=charge,
        state=state,
        version=len(STEPS),
        owner=1,
        created_at=since,
        changed_at=since + TAKES,
        deadline=since + timedelta(hours=1),
        attempt=1,
        admitted_at=since,
        submitted_at=since,
        ended_at=since + TAKES,
        ticket=f"task-{name}",
        cost_micros=280_000 if number % 2 else None,
        result_url=f"https://cdn.example/{number:0128x}" if charge is Charge.SPENT else None,
        clip=Clip(FileName(f"{name}.mp4"), 1366, 768, float(seconds), 2_000_000, None)
        if charge is Charge.SPENT
        else None,
        reason=reason,
        untold=False,
        charges=1,
    )


def write_people(connection: Connection, people: Sequence[int], now: datetime) -> None:
    """People with these numbers and a gift each."""
    since = now - SPREAD
    names = [{"id": f"discord:{one}", "name": f"Person {one}", "language": "en", "created_at": since} for one in people]
    connection.execute(insert(tables.users), names)
    wallets = [{"id": one, "owner": f"discord:{one}", "balance": 10_000, "held": 0} for one in people]
    connection.execute(insert(tables.wallets), wallets)
    gifts = [
        {"key": f"season:{one}", "wallet": one, "kind": "grant", "balance_change": 10_000, "held_change": 0,
         "at": since, "job": None, "actor": "console", "reason": "a gift"}
        for one in people
    ]  # fmt: skip
    connection.execute(insert(tables.ledger), gifts)


def _write_durations(connection: Connection, now: datetime) -> None:
    known = [{"offer": offer, "seconds": 60.0 + n, "at": now} for offer in OFFERS for n in range(200)]
    connection.execute(insert(tables.durations), known)


def _write_jobs(connection: Connection, jobs: Sequence[Job]) -> None:
    connection.execute(insert(tables.jobs), [new_row(job) for job in jobs])
    connection.execute(insert(tables.events), [line for job in jobs for line in _story(job)])
    connection.execute(insert(tables.attempts), [_call(job) for job in jobs])
    connection.execute(insert(tables.ledger), [line for job in jobs for line in _money(job)])


def _story(job: Job) -> Iterator[dict[str, object]]:
    for n, (state, detail) in enumerate(STEPS, 1):
        at = job.created_at + TAKES * (n / len(STEPS))
        yield {"job": job.id, "n": n, "at": at, "state": (state or job.state).value, "detail": detail}


def _call(job: Job) -> dict[str, object]:
    known = {"job": job.id, "n": 1, "offer": job.offer, "provider": job.provider, "begun_at": job.submitted_at}
    return known | {"outcome": State.RENDERING.value, "ticket": job.ticket}


def _money(job: Job) -> Iterator[dict[str, object]]:
    spent = job.charge is Charge.SPENT
    common = {"wallet": job.payer, "job": job.id, "actor": "bench", "reason": ""}
    yield common | {
        "key": f"hold:{job.id}:1", "kind": "hold", "at": job.created_at,
        "balance_change": -job.price, "held_change": job.price,
    }  # fmt: skip
    yield common | {
        "key": f"end:{job.id}:1", "kind": "spend" if spent else "release", "at": job.ended_at,
        "balance_change": 0 if spent else job.price, "held_change": -job.price,
    }  # fmt: skip
