"""A community that was given a new id: its limits, wallet and jobs go with it.

What was counted under the old id stays there: jobs under way give back to the counters that they took from.
"""

from sqlalchemy import BindParameter, Connection, bindparam, case, select, update

from bot.core.model import CommunityId
from storage.tables import jobs, limit_changes, limits, wallets

_old: BindParameter[str] = bindparam("old")
_new: BindParameter[str] = bindparam("new")

JOBS = (
    update(jobs)
    .where(jobs.c.community_id == _old)
    .values(community_id=_new, crowd=case((jobs.c.crowd == _old, _new), else_=jobs.c.crowd))
)
LIMIT_CHANGES = update(limit_changes).where(limit_changes.c.community_id == _old).values(community_id=_new)
LIMITS = update(limits).where(limits.c.community_id == _old).values(community_id=_new)
HAS_LIMITS = select(limits.c.community_id).where(limits.c.community_id == _new)
WALLET = update(wallets).where(wallets.c.owner == _old).values(owner=_new)
HAS_WALLET = select(wallets.c.id).where(wallets.c.owner == _new)


def relocate(connection: Connection, old: CommunityId, new: CommunityId) -> None:
    """Give everything of *old* to *new*; what *new* has of its own already stays as it is.

    A wallet that cannot be renamed keeps its credits under the old name: the books never mix two wallets.
    """
    ids = {"old": str(old), "new": str(new)}
    connection.execute(JOBS, ids)
    connection.execute(LIMIT_CHANGES, ids)
    if connection.execute(HAS_LIMITS, ids).one_or_none() is None:
        connection.execute(LIMITS, ids)
    if connection.execute(HAS_WALLET, ids).one_or_none() is None:
        connection.execute(WALLET, ids)
