"""Erases a person: what they said goes, what they paid stays in the books under a name that means nobody."""

import secrets
from datetime import datetime

from sqlalchemy import Connection, bindparam, case, delete, false, literal, select, true, tuple_, update

from bot.core.model import ENDED, FileName, UserId
from bot.core.store import MEMORIES_OF_JOBS
from storage.instants import Instant
from storage.rows import clip_files, picture_files
from storage.tables import (
    blocks,
    jobs,
    limit_changes,
    memories,
    messages,
    orders,
    price_changes,
    reports,
    turns,
    users,
    wallets,
)

PREFIX = "forgotten:"
"""Begins the name of everybody who asked to be forgotten."""

_ended = jobs.c.state.in_([state.value for state in sorted(ENDED)])
FILES = select(jobs.c.first_frame, jobs.c.last_frame, jobs.c.clip).where(jobs.c.user_id == bindparam("who"))
BLANK = (
    update(jobs)
    .where(jobs.c.user_id == bindparam("who"))
    .values(
        user_id=bindparam("nobody"),
        crowd=case((jobs.c.community_id.is_(None), bindparam("nobody")), else_=jobs.c.crowd),
        prompt="",
        version=jobs.c.version + 1,
        cancel_asked=case((_ended, jobs.c.cancel_asked), else_=true()),
        nudged_at=case((jobs.c.alive, bindparam("now", type_=Instant)), else_=jobs.c.nudged_at),
    )
)
# The address of a living job is needed until its person has heard how it ended; `scrub` comes back for it.
_TO_SCRUB = (
    jobs.c.user_id >= PREFIX,
    jobs.c.user_id < PREFIX[:-1] + chr(ord(PREFIX[-1]) + 1),
    jobs.c.alive == false(),
    jobs.c.place_address != "",
)
SCRUB = update(jobs).where(*_TO_SCRUB).values(place_address="", place_channel="", handle=None, result_url=None)
SCRUB_MEMORIES = tuple(
    delete(memories).where(
        tuple_(memories.c.platform, memories.c.key).in_(
            select(jobs.c.place_platform, literal(f"{kind}:") + jobs.c.id).where(*_TO_SCRUB)
        )
    )
    for kind in MEMORIES_OF_JOBS
)
RENAME = (
    update(users).where(users.c.id == bindparam("who")).values(id=bindparam("nobody"), name=""),
    update(wallets).where(wallets.c.owner == bindparam("who")).values(owner=bindparam("nobody")),
    update(limit_changes).where(limit_changes.c.actor == bindparam("who")).values(actor=bindparam("nobody")),
    update(price_changes).where(price_changes.c.actor == bindparam("who")).values(actor=bindparam("nobody")),
    update(orders).where(orders.c.actor == bindparam("who")).values(actor=bindparam("nobody")),
    update(blocks).where(blocks.c.actor == bindparam("who")).values(actor=bindparam("nobody")),
    update(blocks).where(blocks.c.lifted_by == bindparam("who")).values(lifted_by=bindparam("nobody")),
    update(reports).where(reports.c.reporter == bindparam("who")).values(reporter=bindparam("nobody"), reason=""),
)
DELETE = (
    delete(messages).where(messages.c.user_id == bindparam("who")),
    delete(turns).where(turns.c.who == bindparam("who")),
)


def forget(connection: Connection, user: UserId, now: datetime) -> tuple[list[FileName], list[FileName]]:
    """Erase the person. Returns the names of the pictures and clips that are to be deleted."""
    who = {"who": str(user)}
    renamed = who | {"nobody": PREFIX + secrets.token_hex(8)}
    rows = connection.execute(FILES, who).all()
    connection.execute(BLANK, renamed | {"now": now})
    for renaming in RENAME:
        connection.execute(renaming, renamed)
    for deletion in DELETE:
        connection.execute(deletion, who)
    scrub(connection)
    pictures = sorted({name for row in rows for name in picture_files(row.first_frame, row.last_frame)})
    return pictures, sorted({name for row in rows for name in clip_files(row.clip)})


def scrub(connection: Connection) -> None:
    """Erase where forgotten people were answered, of jobs that nobody carries any more."""
    for deletion in SCRUB_MEMORIES:
        connection.execute(deletion)
    connection.execute(SCRUB)
