"""A community that was given a new id: its limits, wallet and jobs go with it.

What was counted under the old id stays there: jobs under way give back to the counters that they took from.
"""

from contextlib import suppress

from sqlalchemy import BindParameter, Connection, bindparam, case, exists, or_, update
from sqlalchemy.exc import IntegrityError

from bot.core.model import CommunityId
from storage.blocks import LIST
from storage.dialects import one_at_a_time
from storage.tables import blocks, jobs, limit_changes, limits, reports, wallets

_old: BindParameter[str] = bindparam("old")
_new: BindParameter[str] = bindparam("new")

JOBS = (
    update(jobs)
    .where(jobs.c.community_id == _old)
    .values(community_id=_new, crowd=case((jobs.c.crowd == _old, _new), else_=jobs.c.crowd))
)
LIMIT_CHANGES = update(limit_changes).where(limit_changes.c.community_id == _old).values(community_id=_new)
LIMITS = update(limits).where(limits.c.community_id == _old).values(community_id=_new)
WALLET = update(wallets).where(wallets.c.owner == _old).values(owner=_new)
_other = blocks.alias("other")
_STANDS = exists().where(
    _other.c.scope == _new, _other.c.kind == blocks.c.kind, _other.c.what == blocks.c.what, _other.c.lifted_at.is_(None)
)
BLOCKS = update(blocks).where(blocks.c.scope == _old, or_(blocks.c.lifted_at.is_not(None), ~_STANDS)).values(scope=_new)
BLOCKED = update(blocks).where(blocks.c.kind == "server", blocks.c.what == _old).values(what=_new)
REPORTS = update(reports).where(reports.c.community_id == _old).values(community_id=_new)


def relocate(connection: Connection, old: CommunityId, new: CommunityId) -> None:
    """Give everything of *old* to *new*; what *new* has of its own already stays as it is.

    A wallet that cannot be renamed keeps its credits under the old name: the books never mix two wallets.
    """
    ids = {"old": str(old), "new": str(new)}
    connection.execute(JOBS, ids)
    connection.execute(LIMIT_CHANGES, ids)
    one_at_a_time(connection, LIST.format(new))
    for follows in (BLOCKS, REPORTS):
        connection.execute(follows, ids)
    # The name may be taken at this very moment: only trying it tells.
    for follows_if_free in (BLOCKED, LIMITS, WALLET):
        with suppress(IntegrityError), connection.begin_nested():
            connection.execute(follows_if_free, ids)
