"""A host's entries in PgQueuer's queue: kept through a broken connection, and taken from others only when they fell silent."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import asyncio
import asyncpg
from pgqueuer.adapters.drivers.asyncpg import AsyncpgDriver
from pgqueuer.adapters.persistence.queries import Queries
from pgqueuer.domain.models import Job as Entry
from pgqueuer.domain.models import TracebackRecord
from pgqueuer.domain.settings import db_settings
from pgqueuer.domain.types import JOB_STATUS, QueueEntrypoint, QueueManagerId
from pgqueuer.domain.types import JobId as EntryId
from pgqueuer.ports.repository import EntrypointExecutionParameter

BROKEN = (OSError, asyncpg.PostgresError, asyncpg.InterfaceError)
"""What a connection raises that is good for nothing more."""
NEVER = timedelta(days=365)

_QUEUE: Final = db_settings().qualified.queue_table
_OURS = f"SELECT id FROM {_QUEUE} WHERE id = ANY($1::bigint[]) AND queue_manager_id = $2"  # noqa: S608
_KEEP = f"""
    UPDATE {_QUEUE} SET heartbeat = NOW() WHERE queue_manager_id = $1 AND status = 'picked' RETURNING *
"""  # noqa: S608
_BEAT = f"""
    UPDATE {_QUEUE} SET heartbeat = NOW() WHERE id = ANY($1::bigint[]) AND queue_manager_id = $2 RETURNING id
"""  # noqa: S608
_FREE = f"""
    WITH freed AS (
        UPDATE {_QUEUE} SET status = 'queued', queue_manager_id = NULL, updated = NOW()
        WHERE id IN (
            SELECT id FROM {_QUEUE}
            WHERE status = 'picked' AND heartbeat < NOW() - $1::interval
              AND NOW() < $2::timestamptz + $4::interval AND NOW() >= $3::timestamptz + $4::interval
            FOR UPDATE SKIP LOCKED
        )
    )
    SELECT NOW() AS at
"""  # noqa: S608
_NEWER = f"""
    SELECT EXISTS (
        SELECT FROM {_QUEUE} AS newer JOIN {_QUEUE} AS this USING (entrypoint, payload)
        WHERE this.id = $1 AND newer.id > this.id AND newer.status IN ('queued', 'picked')
    ) AS found
"""  # noqa: S608
