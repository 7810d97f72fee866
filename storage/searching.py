"""Looks up jobs, people and communities for an operator: a page at a time, by key and never by offset."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, bindparam, desc, func, or_, select, tuple_, union

from bot.core.model import Job, JobId, State
from bot.core.oversight import Attempt, CommunityLine, JobSearch, Mark, PersonLine, ReportLine
from bot.core.store import LedgerRow
from storage.rows import community_id, job_of, user_id
from storage.tables import attempts, jobs, ledger, limits, reports, users, wallets

ESCAPE = "\\"
_newest = select(jobs).order_by(desc(jobs.c.created_at), desc(jobs.c.id))
_after = tuple_(jobs.c.created_at, jobs.c.id) < tuple_(bindparam("at", type_=jobs.c.created_at.type), bindparam("id"))
_people = (
    select(users, func.coalesce(wallets.c.balance, 0).label("balance"), func.coalesce(wallets.c.held, 0).label("held"))
    .outerjoin_from(users, wallets, wallets.c.owner == users.c.id)
    .order_by(desc(users.c.created_at), desc(users.c.id))
)
_known = union(
    select(jobs.c.community_id.label("id")).where(jobs.c.community_id.is_not(None)),
    select(limits.c.community_id.label("id")),
).subquery("known")
_communities = (
    select(
        _known.c.id,
        func.coalesce(wallets.c.balance, 0).label("balance"),
        func.coalesce(wallets.c.held, 0).label("held"),
        limits.c.community_id.label("limited"),
        select(func.count()).where(jobs.c.community_id == _known.c.id).scalar_subquery().label("jobs"),
    )
    .outerjoin_from(_known, wallets, wallets.c.owner == _known.c.id)
    .outerjoin(limits, limits.c.community_id == _known.c.id)
    .where(_known.c.id > bindparam("after"))
    .order_by(_known.c.id)
)
ATTEMPTS = select(attempts).where(attempts.c.job == bindparam("of")).order_by(attempts.c.n)
MONEY = select(ledger).where(ledger.c.key.in_(bindparam("keys", expanding=True))).order_by(ledger.c.at)

REPORTS = select(reports).order_by(desc(reports.c.at), reports.c.job, reports.c.reporter)


def find_jobs(connection: Connection, search: JobSearch, most: int) -> list[Job]:
    """Jobs that fit, newest first."""
    question = found(search)
    values = {"at": search.after.at, "id": search.after.id} if search.after else {}
    return [job_of(row) for row in connection.execute(question.limit(most), values).mappings()]


def found(search: JobSearch) -> Select[Any]:
    """The question for a search: its narrowest filter picks the index, for the others each row is looked at.

    The database knows nothing of how many jobs a filter leaves, and would go through every job of a provider to find
    the one that is `unsure`.
    """
    filters = (
        (jobs.c.user_id, search.user and str(search.user)),
        (jobs.c.community_id, search.community and str(search.community)),
        (jobs.c.state, search.state and search.state.value),
        (jobs.c.provider, search.provider),
    )
    question = _newest.where(_after) if search.after else _newest
    wanted = [(column, value) for column, value in filters if value is not None]
    for number, (column, value) in enumerate(wanted):
        question = question.where((column if number == 0 else _without_index(column)) == value)
    return question


def _without_index(column: ColumnElement[str]) -> ColumnElement[str]:
    return func.coalesce(column, "")


def find_people(connection: Connection, words: str, after: Mark | None, most: int) -> list[PersonLine]:
    """People whose name or id contains *words*, newest first."""
    question = _people
    if words:
        question = question.where(or_(_contains(users.c.id, words), _contains(users.c.name, words)))
    if after:
        question = question.where(tuple_(users.c.created_at, users.c.id) < tuple_(*_literals(after)))
    rows = connection.execute(question.limit(most))
    return [PersonLine(user_id(r.id), r.name, r.language, r.created_at, r.balance, r.held) for r in rows]


def _literals(mark: Mark) -> tuple[ColumnElement[datetime], ColumnElement[str]]:
    return (
        bindparam(None, mark.at, type_=users.c.created_at.type, unique=True),
        bindparam(None, mark.id, type_=users.c.id.type, unique=True),
    )


def _contains(column: ColumnElement[str], words: str) -> ColumnElement[bool]:
    return column.icontains(words, autoescape=True)


def find_communities(connection: Connection, words: str, after: str, most: int) -> list[CommunityLine]:
    """Communities whose id contains *words* and comes after *after*, by id."""
    question = _communities.where(_contains(_known.c.id, words)) if words else _communities
    rows = connection.execute(question.limit(most), {"after": after})
    return [CommunityLine(community_id(r.id), r.jobs, r.balance, r.held, r.limited is not None) for r in rows]


def latest_reports(connection: Connection, most: int) -> list[ReportLine]:
    """What was reported, newest first."""
    return [
        ReportLine(r.at, JobId(r.job), user_id(r.reporter), r.community_id and community_id(r.community_id), r.reason)
        for r in connection.execute(REPORTS.limit(most))
    ]


def attempts_of(connection: Connection, job: JobId) -> list[Attempt]:
    """The paid calls of a job, in order."""
    rows = connection.execute(ATTEMPTS, {"of": job})
    return [Attempt(r.n, r.offer, r.begun_at, r.outcome and State(r.outcome), r.ticket) for r in rows]


def money_of(connection: Connection, job: Job) -> list[LedgerRow]:
    """Every movement of credits for a job, in order; found by their keys, which say whose they are."""
    keys = [f"{kind}:{job.id}:{charge + 1}" for charge in range(job.charges) for kind in ("hold", "end")]
    rows = connection.execute(MONEY, {"keys": keys}).mappings()
    return sorted((LedgerRow(**row) for row in rows), key=lambda line: keys.index(line.key))
