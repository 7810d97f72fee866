"""With a million finished jobs, everyday questions still look only at the few rows they are about."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import SelectBase, event

from storage import (
    admission,
    blocks,
    calls,
    forgetting,
    inbox,
    jobs,
    learning,
    listing,
    messages,
    money,
    outside,
    providers,
    upkeep,
)

EVERYDAY = {
    "a job by its id": jobs.ONE,
    "a job by its message": jobs.BY_KEY,
    "every living job": jobs.SEIZE_ALL,
    "a person's jobs": listing.OF_USER,
    "the newest jobs": listing.NEWEST,
    "the newest jobs in a state": listing.IN_STATE,
    "a job's story": listing.STORY,
    "jobs nudged lately": outside.NUDGED,
    "whether somebody waits": admission.SOMEBODY_WAITS,
    "who waits": admission.WAITERS,
    "what is under way": admission.UNDER_WAY,
    "calls of the last minute": admission.BEGUN,
    "a wallet by its owner": money.BY_OWNER,
    "the newest lines of a wallet": money.NEWEST,
    "durations of an offer": learning.NEWEST,
    "a conversation": messages.NEWEST,
    "paid calls around a lost one": calls.NEIGHBOURS,
    "whose a ticket is": calls.BROUGHT,
    "letters that wait": inbox.WAITING,
    "what a chat remembers": inbox.KEPT,
    "the price of a clip": providers.PRICE,
    "what is blocked in a community": blocks.STANDING_OF,
    "when a person was refused": blocks.REJECTIONS,
    "what a person reported": blocks.REPORTED,
    "files nobody needs": upkeep.OVER,
    "files given out before": upkeep.LET_GO,
    "files that a job still has": upkeep.KNOWN,
    "forgotten people's jobs": forgetting.SCRUB,
}

MOMENT = datetime(2026, 11, 21, tzinfo=UTC)
ASKED = {
    **dict.fromkeys(("job", "draft_key", "user", "in_state", "whose", "of", "at", "named", "in_resolution"), "x"),
    **dict.fromkeys(("since", "until", "now", "before", "given_before"), MOMENT),
    "providers": ["a", "b"],
    **dict.fromkeys(("most", "number", "lasting"), 1),
}


async def plan_of(database, statement):
    """The steps that SQLite takes when the statement is really run."""
    steps = []

    def explain(_connection, cursor, sql, parameters, *_):
        cursor.execute(f"EXPLAIN QUERY PLAN {sql}", parameters)
        steps.extend(row[3] for row in cursor.fetchall())

    def ask(connection):
        event.listen(connection, "before_cursor_execute", explain)
        connection.execute(statement, ASKED if isinstance(statement, SelectBase) else {"given_before": MOMENT})

    await database.tx(ask)
    return steps


@pytest.mark.parametrize("question", EVERYDAY)
async def test_an_everyday_question_reads_no_whole_table(database, question):
    steps = await plan_of(database, EVERYDAY[question])
    whole = [step for step in steps if step.startswith("SCAN") and "INDEX" not in step]
    assert steps
    assert whole == []
    assert not [step for step in steps if "TEMP B-TREE FOR ORDER BY" in step]


@pytest.mark.parametrize("question", [admission.POSITIONS, admission.NEXT])
async def test_the_queue_is_made_from_the_waiting_and_the_running_alone(database, question):
    steps = await plan_of(database, question)
    assert {step.split(" INDEX ")[1].split()[0] for step in steps if " jobs " in step} == {
        "ix_jobs_waiting",
        "ix_jobs_seated",
    }
