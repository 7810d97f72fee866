"""Who has a page of the web chat open, whichever process serves it."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, bindparam, delete, select

from bot.core.model import UserId
from storage.dialects import Upsert
from storage.rows import user_id
from storage.tables import watchers

WATCH = Upsert(
    lambda insert: (new := insert(watchers)).on_conflict_do_update(
        index_elements=[watchers.c.person], set_={"until": new.excluded.until}
    )
)
WATCHING = select(watchers.c.person).where(watchers.c.until > bindparam("now"))
DROP_OLD = delete(watchers).where(watchers.c.until <= bindparam("now"))


def watch(connection: Connection, users: Sequence[UserId], until: datetime) -> None:
    """Write down that these people look until then, or longer."""
    # In one order everywhere, so that two hosts do not wait for each other.
    for name in sorted(str(user) for user in users):
        connection.execute(WATCH.on(connection), {"person": name, "until": until})


def watching(connection: Connection, now: datetime) -> frozenset[UserId]:
    """Who looks."""
    return frozenset(user_id(row.person) for row in connection.execute(WATCHING, {"now": now}))


def drop_old(connection: Connection, now: datetime) -> None:
    """Forget who looked."""
    connection.execute(DROP_OLD, {"now": now})
