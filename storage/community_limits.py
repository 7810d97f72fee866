"""What each community allows itself, and the log of who changed it."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, bindparam, desc, insert, select

from bot.core.model import AgeRule, CommunityId, LimitChange, LimitSet
from storage.dialects import Upsert
from storage.tables import limit_changes, limits

ONE = select(limits).where(limits.c.community_id == bindparam("community"))
SET = Upsert(
    lambda insert: (new := insert(limits)).on_conflict_do_update(
        index_elements=[limits.c.community_id],
        set_={column.name: new.excluded[column.name] for column in limits.columns if not column.primary_key},
    )
)
# A row that is there is written as it is: so it stays until the transaction ends, and is found under its name.
OPEN = Upsert(
    lambda insert: (
        (new := insert(limits))
        .on_conflict_do_update(index_elements=[limits.c.community_id], set_={"community_id": new.excluded.community_id})
        .returning(limits)
    )
)
LOG = insert(limit_changes)
CHANGES = (
    select(limit_changes)
    .where(limit_changes.c.community_id == bindparam("community"))
    .order_by(desc(limit_changes.c.at), desc(limit_changes.c.id))
    .limit(bindparam("most"))
)


def limits_of(connection: Connection, community: CommunityId) -> LimitSet:
    """The community's limits, or the ones that hold until somebody sets any."""
    row = connection.execute(ONE, {"community": str(community)}).mappings().one_or_none()
    return LimitSet.at_first(community) if row is None else _limits(row)


def change(
    connection: Connection,
    community: CommunityId,
    changed: Callable[[LimitSet], LimitSet],
    by: tuple[str, datetime],
) -> LimitChange:
    """Make the limits what *changed* makes of them; write who did it when, and what held before, if it differs."""
    (actor, now), old = by, _locked(connection, community)
    done = LimitChange(now, actor, old, changed(old))
    if done.new != old:
        who, columns = {"community_id": str(community)}, _columns(done.new)
        connection.execute(SET.on(connection), who | columns)
        connection.execute(LOG, who | {"at": now, "actor": actor, "limits": columns, "before": _columns(old)})
    return done


def _locked(connection: Connection, community: CommunityId) -> LimitSet:
    """The limits as they are and stay until the transaction ends, written down even where nobody has set any yet."""
    first = {"community_id": str(community), **_columns(LimitSet.at_first(community))}
    return _limits(connection.execute(OPEN.on(connection), first).mappings().one())


def changes(connection: Connection, community: CommunityId, most: int) -> list[LimitChange]:
    """Who changed the community's limits, newest first."""
    rows = connection.execute(CHANGES, {"community": str(community), "most": most})
    return [LimitChange(row.at, row.actor, row.before and _limits(row.before), _limits(row.limits)) for row in rows]


def _limits(columns: Mapping[str, Any] | RowMapping) -> LimitSet:
    """Read a row, or a line of the log, which may be older than some of the columns."""
    return LimitSet(
        member_daily=columns["member_daily"],
        server_daily=columns["server_daily"],
        server_monthly=columns["server_monthly"],
        member_running=columns["member_running"],
        per_video=columns["per_video"],
        models=_allowed(columns["models"]),
        channels=_allowed(columns["channels"]),
        pool=bool(columns.get("pool")),
        members=columns.get("members") or {},
        roles=columns.get("roles") or {},
        age_restricted=AgeRule(columns.get("age_restricted") or AgeRule.ANY),
        spoiler=bool(columns.get("spoiler")),
    )


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
        "pool": wanted.pool,
        "members": dict(wanted.members),
        "roles": dict(wanted.roles),
        "age_restricted": wanted.age_restricted.value,
        "spoiler": wanted.spoiler,
    }
