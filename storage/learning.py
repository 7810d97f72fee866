"""How long each offer takes, remembered for the next estimate."""

from datetime import datetime

from sqlalchemy import Connection, bindparam, delete, desc, insert, select

from storage.tables import durations

MOST = 200
"""Durations kept for each offer."""

ADD = insert(durations)
NEWEST = (
    select(durations.c.seconds)
    .where(durations.c.offer == bindparam("of"))
    .order_by(desc(durations.c.id))
    .limit(bindparam("most"))
)
_first_too_old = (
    select(durations.c.id)
    .where(durations.c.offer == bindparam("of"))
    .order_by(desc(durations.c.id))
    .offset(bindparam("most"))
    .limit(1)
    .scalar_subquery()
)
DROP = delete(durations).where(durations.c.offer == bindparam("of"), durations.c.id <= _first_too_old)


def learn(connection: Connection, offer: str, seconds: float, now: datetime) -> None:
    """Add one duration and let go of the oldest."""
    connection.execute(ADD, {"offer": offer, "seconds": seconds, "at": now})
    connection.execute(DROP, {"of": offer, "most": MOST})


def recent(connection: Connection, offer: str) -> tuple[float, ...]:
    """The most recent durations in seconds, newest first."""
    return tuple(connection.execute(NEWEST, {"of": offer, "most": MOST}).scalars())
