"""With a million finished jobs, everyday questions still look only at the few rows they are about."""

import pytest
from sqlalchemy import SelectBase, event

from storage import admission, upkeep
from tests.storage.everyday import ASKED, EVERYDAY, MOMENT

BOUNDS = ("given_before", "since", "before")


async def plan_of(database, statement):
    """The steps that SQLite takes when the statement is really run."""
    steps = []

    def explain(_connection, cursor, sql, parameters, *_):
        cursor.execute(f"EXPLAIN QUERY PLAN {sql}", parameters)
        steps.extend(row[3] for row in cursor.fetchall())

    def ask(connection):
        event.listen(connection, "before_cursor_execute", explain)
        asked = {name: MOMENT for name in statement.compile().params if name in BOUNDS}
        connection.execute(statement, ASKED if isinstance(statement, SelectBase) else asked)

    await database.tx(ask)
    return steps


@pytest.mark.parametrize("question", EVERYDAY)
async def test_an_everyday_question_reads_no_whole_table(database, question):
    steps = await plan_of(database, EVERYDAY[question])
    whole = [step for step in steps if step.startswith("SCAN") and "INDEX" not in step]
    assert steps
    assert whole == []
    assert not [step for step in steps if "TEMP B-TREE FOR ORDER BY" in step]


@pytest.mark.parametrize("erasing", [upkeep.ERASE_WORDS, *upkeep.ERASE_MEMORIES, upkeep.LINGERING])
async def test_words_are_erased_by_looking_only_at_what_ended_since_the_last_round(database, erasing):
    steps = await plan_of(database, erasing)
    assert [step for step in steps if "jobs" in step and ("ix_jobs_ended" in step or "ix_jobs_alive" in step)]
    assert not [step for step in steps if step.startswith("SCAN jobs") and "INDEX" not in step]


@pytest.mark.parametrize("question", [admission.POSITIONS, admission.NEXT])
async def test_the_queue_is_made_from_the_waiting_and_the_running_alone(database, question):
    steps = await plan_of(database, question)
    assert {step.split(" INDEX ")[1].split()[0] for step in steps if " jobs " in step} == {
        "ix_jobs_waiting",
        "ix_jobs_seated",
    }
