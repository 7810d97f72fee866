"""What the database says at the end, read row by row into plain data."""

import json
import re
from collections.abc import Mapping

from sqlalchemy import Connection, select

from storage import audit
from storage.database import Database, open_database
from storage.tables import attempts, events, jobs, ledger, letters, messages, wallets
from tests.chaos.outside import WISH
from tests.chaos.records import FORGED, Attempt, JobRow, Line, Purse, Shown, Step

REMINDERS = ("token:", "picked:")
"""Letters that wait by design: they say when something is to be erased."""
_PLACE_KEYS = {"telegram": "chat", "discord": "channel", "web": "person"}
_WORD = re.compile(r"\b[a-z0-9]{10}\b")


def jobs_of(connection: Connection) -> list[JobRow]:
    return [_job(row) for row in connection.execute(select(jobs)).mappings()]


def _job(row: Mapping) -> JobRow:
    wish = WISH.search(row["prompt"])
    place = json.loads(row["place_address"])
    platform = row["place_platform"]
    return JobRow(
        id=row["id"],
        user=row["user_id"],
        wish=wish[0] if wish else "",
        provider=row["provider"],
        state=row["state"],
        charge=row["charge"],
        price=row["price"],
        payer=row["payer"],
        ticket=row["ticket"],
        charges=row["charges"],
        reason=row["reason"],
        alive=row["alive"],
        untold=row["untold"],
        place=f"{platform}:{place[_PLACE_KEYS[platform]]}",
        cancel_asked=row["cancel_asked"],
        deadline=row["deadline"].timestamp(),
    )


def attempts_of(connection: Connection) -> list[Attempt]:
    columns = (attempts.c.job, attempts.c.n, attempts.c.provider, attempts.c.outcome, attempts.c.ticket)
    rows = connection.execute(select(*columns).order_by(attempts.c.job, attempts.c.n))
    return [Attempt(*row[:3], *((None, None) if row.ticket == FORGED else row[3:])) for row in rows]


def steps_of(connection: Connection) -> dict[str, list[Step]]:
    """By job: its story, without words."""
    steps: dict[str, list[Step]] = {}
    columns = (events.c.job, events.c.at, events.c.state)
    for job, at, state in connection.execute(select(*columns).order_by(events.c.job, events.c.n)):
        steps.setdefault(job, []).append(Step(at.timestamp(), state))
    return steps


def unsure_in(connection: Connection) -> set[str]:
    """Jobs that wait for word of a paid call."""
    return set(connection.execute(select(jobs.c.id).where(jobs.c.state == "unsure", jobs.c.alive)).scalars())


def lines_of(connection: Connection) -> list[Line]:
    columns = (
        ledger.c.key,
        ledger.c.wallet,
        ledger.c.kind,
        ledger.c.balance_change,
        ledger.c.held_change,
        ledger.c.job,
    )
    return [Line(*row) for row in connection.execute(select(*columns))]


def purses_of(connection: Connection) -> list[Purse]:
    columns = (wallets.c.id, wallets.c.owner, wallets.c.balance, wallets.c.held)
    return [Purse(*row) for row in connection.execute(select(*columns))]


def notes_of(connection: Connection) -> list[Shown]:
    """What stands in the web chat: one entry a job."""
    rows = connection.execute(select(messages).where(messages.c.kind == "note"))
    return [_note(row) for row in rows]


def _note(row) -> Shown:
    body = json.loads(row.body)
    text = "\n".join([body["headline"], *body["details"]])
    person = row.user_id.partition(":")[2]
    return Shown(f"web:{person}", str(row.id), text, frozenset({row.job}), bool(body.get("clip")), visible=True)


def unanswered_in(connection: Connection) -> list[str]:
    rows = connection.execute(select(letters.c.platform, letters.c.key).where(letters.c.done_at.is_(None)))
    return [f"{row.platform} {row.key}" for row in rows if not row.key.startswith(REMINDERS)]


def drifts_in(connection: Connection) -> list[str]:
    return [str(drift) for drift in audit.verify(connection)]


def living_in(connection: Connection) -> dict[str, str]:
    """Jobs that are not at their end, with their state: `untold` where only the telling lacks, `free` if they are."""
    rows = connection.execute(select(jobs.c.id, jobs.c.state, jobs.c.untold, jobs.c.charge).where(jobs.c.alive))
    return {row.id: f"{row.state}{' free' * (row.charge == 'released')}{' untold' * row.untold}" for row in rows}


def stories_in(connection: Connection, wanted: set[str]) -> dict[str, list[str]]:
    """By job: every transition and every paid call."""
    stories: dict[str, list[str]] = {job: [] for job in wanted}
    for row in connection.execute(select(events).order_by(events.c.job, events.c.n)):
        if row.job in stories:
            stories[row.job].append(f"{row.at:%H:%M:%S} {row.n} {row.state} {row.detail}")
    for row in connection.execute(select(attempts).order_by(attempts.c.job, attempts.c.n)):
        if row.job in stories:
            stories[row.job].append(
                f"  call {row.n} at {row.begun_at:%H:%M:%S} to {row.offer}: {row.outcome} {row.ticket or ''}"
            )
    return stories


async def look(url: str, *questions):
    """The answers to these questions, all from one snapshot each."""
    async with open_database(url) as database:
        return [await _ask(database, question) for question in questions]


async def _ask(database: Database, question):
    return await database.read(question)


def named_in(text: str, known: frozenset[str]) -> frozenset[str]:
    """The jobs that a text names."""
    return frozenset(_WORD.findall(text)) & known
