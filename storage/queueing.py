"""The queue entries of jobs on PostgreSQL, made in PgQueuer's words by the transaction that brings a job to life.

SQLite has no queue: there one process carries everything that is alive, and nothing here does anything.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import cache

from sqlalchemy import Connection

from bot.core.model import Job, JobId

ENTRYPOINT = "job"
"""What PgQueuer calls the kind of work that these entries are."""

MOST_AT_ONCE = 1_000
"""Entries made by one statement of the sweep."""
LOG_KEPT = timedelta(days=1)
"""PgQueuer writes down what became of every entry, and nobody but an operator in trouble ever reads it."""
FORGOTTEN_AT_ONCE = 5_000
"""Lines of that log gone through by one statement."""


def payload_of(job: JobId) -> bytes:
    """What a job's queue entry carries: the job's id and nothing else."""
    return job.encode()


def job_of(payload: bytes) -> JobId:
    """Read what `payload_of` wrote; of anything else, the name of a job that there never was."""
    return JobId(payload.decode(errors="replace").replace("\0", ""))


def key_of(job: JobId, version: int) -> str:
    """The name under which a job that came to life with *version* stands in the queue once.

    Not the id alone: the entry of its earlier life goes a moment after the job has ended, and a job that comes to
    life in this moment would find its name taken, and be without an entry as soon as the old one goes.
    """
    return f"{job}:{version}"


def enqueue(connection: Connection, job: Job) -> None:
    """Have somebody carry a job that comes to life in this transaction; again changes nothing."""
    if connection.dialect.name == "postgresql":
        _enqueue(connection, [(job.id, job.version)])


def enqueue_missing(connection: Connection) -> list[JobId]:
    """Make entries for living jobs that have none, and say whose they were."""
    if connection.dialect.name != "postgresql":
        return []
    missing = [(JobId(row.id), row.version) for row in connection.exec_driver_sql(_missing(), (MOST_AT_ONCE,))]
    if missing:
        _enqueue(connection, missing)
    return [job for job, _ in missing]


def forget_log(connection: Connection, now: datetime) -> int:
    """Delete the oldest lines of PgQueuer's log that are not kept any longer; returns how many that were."""
    if connection.dialect.name != "postgresql":
        return 0
    return connection.exec_driver_sql(_forgetting(), (now - LOG_KEPT, FORGOTTEN_AT_ONCE)).rowcount


def _enqueue(connection: Connection, jobs: Sequence[tuple[JobId, int]]) -> None:
    count = len(jobs)
    entries = (
        [0] * count,
        [ENTRYPOINT] * count,
        [payload_of(job) for job, _ in jobs],
        [timedelta()] * count,
        [key_of(job, version) for job, version in jobs],
        ["null"] * count,
    )
    connection.exec_driver_sql(_enqueueing(), entries)


def learn_words() -> None:
    """Ask PgQueuer for its statements before they are needed. Blocks: not for the event loop.

    Raises:
        ModuleNotFoundError: The extra [postgres] is not installed.
    """
    _enqueueing()
    _missing()
    _forgetting()


@cache
def _enqueueing() -> str:
    # Imported where there is PostgreSQL: it comes with the extra, and takes a while.
    from pgqueuer.adapters.persistence.qb import QueryQueueBuilder  # noqa: PLC0415

    return QueryQueueBuilder().build_enqueue_query("skip")


@cache
def _missing() -> str:
    from pgqueuer.domain.settings import db_settings  # noqa: PLC0415

    queue = db_settings().qualified.queue_table
    return f"""
        -- Materialized: to find the oldest first, the planner would walk through every job that ever was.
        WITH living AS MATERIALIZED (SELECT id, version, created_at FROM jobs WHERE alive)
        SELECT id, version FROM living
        WHERE NOT EXISTS (
            SELECT FROM {queue} AS entry
            WHERE entry.entrypoint = '{ENTRYPOINT}' AND entry.status IN ('queued', 'picked')
              AND entry.payload = convert_to(living.id, 'UTF8')
        )
        ORDER BY created_at LIMIT $1
    """  # noqa: S608 - names of PgQueuer's own, letters and digits by its own rule


@cache
def _forgetting() -> str:
    from pgqueuer.domain.settings import db_settings  # noqa: PLC0415

    written = db_settings().qualified.queue_table_log
    return f"""
        DELETE FROM {written} WHERE id IN (
            -- Every host does this: none waits for another one's lines.
            SELECT id FROM (SELECT id, created FROM {written} ORDER BY id LIMIT $2 FOR UPDATE SKIP LOCKED) AS oldest
            WHERE created < $1
        )
    """  # noqa: S608 - as above
