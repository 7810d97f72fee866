"""What a job went through has to explain how it ended: an honest story is silent, and a doctored one is named."""

from dataclasses import replace

import pytest

from tests.chaos.audit import audit, idle
from tests.chaos.records import Step, Told
from tests.chaos.stories import cancelled_although_made
from tests.chaos.test_audit import BILLS, CALLS, GRANTS, JOB, OTHER, SPENT, TOLD, delivered, failed, record, shown
from tests.chaos.truth import job_in

DEADLINE = 100.0
FREE = delivered(charge="released", deadline=DEADLINE)
GIVEN_BACK = (*SPENT[:1], replace(SPENT[1], kind="release", balance_change=28))
WAY = ("queued", "submitting", "rendering", "fetching", "delivering", "delivered")
NAMED = Told("relay", "t2", OTHER, at=50.0)


def story(*states: str, at: float = 10.0) -> tuple[Step, ...]:
    return tuple(Step(at, state) for state in states)


def free(*steps: Step):
    """A delivered job that was charged nothing, on this way."""
    purses = tuple(replace(purse, balance=100) for purse in record().purses)
    return record(
        jobs=(FREE, failed()),
        lines=(*GRANTS, *GIVEN_BACK, *record().lines[-2:]),
        purses=purses,
        shown=(shown(f"Here is your video.\nNot charged · {JOB}"), TOLD),
        stories={JOB: steps},
    )


def told(*steps: Step, **more):
    """A job that was told of its lost task, on this way."""
    return record(told=(NAMED,), stories={OTHER: steps}, **more)


def cancelled(*steps: Step, **more):
    """A job that was cancelled on this way, and whose clip was there."""
    gone = failed(state="cancelled", reason="by_person", cancel_asked=True, ticket="t2")
    calls = (CALLS[0], replace(CALLS[1], outcome="rendering", ticket="t2"))
    return record(jobs=(delivered(), gone), attempts=calls, stories={OTHER: steps}, **more)


@pytest.mark.parametrize(
    ("words", "doctored"),
    [
        ("was delivered for nothing (released)", free(*story(*WAY))),
        ("although its credits had to go back", record(stories={JOB: story("submitting", "unsure", *WAY[2:])})),
        ("although its credits had to go back", record(stories={JOB: story(*WAY[:3], "overdue", *WAY[3:])})),
        ("was told of its task relay t2, and has it not", told(*story("submitting", "unsure"))),
        (
            "was told of its task relay t2, and has it not",
            told(*story("submitting", "unsure"), *story("failed", at=60.0)),
        ),
        (
            "was cancelled, and relay has made t2 all the same",
            cancelled(*story("submitting", "rendering", "rendering", "cancelled")),
        ),
    ],
)
def test_an_ending_that_its_story_does_not_explain_is_named(words, doctored):
    assert [finding for finding in audit(doctored) if words in finding], audit(doctored)


@pytest.mark.parametrize(
    "honest",
    [
        pytest.param(free(*story("submitting", "unsure", *WAY[2:])), id="its paid call's answer was lost"),
        pytest.param(free(*story(*WAY[:3], "overdue", *WAY[3:])), id="it was overdue"),
        pytest.param(free(*story(*WAY[:4]), *story(*WAY[4:], at=DEADLINE)), id="it came home too late"),
        pytest.param(record(stories={JOB: story(*WAY)}), id="it was paid for"),
        pytest.param(
            told(*story("submitting", "unsure"), attempts=(CALLS[0], replace(CALLS[1], ticket="t2"))), id="it took it"
        ),
        pytest.param(told(*story("submitting", "unsure", "failed")), id="its day was over before"),
        pytest.param(
            told(
                *story("submitting", "unsure"), *story("cancelled", at=60.0),
                jobs=(delivered(), failed(state="cancelled", reason="by_person", cancel_asked=True)),
            ),
            id="its person did not want it any more",
        ),
        pytest.param(cancelled(*story("rendering", "overdue", "cancelled")), id="cancelled when it was free"),
        pytest.param(
            cancelled(*story("rendering", "cancelled"), billed=(BILLS[0], replace(BILLS[1], denied=True))),
            id="its API denied the task",
        ),
        pytest.param(
            cancelled(*story("rendering", "cancelled"), billed=(BILLS[0], replace(BILLS[1], made=False))),
            id="its API stopped",
        ),
    ],
)  # fmt: skip
def test_an_ending_that_its_story_explains_is_not_named(honest):
    assert audit(honest) == []


def test_clips_that_were_made_for_nobody_are_counted_by_where_their_jobs_were_cancelled():
    assert cancelled_although_made(cancelled(*story("rendering", "overdue", "cancelled"))) == {"overdue": 1}
    assert cancelled_although_made(record()) == {}


def test_a_run_in_which_nobody_paid_for_a_clip_tells_nothing():
    assert idle(free()) == ["none of 1 delivered jobs was paid for"]


def test_an_address_that_is_called_back_says_whose_it_is():
    assert job_in("http://127.0.0.1:1/callbacks/relay/YWFhYWFhYWFhMQ.6a.c2lnbmVk") == JOB
