"""A database as an earlier version has left it, full of life: people, money, and videos in every state.

It is made by that version's own revisions and filled with SQL of that time, so that no code of today has touched it.
"""

import asyncio
import json
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import JSON, Connection, bindparam, create_engine, make_url, text

from bot.core.model import State
from storage.connecting import engine_at
from storage.schema import REVISIONS
from tests.fakes.clock import START

NOW = int(START.timestamp() * 1000)
PRICE = 5
CHARGES = {
    State.ASKING: "none",
    State.QUEUED: "held",
    State.SUBMITTING: "held",
    State.RENDERING: "held",
    State.FETCHING: "held",
    State.DELIVERING: "held",
    State.UNSURE: "released",
    State.OVERDUE: "released",
    State.DELIVERED: "spent",
    State.FAILED: "released",
    State.CANCELLED: "released",
    State.UNDELIVERED: "released",
}
WITH_CLIP = (State.DELIVERING, State.DELIVERED, State.UNDELIVERED)
WITH_TICKET = (State.RENDERING, State.FETCHING, State.OVERDUE, *WITH_CLIP)
BEGUN = (State.SUBMITTING, State.UNSURE, *WITH_TICKET)
RUNNING = (State.QUEUED, State.SUBMITTING, State.RENDERING, State.FETCHING, State.DELIVERING)
RUNNING_COUNTER, DAY_COUNTER = "member_running:web:club:web:ana", "member_daily:web:club:web:ana:2026-11-21"

OF = {
    "0001": (
        f"INSERT INTO users VALUES ('web:ana', 'Ana', 'en', {NOW})",
        "INSERT INTO wallets VALUES (1, 'web:ana', 0, 0), (2, 'web:club', 0, 0)",
        """INSERT INTO limits (community_id, member_daily, server_monthly, member_running, channels)
           VALUES ('web:club', 50, 900, 9, '["general"]')""",
        f"""INSERT INTO limit_changes (community_id, at, actor, limits) VALUES ('web:club', {NOW}, 'web:ana',
            '{
            json.dumps(
                {
                    "member_daily": 50,
                    "server_daily": None,
                    "server_monthly": 900,
                    "member_running": 9,
                    "per_video": None,
                    "models": None,
                    "channels": ["general"],
                }
            )
        }')""",
        f"INSERT INTO messages VALUES (7, 'web:ana', {NOW}, 'said', '{{\"text\": \"a cat\"}}', 'k', NULL)",
        f"INSERT INTO durations (offer, seconds, at) VALUES ('acme/Acme-1', 42.5, {NOW})",
        f"INSERT INTO turns VALUES ('acme', 'web:club', {NOW})",
    ),
    "0002": (
        f"INSERT INTO healths VALUES ('other', {NOW + 1000}, 'key', 'refused', {NOW}, NULL, 'key')",
        "INSERT INTO list_prices VALUES ('acme/Acme-1', '768P', 6, '0.35')",
        f"INSERT INTO price_changes VALUES (1, {NOW}, 'op', 'acme/Acme-1', '768P', 6, NULL, '0.35')",
    ),
    "0003": (
        f"INSERT INTO letters VALUES ('telegram', '1', '{{}}', {NOW}, NULL), ('telegram', '0', '', {NOW}, {NOW})",
        f"INSERT INTO memories VALUES ('telegram', 'moved:-1', '-2', {NOW})",
    ),
    "0004": (
        "UPDATE limits SET pool = true, members = '{\"ana\": 99}', roles = '{\"mod\": null}'",
        "UPDATE jobs SET pooled = true WHERE state = 'queued'",
    ),
    "0005": (),
    "0006": (
        f"""INSERT INTO blocks (id, scope, kind, what, at, actor, reason, lifted_at, lifted_by) VALUES
            (1, 'web:club', 'word', 'dog', {NOW}, 'web:ana', 'no dogs', NULL, NULL),
            (2, 'bot:everywhere', 'person', 'web:eve', {NOW}, 'op', '', {NOW}, 'op')""",
        f"INSERT INTO rejections VALUES ('job0000009', 'web:ana', {NOW})",
        f"INSERT INTO reports VALUES ('job0000008', 'web:eve', 'web:club', {NOW}, 'ugly')",
    ),
    "0007": (
        f"INSERT INTO orders VALUES (1, {NOW}, 'op', 'cancelled', 'job0000009', '')",
        "UPDATE jobs SET bought = 1 WHERE state IN ('fetching', 'delivering', 'delivered', 'undelivered')",
    ),
    "0008": ("UPDATE jobs SET spoiler = true WHERE state = 'rendering'",),
}
"""What each revision has room for, beside what those before it have."""
JOB = text(
    """INSERT INTO jobs (id, key, user_id, community_id, crowd, place_platform, place_address, place_channel, language,
    model, prompt, seconds, resolution, first_frame, offer, provider, price, payer, charge, state, version, owner,
    created_at, changed_at, deadline, attempt, admitted_at, submitted_at, ended_at, ticket, cost_micros, result_url,
    clip, reason, cancel_asked, cancel_refused, untold, handle, posts, charges, counts, alive, has_files)
    VALUES (:id, :key, 'web:ana', 'web:club', 'web:club', 'web', 'ana''s room', 'general', 'en', 'hailuo-02', :prompt,
    6, '768P', 'p.jpg', 'acme/Acme-1', 'acme', 5, 1, :charge, :state, 3, 1, :now, :now, :deadline, :attempt,
    :admitted_at, :submitted_at, :ended_at, :ticket, :cost, :url, :clip, NULL, false, false, false, 'note', 0, 1,
    :counts, :alive, true)"""
).bindparams(bindparam("clip", type_=JSON(none_as_null=True)), bindparam("counts", type_=JSON))
LINE = text("INSERT INTO ledger VALUES (:key, 1, :kind, :balance, :held, :now, :job, :actor, :why)")
EVENT = text("INSERT INTO events VALUES (:job, 0, :now, 'queued', 'opened'), (:job, 3, :now, :state, '')")
ATTEMPT = text("INSERT INTO attempts VALUES (:job, 1, 'acme/Acme-1', 'acme', :now, :outcome, :ticket)")
COUNTER = text("INSERT INTO counters VALUES (:name, :used, :resets, :until_end)")


def job_id(state: State) -> str:
    return f"job00000{list(State).index(state):02}"


def clip_name(state: State) -> str:
    return f"clip0000{list(State).index(state):02}.mp4"


def make_old(path: Path, revision: str) -> None:
    """Make the file as *revision* had it."""
    engine = create_engine(f"sqlite:///{path}")
    with engine.begin() as connection:
        _make(connection, revision)
    engine.dispose()


def make_old_postgres(address: str, revision: str) -> None:
    """Make the tables in an empty database as *revision* had them. Blocks: not for the event loop."""

    async def make() -> None:
        async with engine_at(make_url(address), name="old").begin() as connection:
            await connection.run_sync(_make, revision)
            # The rows that stand in it with their numbers were numbered by it then.
            for table in await connection.run_sync(_numbered):
                last = f"setval(pg_get_serial_sequence('{table}', 'id'), max(id))"
                await connection.exec_driver_sql(f"SELECT {last} FROM {table} HAVING count(*) > 0")

    asyncio.run(make())


def _numbered(connection: Connection) -> list[str]:
    found = text("SELECT table_name FROM information_schema.columns WHERE column_default LIKE 'nextval%'")
    return list(connection.execute(found).scalars())


def _make(connection: Connection, revision: str) -> None:
    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(REVISIONS).replace("%", "%%"))
    command.upgrade(config, revision)
    _fill(connection, [one for number, of in OF.items() if number <= revision for one in of])


def _fill(connection: Connection, statements: list[str]) -> None:
    first, rest = statements[:2], statements[2:]
    for statement in first:
        connection.exec_driver_sql(statement)
    _line(connection, "starting:web:ana", "grant", 200, 0, None)
    for state in State:
        _job(connection, state)
    held = PRICE * len(RUNNING)
    connection.exec_driver_sql(f"UPDATE wallets SET balance = {200 - held - PRICE}, held = {held} WHERE id = 1")
    counted = sum(charge in ("held", "spent") for charge in CHARGES.values())
    connection.execute(COUNTER, {"name": RUNNING_COUNTER, "used": len(RUNNING), "resets": None, "until_end": True})
    tomorrow = {"resets": NOW + 54_000_000, "until_end": False}
    connection.execute(COUNTER, {"name": DAY_COUNTER, "used": PRICE * counted} | tomorrow)
    for statement in rest:
        connection.exec_driver_sql(statement)


def _job(connection: Connection, state: State) -> None:
    charge, job = CHARGES[state], job_id(state)
    begun, ticket = state in BEGUN, f"task-{state.value}" if state in WITH_TICKET else None
    clip = {"file": clip_name(state), "width": 8, "height": 8, "seconds": 6.0, "size": 4, "thumbnail": None}
    counts = [[RUNNING_COUNTER, 1, True]] * (state in RUNNING) + [[DAY_COUNTER, PRICE, False]] * (
        charge in ("held", "spent")
    )
    values = {
        "id": job, "key": f"message-{state}", "prompt": f"a cat that is {state}", "charge": charge,
        "state": state.value, "now": NOW, "deadline": NOW + 3_600_000, "attempt": int(begun),
        "admitted_at": NOW if begun else None, "submitted_at": NOW if begun else None,
        "ended_at": NOW if state.ended else None, "ticket": ticket, "cost": 280_000 if ticket else None,
        "url": "https://cdn.example/clip.mp4" if state is State.FETCHING else None,
        "clip": clip if state in WITH_CLIP else None, "counts": counts,
        "alive": not state.ended,
    }  # fmt: skip
    connection.execute(JOB, values)
    connection.execute(EVENT, {"job": job, "now": NOW, "state": state.value})
    if begun:
        outcome = None if state is State.SUBMITTING else "unsure" if state is State.UNSURE else "rendering"
        connection.execute(ATTEMPT, {"job": job, "now": NOW, "outcome": outcome, "ticket": ticket})
    if charge != "none":
        _line(connection, f"hold:{job}:1", "hold", -PRICE, PRICE, job)
    if charge in ("spent", "released"):
        back = PRICE if charge == "released" else 0
        _line(connection, f"end:{job}:1", "release" if back else "spend", back, -PRICE, job)


def _line(connection: Connection, key: str, kind: str, balance: int, held: int, job: str | None) -> None:
    values = {"key": key, "kind": kind, "balance": balance, "held": held, "job": job, "now": NOW}
    connection.execute(LINE, values | {"actor": "job" if job else "reelbot", "why": ""})
