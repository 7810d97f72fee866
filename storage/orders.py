"""What operators order that leaves no log elsewhere: written down together with what it does."""

from collections.abc import Callable
from typing import TypeVar

from sqlalchemy import Connection, insert

from bot.core.oversight import Deed
from storage.tables import orders

T = TypeVar("T")
LOG_ORDER = insert(orders)


def logged(work: Callable[[Connection], T], order: Deed | None) -> Callable[[Connection], T]:
    """Do *work*, and write *order* into the log unless it came to nothing (False, None)."""

    def both(connection: Connection) -> T:
        done = work(connection)
        if done and order is not None:
            row = {"at": order.at, "actor": order.actor, "act": order.act, "about": order.about, "words": order.words}
            connection.execute(LOG_ORDER, row)
        return done

    return both
