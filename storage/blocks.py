"""What is blocked and who blocked it, wishes that were refused for their content, and reports."""

from datetime import datetime, timedelta

from sqlalchemy import Connection, bindparam, delete, func, select, text, update

from bot.core.blocks import Ban, Block, BlockKind, Report
from bot.core.cooling import LOOK_BACK
from bot.core.model import CommunityId, Job, JobId, UserId
from storage.dialects import Upsert, one_at_a_time
from storage.instants import Instant
from storage.tables import STANDING, blocks, rejections, reports

LIST = "blocks of {}"
"""What a list of blocks is called while it is written."""
REPORTS_KEPT = timedelta(days=90)
"""Time enough for an operator to look."""

_this = (
    blocks.c.scope == bindparam("of"),
    blocks.c.kind == bindparam("sort"),
    blocks.c.what == bindparam("named"),
    text(STANDING),
)
BLOCK = Upsert(
    lambda insert: (
        insert(blocks)
        .on_conflict_do_nothing(
            index_elements=[blocks.c.scope, blocks.c.kind, blocks.c.what], index_where=text(STANDING)
        )
        .returning(blocks.c.id)
    )
)
UNBLOCK = (
    update(blocks)
    .where(*_this)
    .values(lifted_at=bindparam("now", type_=Instant), lifted_by=bindparam("by"), lifted_why=bindparam("because"))
    .returning(blocks.c.id)
)
ALL_STANDING = select(blocks).where(text(STANDING))
STANDING_OF = ALL_STANDING.where(blocks.c.scope == bindparam("of"))
REJECTED = Upsert(lambda insert: insert(rejections).on_conflict_do_nothing())
REJECTIONS = (
    select(rejections.c.at)
    .where(rejections.c.user_id == bindparam("whose"), rejections.c.at >= bindparam("since", type_=Instant))
    .order_by(rejections.c.at)
)
REPORTERS = select(func.count()).where(reports.c.job == bindparam("of"), reports.c.community_id == bindparam("by"))
DROP_REJECTIONS = delete(rejections).where(rejections.c.at < bindparam("before", type_=Instant))
REPORT = Upsert(lambda insert: insert(reports).on_conflict_do_nothing().returning(reports.c.job))
REPORTED = select(func.count()).where(
    reports.c.reporter == bindparam("whose"), reports.c.at >= bindparam("since", type_=Instant)
)
DROP_REPORTS = delete(reports).where(reports.c.at < bindparam("before", type_=Instant))


def block(connection: Connection, ban: Ban, actor: str, reason: str, now: datetime) -> bool:
    """Put an entry into its list; False if it stands there."""
    one_at_a_time(connection, LIST.format(ban.scope))
    row = {
        "scope": str(ban.scope), "kind": ban.kind.value, "what": ban.what, "at": now, "actor": actor, "reason": reason,
    }  # fmt: skip
    return connection.execute(BLOCK.on(connection), row).one_or_none() is not None


def unblock(connection: Connection, ban: Ban, actor: str, reason: str, now: datetime) -> bool:
    """Lift an entry; False if it does not stand."""
    asked = {"of": str(ban.scope), "sort": ban.kind.value, "named": ban.what, "now": now, "by": actor}
    asked |= {"because": reason}
    return connection.execute(UNBLOCK, asked).one_or_none() is not None


def standing(connection: Connection, scope: CommunityId | None) -> list[Block]:
    """What stands in one list, or in all of them."""
    rows = connection.execute(ALL_STANDING) if scope is None else connection.execute(STANDING_OF, {"of": str(scope)})
    return [
        Block(Ban(_scope(row.scope), BlockKind(row.kind), row.what), row.actor, row.reason, row.at)
        for row in sorted(rows, key=lambda row: (row.scope, row.id))
    ]


def _scope(written: str) -> CommunityId:
    platform, _, own = written.partition(":")
    return CommunityId(platform, own)


def note_rejection(connection: Connection, job: Job, now: datetime) -> None:
    """Write down that a service refused a wish for its content, once per job."""
    connection.execute(REJECTED.on(connection), {"job": job.id, "user_id": str(job.user), "at": now})


def rejections_of(connection: Connection, user: UserId, since: datetime) -> list[datetime]:
    """When a person's wishes were refused, oldest first."""
    return list(connection.execute(REJECTIONS, {"whose": str(user), "since": since}).scalars())


def report(connection: Connection, made: Report, now: datetime) -> bool:
    """Keep a report; False if this person has reported this job before."""
    row = {
        "job": made.job,
        "reporter": str(made.reporter),
        "community_id": str(made.community) if made.community else None,
        "at": now,
        "reason": made.reason,
    }
    return connection.execute(REPORT.on(connection), row).one_or_none() is not None


def reports_of(connection: Connection, job: JobId, community: CommunityId) -> int:
    """How many people have reported a job as one that this community can see."""
    return connection.execute(REPORTERS, {"of": job, "by": str(community)}).scalar_one()


def reports_since(connection: Connection, reporter: UserId, since: datetime) -> int:
    """How many jobs a person has reported lately."""
    return connection.execute(REPORTED, {"whose": str(reporter), "since": since}).scalar_one()


def drop_old(connection: Connection, now: datetime) -> None:
    """Drop rejections and reports that say nothing any more."""
    connection.execute(DROP_REJECTIONS, {"before": now - LOOK_BACK})
    connection.execute(DROP_REPORTS, {"before": now - REPORTS_KEPT})
