"""Keeping house: which files nobody needs any more, and which words and rows are not kept any longer."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import (
    Connection,
    RowMapping,
    and_,
    bindparam,
    delete,
    false,
    func,
    literal,
    or_,
    select,
    tuple_,
    update,
)

from bot.core.model import FileName
from bot.core.store import MEMORIES_OF_JOBS
from storage import blocks, counters, forgetting, inbox, watchers
from storage.instants import EPOCH, Instant, to_milliseconds
from storage.rows import clip_files, picture_files
from storage.tables import jobs, memories, messages

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

MARK = ("bot", "words erased until")
"""Up to when words were erased: a round looks only at what has ended since, not at a million jobs of long ago."""
MARK_BACK = timedelta(days=1)
"""A round looks this much further back, for clocks of several hosts, and for one that was set back."""
_since = bindparam("since", type_=Instant)
_before = bindparam("before", type_=Instant)
_faded = and_(jobs.c.ended_at >= _since, jobs.c.ended_at < _before, jobs.c.alive == false())
ERASE_WORDS = (
    update(jobs)
    .where(_faded, or_(jobs.c.prompt != "", jobs.c.result_url.is_not(None)))
    .values(prompt="", result_url=None)
)
_needed_jobs = select(jobs.c.id).where(or_(jobs.c.alive, jobs.c.ended_at >= _before))
ERASE_MESSAGES = delete(messages).where(
    messages.c.at < _before, or_(messages.c.job.is_(None), messages.c.job.not_in(_needed_jobs))
)
ERASE_MEMORIES = tuple(
    delete(memories).where(
        tuple_(memories.c.platform, memories.c.key).in_(
            select(jobs.c.place_platform, literal(f"{kind}:") + jobs.c.id).where(_faded)
        )
    )
    for kind in MEMORIES_OF_JOBS
)
LINGERING = select(func.min(jobs.c.ended_at, type_=Instant)).where(jobs.c.alive)


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
    watchers.drop_old(connection, now)
    _erase_words(connection, before, now)


def _erase_words(connection: Connection, before: datetime, now: datetime) -> None:
    """Erase what was said for jobs that ended before *before*, and what chats remember of them."""
    mark = inbox.kept(connection, *MARK)
    since = EPOCH if mark is None else EPOCH + timedelta(milliseconds=int(mark)) - MARK_BACK
    for erasing in (ERASE_WORDS, *ERASE_MEMORIES):
        connection.execute(erasing, {"since": since, "before": before})
    connection.execute(ERASE_MESSAGES, {"before": before})
    # A job whose ending nobody could be told of yet keeps its words: the next rounds begin with it.
    lingering = connection.execute(LINGERING).scalar_one()
    until = before if lingering is None else min(before, lingering)
    inbox.keep(connection, *MARK, str(to_milliseconds(until)), now)


def _pictures(rows: Iterable[RowMapping]) -> set[FileName]:
    return {name for row in rows for name in picture_files(row["first_frame"], row["last_frame"])}


def _clips(rows: Iterable[RowMapping]) -> set[FileName]:
    return {name for row in rows for name in clip_files(row["clip"])}
