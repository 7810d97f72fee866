"""Lists of jobs for people and operators, and the story of one."""

from sqlalchemy import Connection, bindparam, desc, func, select

from bot.core.model import Job, JobId, State, UserId
from bot.core.store import StoryLine
from storage.rows import job_of
from storage.tables import events, jobs

NEWEST = select(jobs).order_by(desc(jobs.c.created_at), desc(jobs.c.id)).limit(bindparam("most"))
OF_USER = NEWEST.where(jobs.c.user_id == bindparam("user"))
IN_STATE = NEWEST.where(jobs.c.state == bindparam("in_state"))
BY_STATE = select(jobs.c.state, func.count().label("n")).group_by(jobs.c.state)
STORY = select(events).where(events.c.job == bindparam("of")).order_by(events.c.n)


def jobs_of(connection: Connection, user: UserId, most: int) -> list[Job]:
    """A person's jobs, newest first."""
    return [job_of(row) for row in connection.execute(OF_USER, {"user": str(user), "most": most}).mappings()]


def newest(connection: Connection, state: State | None, most: int) -> list[Job]:
    """Everybody's jobs, newest first."""
    if state is None:
        rows = connection.execute(NEWEST, {"most": most})
    else:
        rows = connection.execute(IN_STATE, {"most": most, "in_state": state.value})
    return [job_of(row) for row in rows.mappings()]


def count_by_state(connection: Connection) -> dict[State, int]:
    """How many jobs are in each state."""
    return {State(row.state): row.n for row in connection.execute(BY_STATE)}


def story(connection: Connection, id: JobId) -> list[StoryLine]:
    """Every transition of a job, in order."""
    return [StoryLine(row.at, State(row.state), row.detail) for row in connection.execute(STORY, {"of": id})]
