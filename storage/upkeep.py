"""Keeping house: which files nobody needs any more, and which rows say nothing any more."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, RowMapping, bindparam, false, or_, select, update

from bot.core.model import FileName
from storage import blocks, counters, forgetting, inbox
from storage.instants import Instant
from storage.rows import clip_files, picture_files
from storage.tables import jobs

GIVEN_OUT_FOR = timedelta(days=1)
"""Names are given out again for this long: a crash before their deletion leaves no file behind for ever."""

LETTERS_KEPT = timedelta(days=3)
"""Longer than any chat delivers the same message again (Telegram keeps updates for a day)."""

_files = select(jobs.c.first_frame, jobs.c.last_frame, jobs.c.clip)
_over = (jobs.c.has_files, jobs.c.alive == false(), jobs.c.ended_at < bindparam("before", type_=Instant))
OVER = _files.where(*_over)
KNOWN = _files.where(jobs.c.has_files)
NEEDED = _files.where(jobs.c.has_files, or_(jobs.c.alive, jobs.c.ended_at >= bindparam("before", type_=Instant)))
GIVE_OUT = update(jobs).where(*_over, jobs.c.swept_at.is_(None)).values(swept_at=bindparam("now", type_=Instant))
LET_GO = (
    update(jobs)
    .where(jobs.c.has_files, jobs.c.alive == false(), jobs.c.swept_at < bindparam("given_before", type_=Instant))
    .values(has_files=false())
)


@dataclass(frozen=True, slots=True)
class Names:
    """Names of files: pictures, and clips with their thumbnails."""

    pictures: list[FileName]
    clips: list[FileName]


def expired(connection: Connection, before: datetime) -> Names:
    """What only jobs that ended before *before* had; a picture that a later job uses again stays."""
    over = connection.execute(OVER, {"before": before}).mappings().all()
    if not over:
        return Names([], [])
    needed = connection.execute(NEEDED, {"before": before}).mappings().all()
    return Names(sorted(_pictures(over) - _pictures(needed)), sorted(_clips(over) - _clips(needed)))


def known(connection: Connection) -> Names:
    """What any job still has."""
    rows = connection.execute(KNOWN).mappings().all()
    return Names(sorted(_pictures(rows)), sorted(_clips(rows)))


def tidy(connection: Connection, before: datetime, now: datetime) -> None:
    """Write down that the files of jobs that ended before *before* were given out, and drop what says nothing."""
    connection.execute(LET_GO, {"given_before": now - GIVEN_OUT_FOR})
    connection.execute(GIVE_OUT, {"before": before, "now": now})
    counters.drop_old(connection, now)
    forgetting.scrub(connection)
    inbox.forget_done(connection, now - LETTERS_KEPT)
    blocks.drop_old(connection, now)


def _pictures(rows: Iterable[RowMapping]) -> set[FileName]:
    return {name for row in rows for name in picture_files(row["first_frame"], row["last_frame"])}


def _clips(rows: Iterable[RowMapping]) -> set[FileName]:
    return {name for row in rows for name in clip_files(row["clip"])}
