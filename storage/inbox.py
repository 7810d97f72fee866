"""What chat adapters keep: letters that arrived and are answered once, and small things to remember."""

from datetime import datetime

from sqlalchemy import Connection, bindparam, delete, select, update

from bot.core.store import Letter
from storage.dialects import Upsert
from storage.instants import Instant
from storage.tables import letters, memories

PUT = Upsert(
    lambda insert: (
        insert(letters)
        .on_conflict_do_nothing(index_elements=[letters.c.platform, letters.c.key])
        .returning(letters.c.key)
    )
)
WAITING = (
    select(letters.c.key, letters.c.body, letters.c.at)
    .where(letters.c.platform == bindparam("of"), letters.c.done_at.is_(None))
    .order_by(letters.c.at, letters.c.key)
)
DONE = (
    update(letters)
    .where(letters.c.platform == bindparam("of"), letters.c.key == bindparam("named"), letters.c.done_at.is_(None))
    .values(body="", done_at=bindparam("now", type_=Instant))
)
FORGET_DONE = delete(letters).where(letters.c.done_at < bindparam("before", type_=Instant))
KEEP = Upsert(
    lambda insert: (new := insert(memories)).on_conflict_do_update(
        index_elements=[memories.c.platform, memories.c.key], set_={"value": new.excluded.value, "at": new.excluded.at}
    )
)
FORGET = delete(memories).where(memories.c.platform == bindparam("of"), memories.c.key == bindparam("named"))
KEPT = select(memories.c.value).where(memories.c.platform == bindparam("of"), memories.c.key == bindparam("named"))


def put(connection: Connection, platform: str, key: str, body: str, now: datetime) -> bool:
    """Save a letter; False if it was here before."""
    row = {"platform": platform, "key": key, "body": body, "at": now, "done_at": None}
    return connection.execute(PUT.on(connection), row).one_or_none() is not None


def waiting(connection: Connection, platform: str) -> list[Letter]:
    """Letters without an answer, oldest first."""
    return [Letter(row.key, row.body, row.at) for row in connection.execute(WAITING, {"of": platform})]


def done(connection: Connection, platform: str, key: str, now: datetime) -> None:
    """Erase a letter that is answered, and remember that it was."""
    connection.execute(DONE, {"of": platform, "named": key, "now": now})


def forget_done(connection: Connection, before: datetime) -> None:
    """Forget letters that were answered before *before*: their chat does not deliver them again."""
    connection.execute(FORGET_DONE, {"before": before})


def keep(connection: Connection, platform: str, key: str, value: str, now: datetime) -> None:
    """Remember a small thing over what was there; an empty one leaves no trace."""
    if not value:
        connection.execute(FORGET, {"of": platform, "named": key})
        return
    connection.execute(KEEP.on(connection), {"platform": platform, "key": key, "value": value, "at": now})


def kept(connection: Connection, platform: str, key: str) -> str | None:
    """What was remembered."""
    return connection.execute(KEPT, {"of": platform, "named": key}).scalar_one_or_none()
