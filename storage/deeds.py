"""What was decided by hand, gathered from the logs that each kind of decision leaves behind."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Connection, RowMapping, bindparam, desc, select, text

from bot.core.model import EVERYWHERE
from bot.core.oversight import Deed
from storage.instants import Instant
from storage.tables import BY_HAND, blocks, ledger, limit_changes, orders, price_changes, wallets

_before = bindparam("before", type_=Instant)
_most = bindparam("most", type_=BigInteger)
MOVED = (
    select(ledger.c.at, ledger.c.actor, ledger.c.kind, ledger.c.balance_change, ledger.c.reason, wallets.c.owner)
    .join(wallets)
    .where(text(BY_HAND), ledger.c.at < _before)
    .order_by(desc(ledger.c.at))
    .limit(_most)
)
LIMITED = (
    select(
        limit_changes.c.at,
        limit_changes.c.actor,
        limit_changes.c.community_id,
        limit_changes.c.limits,
        limit_changes.c.before,
    )
    .where(limit_changes.c.at < _before)
    .order_by(desc(limit_changes.c.at), desc(limit_changes.c.id))
    .limit(_most)
)
PRICED = (
    select(price_changes)
    .where(price_changes.c.at < _before)
    .order_by(desc(price_changes.c.at), desc(price_changes.c.id))
    .limit(_most)
)
ORDERED = select(orders).where(orders.c.at < _before).order_by(desc(orders.c.at), desc(orders.c.id)).limit(_most)
BLOCKED = select(blocks).where(blocks.c.at < _before).order_by(desc(blocks.c.at), desc(blocks.c.id)).limit(_most)
LIFTED = (
    select(blocks)
    .where(blocks.c.lifted_at < _before)
    .order_by(desc(blocks.c.lifted_at), desc(blocks.c.id))
    .limit(_most)
)


def deeds(connection: Connection, before: datetime, most: int) -> list[Deed]:
    """What was decided before *before*, newest first, at least *most* of it if there is as much."""
    asked = {"before": before, "most": most * 2}
    found = [
        *(_moved(row) for row in connection.execute(MOVED, asked).mappings()),
        *(_limited(row) for row in connection.execute(LIMITED, asked).mappings()),
        *(_priced(row) for row in connection.execute(PRICED, asked).mappings()),
        *(_ordered(row) for row in connection.execute(ORDERED, asked).mappings()),
        *(_blocked(row) for row in connection.execute(BLOCKED, asked).mappings()),
        *(_lifted(row) for row in connection.execute(LIFTED, asked).mappings()),
    ]
    found.sort(key=lambda deed: deed.at, reverse=True)
    # The next page begins before the last moment of this one, so a moment is shown whole.
    return [deed for deed in found if len(found) <= most or deed.at >= found[most - 1].at]


def _moved(row: RowMapping) -> Deed:
    words = f"{row['balance_change']:+,} credits" + (f": {row['reason']}" if row["reason"] else "")
    return Deed(row["at"], row["actor"], row["kind"], row["owner"], words)


def _limited(row: RowMapping) -> Deed:
    before: Mapping[str, Any] = row["before"] or {}
    changed = [
        f"{name} {_value(before[name])} → {_value(new)}" if name in before else f"{name} {_value(new)}"
        for name, new in row["limits"].items()
        if name not in before or before[name] != new
    ]
    return Deed(row["at"], row["actor"], "limits", row["community_id"], ", ".join(changed))


def _value(value: object) -> str:
    match value:
        case None | False:
            return "off"
        case True:
            return "on"
        case list():
            return "/".join(str(one) for one in value) or "none"
        case dict():
            return "/".join(f"{name}: {_value(one)}" for name, one in value.items()) or "none"
        case _:
            return str(value)


def _priced(row: RowMapping) -> Deed:
    old, new = (f"{usd} USD" if usd is not None else "the provider's own" for usd in (row["old_usd"], row["new_usd"]))
    return Deed(
        row["at"], row["actor"], "price", f"{row['offer']}, {row['seconds']} s {row['resolution']}", f"{old} → {new}"
    )


def _ordered(row: RowMapping) -> Deed:
    return Deed(row["at"], row["actor"], row["act"], row["about"], row["words"])


def _blocked(row: RowMapping) -> Deed:
    return Deed(row["at"], row["actor"], "block", row["what"], _in_list(row, row["reason"]))


def _lifted(row: RowMapping) -> Deed:
    return Deed(row["lifted_at"], row["lifted_by"], "unblock", row["what"], _in_list(row, row["lifted_why"]))


def _in_list(row: RowMapping, reason: str | None) -> str:
    where = "everywhere" if row["scope"] == str(EVERYWHERE) else f"in {row['scope']}"
    return f"{row['kind']}, {where}" + (f": {reason}" if reason else "")
