"""Limits as counters: taken in the job's own transaction, each by one conditional upsert, and given back once."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import BigInteger, Boolean, Connection, bindparam, delete, or_, select, update

from bot.core.model import Cap, Count
from bot.core.store import OverLimit
from storage.dialects import Upsert
from storage.instants import Instant
from storage.tables import counters

RUNNING = "member_running"
"""The limit whose counter is given back at every ending."""

KEPT_AFTER_RESET = timedelta(days=2)
"""A counter that has reset is still kept this long, for jobs that began before and are given back after."""

_taken = counters.c.used + bindparam("amount", type_=BigInteger)
TAKE = Upsert(
    lambda insert: (
        insert(counters)
        .values(
            name=bindparam("counter"),
            used=bindparam("amount", type_=BigInteger),
            resets_at=bindparam("resets", type_=Instant),
            until_end=bindparam("running", type_=Boolean),
        )
        .on_conflict_do_update(
            index_elements=[counters.c.name],
            set_={"used": _taken},
            where=_taken <= bindparam("most", type_=BigInteger),
        )
        .returning(counters.c.used)
    )
)
USED = select(counters.c.used).where(counters.c.name == bindparam("counter"))
STANDING = select(counters.c.name, counters.c.used).where(counters.c.name.in_(bindparam("names", expanding=True)))
_amount = bindparam("amount", type_=BigInteger)
GIVE_BACK = (
    update(counters)
    .where(counters.c.name == bindparam("counter"), counters.c.used >= _amount)
    .values(used=counters.c.used - _amount)
)
DROP = delete(counters).where(or_(counters.c.used == 0, counters.c.resets_at < bindparam("before", type_=Instant)))


def counts_of(caps: Sequence[Cap]) -> tuple[Count, ...]:
    """What a job that takes *caps* has to remember; a cap without a counter only compares."""
    return tuple(Count(cap.counter, cap.amount, until_end=_until_end(cap)) for cap in _in_order(caps))


def take(connection: Connection, caps: Sequence[Cap]) -> None:
    """Take from every counter, in the order of their names so that two transactions never wait for each other.

    Raises:
        OverLimit: One of them would be passed.
    """
    for cap in caps:
        if cap.amount > cap.most:
            raise OverLimit(cap, _used(connection, cap.counter))
    for cap in _in_order(caps):
        wanted = {"counter": cap.counter, "amount": cap.amount, "most": cap.most}
        kind = {"resets": cap.resets_at, "running": _until_end(cap)}
        if connection.execute(TAKE.on(connection), wanted | kind).one_or_none() is None:
            raise OverLimit(cap, _used(connection, cap.counter))


def give_back(connection: Connection, counts: Sequence[Count]) -> None:
    """Give back what a job had taken."""
    for count in sorted(counts, key=lambda count: count.name):
        connection.execute(GIVE_BACK, {"counter": count.name, "amount": count.amount})


def used(connection: Connection, names: Sequence[str]) -> dict[str, int]:
    """How far each of these counters stands."""
    found = {row.name: row.used for row in connection.execute(STANDING, {"names": list(names)})}
    return {name: found.get(name, 0) for name in names}


def drop_old(connection: Connection, now: datetime) -> None:
    """Delete counters that say nothing any more, at nought or of a day long past: their names hold people's ids."""
    connection.execute(DROP, {"before": now - KEPT_AFTER_RESET})


def _in_order(caps: Sequence[Cap]) -> list[Cap]:
    return sorted((cap for cap in caps if cap.counter), key=lambda cap: cap.counter)


def _until_end(cap: Cap) -> bool:
    return cap.resets_at is None and cap.limit == RUNNING


def _used(connection: Connection, counter: str) -> int:
    return connection.execute(USED, {"counter": counter}).scalar_one_or_none() or 0
