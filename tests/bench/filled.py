"""A data folder as a bot leaves it behind in the middle of its work: many jobs rendering, their notes, sound books."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, insert

from bot.clock import SystemClock
from bot.core.desk import ALPHABET
from bot.core.model import Charge, Job, JobId, Place, Request, State, UserId
from bot.core.notes import draw
from bot.platforms.web.entries import NOTE, StoredNote
from storage import tables
from storage.database import open_database
from storage.queueing import enqueue_missing
from storage.rows import new_row
from tests.fakes.loopback import LoopbackProvider

PRICE = 28
JOBS_EACH = 2
OFFER = LoopbackProvider.offers[0]
DURATIONS = tuple(180.0 + 1.2 * number for number in range(200))
"""Seconds that earlier clips took: from three minutes to seven, all equally likely."""
YOUNGEST = 30.0
"""Seconds: no job has only just been submitted when the bot starts again."""
SERIAL = "SELECT setval(pg_get_serial_sequence('{0}', 'id'), max(id)) FROM {0}"
"""PostgreSQL counts on from here, where ids were given by hand."""


@dataclass(frozen=True, slots=True)
class Left:
    """What to leave behind."""

    jobs: int
    learned: bool = False
    """Whether the earlier clips are known."""
    watched_after: float = 0.0
    """Seconds from now until the jobs are looked at, and have to be as old as jobs in flight are."""


async def fill(address: str, left: Left) -> None:
    """Fill the database at *address*."""
    now = SystemClock().now()
    jobs = _jobs(left, now)
    async with open_database(address) as database:
        await database.tx(lambda connection: _write(connection, jobs, now))
        if left.learned:
            known = [{"offer": OFFER.key, "seconds": seconds, "at": now} for seconds in DURATIONS]
            await database.tx(lambda connection: connection.execute(insert(tables.durations), known))
        while await database.tx(enqueue_missing):
            pass


def _jobs(left: Left, now: datetime) -> list[Job]:
    """Jobs as they are met in flight: random moments of clips, of which the longer ones are met more often."""
    chance = random.Random(left.jobs)
    lives = chance.choices(DURATIONS, weights=DURATIONS, k=left.jobs)
    ages = [max(YOUNGEST, chance.random() * life - left.watched_after) for life in lives]
    ids = [JobId("".join(chance.choices(ALPHABET, k=10))) for _ in range(left.jobs)]
    return [_rendering(ids[number], number, now - timedelta(seconds=age)) for number, age in enumerate(ages)]


def _rendering(id: JobId, number: int, since: datetime) -> Job:
    person = number // JOBS_EACH
    user = UserId("web", f"person{person:06}")
    return Job(
        id=id,
        key=f"web:{user.id}:{number:08}",
        user=user,
        community=None,
        place=Place("web", f'{{"person":"{user.id}"}}'),
        language="en",
        request=Request(OFFER.model, f"a cat smiling at visitor number {number}", 6, "768P"),
        offer=OFFER.key,
        price=PRICE,
        payer=person + 1,
        charge=Charge.HELD,
        state=State.RENDERING,
        version=5,
        owner=1,
        created_at=since,
        changed_at=since,
        deadline=since + timedelta(hours=1),
        attempt=1,
        admitted_at=since,
        submitted_at=since,
        ticket=f"{id}-1",
        handle=str(number + 1),
    )


def _write(connection: Connection, jobs: Sequence[Job], now: datetime) -> None:
    people = dict.fromkeys((job.user, job.payer) for job in jobs)
    holds = {payer: sum(job.price for job in jobs[(payer - 1) * JOBS_EACH : payer * JOBS_EACH]) for _, payer in people}
    rows = {
        tables.users: [{"id": str(user), "name": "", "language": "en", "created_at": now} for user, _ in people],
        tables.wallets: [
            {"id": payer, "owner": str(user), "balance": 0, "held": holds[payer]} for user, payer in people
        ],
        tables.ledger: [
            *(_line(f"starting:{user}", payer, "grant", holds[payer], 0, now) for user, payer in people),
            *(_line(f"hold:{job.id}:1", job.payer, "hold", -job.price, job.price, now, job=job.id) for job in jobs),
        ],
        tables.jobs: [new_row(job) | {"admitted_at": job.admitted_at} for job in jobs],
        tables.attempts: [_attempt(job) for job in jobs],
        tables.messages: [_note(job, number) for number, job in enumerate(jobs, 1)],
    }
    for table, some in rows.items():
        connection.execute(insert(table), some)
    if connection.dialect.name == "postgresql":
        for table in ("wallets", "messages"):
            connection.exec_driver_sql(SERIAL.format(table))


def _line(key: str, wallet: int, kind: str, balance: int, held: int, at: datetime, *, job: JobId | None = None):
    changes = {"balance_change": balance, "held_change": held}
    return {"key": key, "wallet": wallet, "kind": kind, "at": at, "job": job, "actor": "bench", "reason": ""} | changes


def _attempt(job: Job) -> dict[str, object]:
    known = {"job": job.id, "n": 1, "offer": job.offer, "provider": job.provider, "begun_at": job.submitted_at}
    return known | {"outcome": "rendering", "ticket": job.ticket}


def _note(job: Job, number: int) -> dict[str, object]:
    body = StoredNote.of(draw(job), None).model_dump_json()
    entry = {"id": number, "user_id": str(job.user), "at": job.created_at, "kind": NOTE}
    return entry | {"body": body, "key": None, "job": job.id}
