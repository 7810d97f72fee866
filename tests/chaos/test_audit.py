"""The auditor finds what is wrong: a clean record is silent, and each doctored one is named."""

from dataclasses import replace

import pytest

from tests.chaos.audit import audit, idle, left_behind
from tests.chaos.records import Attempt, Billed, JobRow, Line, Purse, Record, Shown, Wish

JOB, OTHER = "aaaaaaaaa1", "bbbbbbbbb2"
HERE, THERE = "telegram:1001", "telegram:1002"
CHARGED = f"Here is your video.\nCharged 28 credits · {JOB}"
GIVEN_BACK = f"The video service failed.\nNot charged, 28 credits given back · {OTHER}"


def delivered(**more) -> JobRow:
    usual = JobRow(
        JOB, "telegram:1001", "wish-000001", "relay", "delivered", "spent", 28, 1, "t1", 1, None, False, False, HERE
    )
    return replace(usual, **more)


def failed(**more) -> JobRow:
    usual = JobRow(
        OTHER, "telegram:1002", "wish-000002", "relay", "failed", "released", 28, 2, None, 1, "never_came", False,
        False, THERE,
    )  # fmt: skip
    return replace(usual, **more)


def shown(text=CHARGED, **more) -> Shown:
    usual = Shown(HERE, "5", text, frozenset({JOB}), clip=True, visible=True)
    return replace(usual, **more)


TOLD = shown(GIVEN_BACK, place=THERE, message="6", jobs=frozenset({OTHER}), clip=False)
GRANTS = (Line("welcome:1", 1, "grant", 100, 0, None), Line("welcome:2", 2, "grant", 100, 0, None))
SPENT = (Line(f"hold:{JOB}:1", 1, "hold", -28, 28, JOB), Line(f"end:{JOB}:1", 1, "spend", 0, -28, JOB))
RELEASED = (Line(f"hold:{OTHER}:1", 2, "hold", -28, 28, OTHER), Line(f"end:{OTHER}:1", 2, "release", 28, -28, OTHER))
CALLS = (Attempt(JOB, 1, "relay", "rendering", "t1"), Attempt(OTHER, 1, "relay", "unsure", None))
BILLS = (Billed("relay", "t1", "wish-000001", 1.0, made=True), Billed("relay", "t2", "wish-000002", 2.0, made=True))


def record(**more) -> Record:
    """One job that was delivered and charged, and one whose paid call got lost."""
    usual = Record(
        billed=BILLS,
        attempts=CALLS,
        jobs=(delivered(), failed()),
        lines=(*GRANTS, *SPENT, *RELEASED),
        purses=(Purse(1, "telegram:1001", 72, 0), Purse(2, "telegram:1002", 100, 0)),
        shown=(shown(), TOLD),
        accepted={JOB: "wish-000001", OTHER: ""},
        wishes={"telegram:1001": 1, "telegram:1002": 1},
    )
    return replace(usual, **more)


def test_a_record_in_which_all_is_right_is_silent():
    assert audit(record()) == []


def test_a_clip_that_came_through_and_was_paid_anew_to_be_sent_again_says_what_became_of_its_first_price():
    first = shown(f"Not charged, 28 credits given back · {JOB}", message="4")
    given_back = (Line(f"hold:{JOB}:1", 1, "hold", -28, 28, JOB), Line(f"end:{JOB}:1", 1, "release", 28, -28, JOB))
    anew = (Line(f"hold:{JOB}:2", 1, "hold", -28, 28, JOB), Line(f"end:{JOB}:2", 1, "spend", 0, -28, JOB))
    assert (
        audit(
            record(
                jobs=(delivered(charges=2), failed()),
                lines=(*GRANTS, *given_back, *anew, *RELEASED),
                shown=(first, shown(), TOLD),
                asked_again={JOB: 1},
            )
        )
        == []
    )


def test_a_clip_may_stand_once_where_the_bot_was_shut_out_and_once_where_it_was_not():
    assert audit(record(shown=(shown(), shown(place=THERE), TOLD), hurt=frozenset({HERE}))) == []


def test_an_ending_that_telegram_has_kept_from_before_the_clip_was_paid_for_again_is_no_contradiction():
    refused = f"Too large to be posted here.\nNot charged, 28 credits given back · {JOB}"
    before = shown(refused, message="4", clip=False)
    lines = (*GRANTS, *SPENT, *RELEASED)
    first = (Line(f"hold:{JOB}:0", 1, "hold", -28, 28, JOB), Line(f"end:{JOB}:0", 1, "release", 28, -28, JOB))
    again = replace(record(), jobs=(delivered(charges=2), failed()), lines=(*lines, *first))
    assert audit(replace(again, shown=(shown(), before, TOLD))) == []
    elsewhere = [replace(one, place="discord:7") for one in (shown(), before)]
    there = replace(again, jobs=(delivered(charges=2, place="discord:7"), failed()), shown=(*elsewhere, TOLD))
    assert any("a message says otherwise" in finding for finding in audit(there))
    assert any("a message says otherwise" in finding for finding in audit(record(shown=(shown(), before, TOLD))))


def test_a_clip_that_was_paid_for_and_could_not_be_shown_once_more_stays_paid_for():
    again = replace(record(), jobs=(delivered(state="undelivered", reason="too_large"), failed()))
    assert audit(replace(again, asked_again={JOB: 1})) == []
    assert any("was charged and is undelivered" in finding for finding in audit(again))
    never_shown = replace(again, asked_again={JOB: 1}, shown=(shown(clip=False), TOLD))
    assert any("was charged and is undelivered" in finding for finding in audit(never_shown))


@pytest.mark.parametrize(
    ("words", "doctored"),
    [
        ("belongs to two jobs", record(attempts=(CALLS[0], Attempt(OTHER, 1, "relay", "rendering", "t1")))),
        ("nobody was billed for", record(billed=BILLS[1:])),
        (
            "which was made for wish-000003",
            record(billed=(replace(BILLS[0], wish="wish-000003"), BILLS[1]), jobs=(delivered(), failed())),
        ),
        (
            "by calls that no job made",
            record(billed=(*BILLS, Billed("relay", "t3", "wish-000001", 3.0))),
        ),
        (
            "by calls that no job made",
            record(billed=(*BILLS, Billed("relay", "t3", "wish-000002", 3.0))),
        ),
        (
            "by calls that no job made",
            record(attempts=(CALLS[0], replace(CALLS[1], outcome="queued"))),
        ),
        ("by calls that no job made", record(billed=(BILLS[0], replace(BILLS[1], provider="vtrix")))),
        (
            "may have been paid for 2 times",
            record(attempts=(*CALLS, Attempt(JOB, 2, "relay", "unsure", None))),
        ),
        (
            "failed (never_came) while its clip was there",
            record(jobs=(delivered(), failed(ticket="t2")), attempts=(CALLS[0], replace(CALLS[1], ticket="t2"))),
        ),
    ],
)
def test_what_was_paid_for_and_is_nobodys_is_named(words, doctored):
    assert [finding for finding in audit(doctored) if words in finding], audit(doctored)


@pytest.mark.parametrize(
    ("words", "doctored"),
    [
        ("has not ended: rendering", record(jobs=(delivered(state="rendering", alive=True), failed()))),
        ("was never told of", record(jobs=(delivered(), failed(untold=True)))),
        ("still holds its price", record(jobs=(delivered(charge="held"), failed()))),
        ("was charged and is failed", record(jobs=(delivered(), failed(charge="spent")))),
        ("was delivered and never paid nor free", record(jobs=(delivered(charge="none"), failed()))),
        ("costs nothing and has lines", record(jobs=(delivered(), failed(charge="none")))),
        (
            "was held 1 and settled 1 + 1 times",
            record(lines=(*GRANTS, *SPENT, *RELEASED, replace(SPENT[1], kind="release", key="x"))),
        ),
        ("was charged 2 times", record(lines=(*GRANTS, *SPENT, *SPENT, *RELEASED))),
        ("is released and was charged 1 times", record(lines=(*GRANTS, *SPENT, replace(SPENT[0], job=OTHER),
                                                             replace(SPENT[1], job=OTHER)))),
        ("and has other amounts", record(lines=(*GRANTS, *SPENT, RELEASED[0], replace(RELEASED[1], held_change=-27)))),
        ("a job that does not exist", record(lines=(*GRANTS, *SPENT, *RELEASED, replace(SPENT[0], job="ccccccccc3")))),
        ("still holds 28", record(purses=(Purse(1, "telegram:1001", 72, 28), Purse(2, "telegram:1002", 100, 0)))),
        ("200 credits were given, 171 are there and 28 were spent",
         record(purses=(Purse(1, "telegram:1001", 71, 0), Purse(2, "telegram:1002", 100, 0)))),
        ("the store's own check", record(drifts=("a wallet is wrong",))),
    ],
)  # fmt: skip
def test_credits_that_do_not_add_up_are_named(words, doctored):
    assert [finding for finding in audit(doctored) if words in finding], audit(doctored)


@pytest.mark.parametrize(
    ("words", "doctored"),
    [
        ("was accepted and is not there", record(accepted={"ccccccccc3": "wish-000009"})),
        ("was accepted for wish-000002 and is for", record(accepted={JOB: "wish-000002"})),
        ("asked at most 0 times and has 1 jobs", record(wishes={"telegram:1001": 0})),
        ("no clip was ever shown", record(shown=(shown(clip=False), TOLD))),
        ("was shown elsewhere", record(shown=(shown(place="telegram:-5"), TOLD))),
        ("is no longer there", record(shown=(shown(visible=False), shown(clip=False), TOLD))),
        ("stands in 2 messages, asked for 1 times", record(shown=(shown(), shown(message="9"), TOLD))),
        (
            "stands in 2 messages, asked for 1 times",
            record(shown=(shown(), shown(message="9"), TOLD), hurt=frozenset({HERE})),
        ),
        ("stands in 2 messages, asked for 1 times", record(shown=(shown(), shown(place=THERE), TOLD))),
        ("nobody can read so", record(shown=(shown(),))),
        ("nobody can read so", record(shown=(shown(text=f"Here it comes.\n28 credits · {JOB}"), TOLD))),
        ("a message says otherwise", record(shown=(shown(), shown(text=f"Not charged · {JOB}", clip=False), TOLD))),
        (
            "a message says otherwise",
            record(shown=(shown(), TOLD, replace(TOLD, text=f"Charged 28 credits · {OTHER}", message="8"))),
        ),
        ("a letter was never answered", record(unanswered=("discord 1",))),
        (
            "its note says that it goes on",
            record(
                shown=(
                    shown(),
                    TOLD,
                    shown(f"In line.\n28 credits · {OTHER}", place="web:5", jobs=frozenset({OTHER}), clip=False),
                )
            ),
        ),
        ("came to nothing", record(wished=(Wish("wish-000009", THERE, answered=False),))),
        ("came to nothing", record(wished=(Wish("wish-000009", "discord:7", answered=False),), lost_answers=1)),
        ("the bot is still thinking", record(shown=(shown(), TOLD, shown("", message="7", clip=False, thinking=True)))),
        ("an update was never taken", record(pending=("{'update_id': 7}",))),
        ("a request of ours was wrong", record(complaints=("sendMessage: unknown field x",))),
    ],
)
def test_what_people_were_not_shown_or_told_is_named(words, doctored):
    assert [finding for finding in audit(doctored) if words in finding], audit(doctored)


@pytest.mark.parametrize(
    ("words", "doctored"),
    [
        ("is failed because of a bug", failed(reason="bug")),
        ("was cancelled (by_person), and nobody asked", failed(state="cancelled", reason="by_person")),
        ("was cancelled (None), and nobody asked", failed(state="cancelled", reason=None)),
        ("is undelivered (place_gone) at telegram:1002", failed(state="undelivered", reason="place_gone")),
        ("is undelivered (clip_gone)", failed(state="undelivered", reason="clip_gone")),
        ("is undelivered (too_large)", failed(state="undelivered", reason="too_large", place="web:5")),
    ],
)
def test_an_ending_without_its_reason_is_named(words, doctored):
    assert [finding for finding in audit(record(jobs=(delivered(), doctored))) if words in finding]


@pytest.mark.parametrize(
    ("ended", "more"),
    [
        pytest.param(failed(state="cancelled", reason="no_answer"), {}, id="a question expired"),
        pytest.param(failed(state="cancelled", reason="by_person", cancel_asked=True), {}, id="somebody asked"),
        pytest.param(failed(state="undelivered", reason="too_large"), {}, id="Telegram called it too large"),
        pytest.param(
            failed(state="undelivered", reason="place_gone"), {"hurt": frozenset({THERE})}, id="its place was shut"
        ),
        pytest.param(
            failed(state="undelivered", reason="clip_gone"), {"deleted": frozenset({OTHER})}, id="it was removed"
        ),
        pytest.param(
            failed(state="undelivered", reason="place_gone"), {"asked_again": {OTHER: 1}}, id="asked for elsewhere"
        ),
    ],
)
def test_an_ending_with_its_reason_is_not_named(ended, more):
    assert audit(record(jobs=(delivered(), ended), **more)) == []


def test_a_run_in_which_hardly_anything_was_delivered_tells_nothing():
    assert idle(record()) == []
    assert idle(record(jobs=())) == ["0 of 0 jobs were delivered: too few to tell anything"]
    many = tuple(failed(id=f"job{number:07d}") for number in range(18))
    assert idle(record(jobs=(delivered(), *many))) == ["1 of 19 jobs were delivered: too few to tell anything"]
    elsewhere = tuple(replace(job, place="discord:7") for job in (*many, failed(), failed()))
    both = record(jobs=(*elsewhere, *(delivered() for _ in range(5))))
    assert idle(both) == ["none of 20 jobs on discord was delivered"]


def test_a_long_run_in_which_an_api_had_hardly_anything_to_do_tells_nothing_of_it():
    busy = record(billed=(*BILLS, replace(BILLS[0], task="t9")), apis=("relay", "vtrix"))
    assert idle(busy, 599.0) == []
    assert idle(busy, 600.0) == ["vtrix was paid 0 times and brought 0 clips: too few to tell anything"]
    assert len(idle(replace(busy, billed=BILLS), 600.0)) == 2


def test_notes_that_are_left_behind_are_counted():
    left = shown(f"In line.\n28 credits · {OTHER}", place=THERE, message="7", jobs=frozenset({OTHER}), clip=False)
    behind = record(shown=(shown(), TOLD, left))
    assert audit(behind) == []
    assert left_behind(behind) == {"telegram": 1}
    assert left_behind(replace(behind, hurt=frozenset({THERE}))) == {"telegram, shut once": 1}


@pytest.mark.parametrize(
    "allowed",
    [
        pytest.param(record(shown=(TOLD,), hurt=frozenset({HERE})), id="nothing can be shown in a place that is shut"),
        pytest.param(record(shown=(TOLD,), deleted=frozenset({JOB})), id="the person removed the clip"),
        pytest.param(
            record(shown=(shown(), shown(message="9"), TOLD), asked_again={JOB: 1}), id="the person asked for it again"
        ),
        pytest.param(
            record(
                jobs=(delivered(), failed(state="undelivered", reason="too_large")),
                shown=(shown(), TOLD, replace(TOLD, text=f"Charged 28 credits · {OTHER}", message="8", clip=True)),
            ),
            id="a clip came through, and nobody could know",
        ),
        pytest.param(
            record(wished=(Wish("wish-000009", THERE, answered=True), Wish("wish-000002", THERE, answered=False))),
            id="a wish has an answer, or a job",
        ),
        pytest.param(
            record(wished=(Wish("wish-000009", THERE, answered=False),), lost_answers=1),
            id="an answer on Telegram may have been lost",
        ),
        pytest.param(
            record(wished=(Wish("wish-000009", "telegram:7", answered=False),), hurt=frozenset({"telegram:7"})),
            id="nobody can answer in a place that is shut",
        ),
        pytest.param(record(billed=BILLS[:1]), id="a lost call may have been lost before it arrived"),
        pytest.param(
            record(attempts=(Attempt(JOB, 1, "vtrix", "queued", None), replace(CALLS[0], n=2), CALLS[1])),
            id="a call that was refused may be made elsewhere",
        ),
    ],
)
def test_what_may_be_so_is_not_named(allowed):
    assert audit(allowed) == []
