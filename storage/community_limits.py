"""What each community allows itself, and the log of who changed it."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, insert, select

from bot.core.model import CommunityId, LimitSet
from storage.dialects import Upsert
from storage.tables import limit_changes, limits

ONE = select(limits).where(limits.c.community_id == bindparam("community"))
SET = Upsert(
    lambda insert: (new := insert(limits)).on_conflict_do_update(
        index_elements=[limits.c.community_id],
        set_={column.name: new.excluded[column.name] for column in limits.columns if not column.primary_key},
    )
)
LOG = insert(limit_changes)


def limits_of(connection: Connection, community: CommunityId) -> LimitSet:
    """The community's limits, or the ones that hold until somebody sets any."""
    row = connection.execute(ONE, {"community": str(community)}).mappings().one_or_none()
    if row is None:
        return LimitSet()
    return LimitSet(
        member_daily=row["member_daily"],
        server_daily=row["server_daily"],
        server_monthly=row["server_monthly"],
        member_running=row["member_running"],
        per_video=row["per_video"],
        models=_allowed(row["models"]),
        channels=_allowed(row["channels"]),
    )


def set_limits(connection: Connection, community: CommunityId, wanted: LimitSet, actor: str, now: datetime) -> None:
    """Write all limits at once, and who did it."""
    columns = _columns(wanted)
    connection.execute(SET.on(connection), {"community_id": str(community), **columns})
    change = {"community_id": str(community), "at": now, "actor": actor, "limits": columns}
    connection.execute(LOG, change)


def _allowed(names: list[str] | None) -> frozenset[str] | None:
    return None if names is None else frozenset(names)


def _columns(wanted: LimitSet) -> dict[str, Any]:
    return {
        "member_daily": wanted.member_daily,
        "server_daily": wanted.server_daily,
        "server_monthly": wanted.server_monthly,
        "member_running": wanted.member_running,
        "per_video": wanted.per_video,
        "models": None if wanted.models is None else sorted(wanted.models),
        "channels": None if wanted.channels is None else sorted(wanted.channels),
    }
