"""The conversation of the web chat: entries in order, and one note a job, edited in place."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Text, bindparam, delete, desc, exists, func, not_, select

from bot.core.model import JobId, Message, State, UserId
from storage.dialects import Upsert, padded
from storage.rows import user_id
from storage.tables import jobs, messages

NOTE = "note"
COLUMNS = (
    messages.c.id,
    messages.c.user_id,
    messages.c.at,
    messages.c.kind,
    messages.c.body,
    messages.c.job,
)
ADD = Upsert(lambda insert: insert(messages).on_conflict_do_nothing().returning(*COLUMNS))
PUT = Upsert(
    lambda insert: (
        (new := insert(messages))
        .on_conflict_do_update(
            index_elements=[messages.c.user_id, messages.c.job],
            set_={"body": new.excluded.body},
            # The job by its value: its column would bring a second `messages` along, and with it everybody's jobs.
            where=not_(
                exists().where(jobs.c.id == bindparam("about"), jobs.c.state != bindparam("while_in", type_=Text))
            ),
        )
        .returning(*COLUMNS)
    )
)
ONE = select(*COLUMNS).where(messages.c.user_id == bindparam("of"), messages.c.job == bindparam("about"))
REMOVE = (
    delete(messages)
    .where(messages.c.user_id == bindparam("of"), messages.c.job == bindparam("about"))
    .returning(messages.c.id)
)
NEWEST = (
    select(*COLUMNS).where(messages.c.user_id == bindparam("of")).order_by(desc(messages.c.id)).limit(bindparam("most"))
)

NEWEST_OF_MANY = (
    select(messages.c.user_id, func.max(messages.c.id))
    .where(messages.c.user_id.in_(bindparam("of", expanding=True)))
    .group_by(messages.c.user_id)
)


def add(connection: Connection, user: UserId, entry: tuple[str, str, str | None], now: datetime) -> Message | None:
    """Append (kind, body, key); None if this person used the key before."""
    kind, body, key = entry
    new = {"user_id": str(user), "at": now, "kind": kind, "body": body, "key": key, "job": None}
    row = connection.execute(ADD.on(connection), new).one_or_none()
    return None if row is None else _message(row)


def put_note(
    connection: Connection, user: UserId, job: JobId, note: tuple[str, State | None], now: datetime
) -> Message:
    """Write the job's one entry; the first writing gives it its place and its time.

    A *note* is a body, and the state in which the job has to be for it to take an earlier one's place; None for any.
    """
    body, while_in = note
    new = {"user_id": str(user), "at": now, "kind": NOTE, "body": body, "key": None, "job": job}
    row = connection.execute(PUT.on(connection), new | {"about": job, "while_in": while_in}).one_or_none()
    # The one that stays: what it shows is newer.
    return _message(row or connection.execute(ONE, {"of": str(user), "about": job}).one())


def remove(connection: Connection, user: UserId, job: JobId) -> int | None:
    """Delete the job's entry; its id, or None if there is none."""
    return connection.execute(REMOVE, {"of": str(user), "about": job}).scalar_one_or_none()


def recent(connection: Connection, user: UserId, most: int) -> list[Message]:
    """The newest entries, oldest first."""
    rows = connection.execute(NEWEST, {"of": str(user), "most": most}).all()
    return [_message(row) for row in reversed(rows)]


def newest(connection: Connection, users: Sequence[UserId]) -> dict[UserId, int]:
    """The id of each one's newest entry; nothing for those without any."""
    names = padded([str(user) for user in users])
    return {user_id(name): newest_id for name, newest_id in connection.execute(NEWEST_OF_MANY, {"of": names})}


def _message(row: Row[Any]) -> Message:
    return Message(row.id, user_id(row.user_id), row.at, row.kind, row.body, row.job)
