"""How providers are doing, and what the operator says their clips cost, with the log of who said so."""

from dataclasses import asdict, dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, bindparam, case, delete, insert, or_, select, update

from bot.core.model import PAUSED, Health, ListPrice
from storage.dialects import Upsert, one_at_a_time
from storage.instants import Instant, whole_millisecond
from storage.tables import healths, list_prices, price_changes

MOST_TROUBLE = 300
"""Characters of the last error that are kept."""


def _written(new: Any) -> dict[str, Any]:  # noqa: ANN401 - each dialect has a class of its own for it
    """Every column as it is to be written; whether a provider is paused is not for its everyday health to say."""
    columns = {column.name: new.excluded[column.name] for column in healths.columns if not column.primary_key}
    paused = or_(healths.c.why == PAUSED, new.excluded.why == PAUSED)
    return columns | {name: case((paused, healths.c[name]), else_=columns[name]) for name in ("closed_until", "why")}


HEALTHS = select(healths).order_by(healths.c.provider)
WRITE_HEALTH = Upsert(
    lambda insert: (new := insert(healths)).on_conflict_do_update(
        index_elements=[healths.c.provider], set_=_written(new)
    )
)
PAUSE = Upsert(
    lambda insert: (
        (new := insert(healths))
        .values(
            provider=bindparam("named"),
            closed_until=bindparam("until", type_=Instant),
            why=PAUSED,
            trouble="",
            told="",
        )
        .on_conflict_do_update(
            index_elements=[healths.c.provider],
            set_={name: new.excluded[name] for name in ("closed_until", "why", "told")},
            where=healths.c.why != PAUSED,
        )
        .returning(healths.c.provider)
    )
)
RESUME = (
    update(healths)
    .where(healths.c.provider == bindparam("named"), healths.c.why == PAUSED)
    .values(closed_until=None, why="")
    .returning(healths.c.provider)
)
PRICES = select(list_prices).order_by(list_prices.c.offer, list_prices.c.resolution, list_prices.c.seconds)
_this_clip = (
    list_prices.c.offer == bindparam("of"),
    list_prices.c.resolution == bindparam("in_resolution"),
    list_prices.c.seconds == bindparam("lasting"),
)
PRICE = select(list_prices.c.usd).where(*_this_clip).with_for_update()
SET_PRICE = Upsert(
    lambda insert: (new := insert(list_prices)).on_conflict_do_update(
        index_elements=[list_prices.c.offer, list_prices.c.resolution, list_prices.c.seconds],
        set_={"usd": new.excluded.usd},
    )
)
DROP_PRICE = delete(list_prices).where(*_this_clip)
LOG_PRICE = insert(price_changes)


@dataclass(frozen=True)
class Clip:
    """What has a price of its own."""

    offer: str
    resolution: str
    seconds: int


def read_healths(connection: Connection) -> dict[str, Health]:
    """Every provider's health, by its name."""
    return {row["provider"]: Health(**row) for row in connection.execute(HEALTHS).mappings()}


def write_health(connection: Connection, health: Health) -> None:
    """Write a provider's health over the earlier one."""
    row = {
        "provider": health.provider,
        "closed_until": _cut(health.closed_until),
        "why": health.why,
        "trouble": health.trouble[:MOST_TROUBLE],
        "trouble_at": _cut(health.trouble_at),
        "worked_at": _cut(health.worked_at),
        "told": health.told,
    }
    connection.execute(WRITE_HEALTH.on(connection), row)


def pause(connection: Connection, provider: str, until: datetime) -> bool:
    """Close a provider; False if it is paused already."""
    wanted = {"named": provider, "until": whole_millisecond(until)}
    return connection.execute(PAUSE.on(connection), wanted).one_or_none() is not None


def resume(connection: Connection, provider: str) -> bool:
    """Open a provider; False if it is not paused."""
    return connection.execute(RESUME, {"named": provider}).one_or_none() is not None


def _cut(instant: datetime | None) -> datetime | None:
    return None if instant is None else whole_millisecond(instant)


def prices(connection: Connection) -> tuple[ListPrice, ...]:
    """Every price that the operator has set."""
    rows = connection.execute(PRICES)
    return tuple(ListPrice(row.offer, row.resolution, row.seconds, Decimal(row.usd)) for row in rows)


def set_price(connection: Connection, price: ListPrice, actor: str, now: datetime) -> None:
    """Write a price, and who did it if it is another one than before."""
    clip = Clip(price.offer, price.resolution, price.seconds)
    one_at_a_time(connection, f"price {clip}")
    old, new = _present(connection, clip), str(price.usd)
    if old != new:
        connection.execute(SET_PRICE.on(connection), asdict(clip) | {"usd": new})
        connection.execute(LOG_PRICE, asdict(clip) | {"at": now, "actor": actor, "old_usd": old, "new_usd": new})


def drop_price(connection: Connection, clip: Clip, actor: str, now: datetime) -> bool:
    """Delete a price, and write who did it; False if there was none."""
    old = _present(connection, clip)
    if old is None:
        return False
    connection.execute(DROP_PRICE, _asked(clip))
    connection.execute(LOG_PRICE, asdict(clip) | {"at": now, "actor": actor, "old_usd": old, "new_usd": None})
    return True


def _present(connection: Connection, clip: Clip) -> str | None:
    """The price of this clip as it stands, and stays until the transaction ends."""
    return connection.execute(PRICE, _asked(clip)).scalar_one_or_none()


def _asked(clip: Clip) -> dict[str, Any]:
    return {"of": clip.offer, "in_resolution": clip.resolution, "lasting": clip.seconds}
