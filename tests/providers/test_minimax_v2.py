"""MiniMax's second contract: its reference's own payloads, what they cost, and what its errors mean."""

from datetime import timedelta
from decimal import Decimal

import pytest

from providers.contract import Done, Failed, FailReason, Mode, Order, Queued, Running
from providers.errors import (
    Misconfigured,
    MisconfiguredKind,
    NoSuchTicket,
    OutcomeUnknown,
    RefusalKind,
    Refused,
    TryLater,
    UnexpectedReply,
)
from providers.http import Reply
from providers.minimax_v2 import called_back, offers, to_body, to_cancelled, to_progress
from providers.minimax_v2_refusals import obstacle, submit_error
from providers.pictures import Frames

LINK = "https://video-product.cdn.minimax.io/inference_output/rollout/2026-07-27/6c68f487/output.mp4"
DOCUMENTED_T2V = {
    "model": "MiniMax-H3",
    "content": [{"type": "text", "text": "一个男孩在海边打篮球"}],
    "resolution": "2K",
    "duration": 5,
    "ratio": "16:9",
}
DOCUMENTED_TASK = {
    "id": "424010985738629",
    "model": "MiniMax-H3",
    "status": "succeeded",
    "created_at": 1785125529,
    "updated_at": 1785125946,
    "content": {"url": LINK},
    "resolution": "2K",
    "duration": 5,
    "usage": {"total_seconds": 5, "input_seconds": 0, "output_seconds": 5, "input_image_count": 0},
    "ratio": "16:9",
    "task_type": "generation",
    "modality": "video",
}
MAX = {"model": "MiniMax-H3-Max", "resolution": "480P"}
DOCUMENTED_FAILURE = {
    "id": "424010985738630",
    "model": "MiniMax-H3",
    "status": "failed",
    "error": {"code": "1026", "message": "video description contains sensitive content"},
    "created_at": 1785125529,
    "updated_at": 1785125700,
    "resolution": "2K",
    "duration": 5,
    "usage": {"total_seconds": 0, "input_seconds": 0, "output_seconds": 0, "input_image_count": 0},
    "ratio": "16:9",
    "task_type": "generation",
    "modality": "video",
}


# -------------------------------------------------------------------------------------------- what is asked


def test_the_documents_request_from_text_is_made():
    assert to_body(Order("ref", "MiniMax-H3", "一个男孩在海边打篮球", 5, "2K"), Frames()) == DOCUMENTED_T2V


def test_a_picture_takes_the_place_of_the_ratio_and_says_its_role():
    prompt = "Pull focus to the people in the background and add more steam to the ramen bowl."
    body = to_body(Order("ref", "MiniMax-H3", prompt, 5, "2K"), Frames("https://cdn.hailuoai.com/in.png"))
    assert body == {
        "model": "MiniMax-H3",
        "content": [
            {"type": "text", "text": prompt},
            {"type": "image_url", "image_url": {"url": "https://cdn.hailuoai.com/in.png"}, "role": "first_frame"},
        ],
        "resolution": "2K",
        "duration": 5,
    }


def test_first_and_last_frame_and_a_callback_are_named():
    order = Order("ref", "MiniMax-H3-Max", "a cat", 5, "480P")
    body = to_body(order, Frames("data:a", "data:b"), "https://bot.example/callbacks/x")
    assert [part.get("role") for part in body["content"]] == [None, "first_frame", "last_frame"]
    assert body["callback_url"] == "https://bot.example/callbacks/x"
    assert "ratio" not in body


# -------------------------------------------------------------------------------------------- what is answered


def test_the_documents_answer_is_done_and_says_what_it_cost():
    assert to_progress(_reply({"task": DOCUMENTED_TASK})) == Done(LINK, cost_micros=650_000)


def test_the_documents_failure_is_one_of_content():
    told = to_progress(_reply({"task": DOCUMENTED_FAILURE}))
    assert told == Failed(FailReason.CONTENT, "video description contains sensitive content")


@pytest.mark.parametrize(
    ("changes", "micros"),
    [
        ({"resolution": "768P", "usage": {"output_seconds": 6, "input_image_count": 2}}, 480_000),
        ({"resolution": "768p", "usage": {"output_seconds": "6", "input_image_count": "7"}}, 560_000),
        (MAX | {"usage": {"output_seconds": 5}}, 250_000),
        ({"model": "MiniMax-H3-Max", "usage": {"output_seconds": 5, "input_image_count": 3}}, None),
        (MAX | {"usage": {"output_seconds": 5, "input_image_count": 3}}, 324_000),
        ({"model": "MiniMax-H4"}, None),
        ({"resolution": "8K"}, None),
        ({"usage": None}, None),
        ({"usage": {}}, None),
    ],
)  # fmt: skip
def test_usage_comes_to_seconds_at_the_size_and_pictures_beyond_the_free_ones(changes, micros):
    assert to_progress(_reply({"task": DOCUMENTED_TASK | changes})) == Done(LINK, cost_micros=micros)


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        ("queued", Queued()),
        ("QUEUED", Queued()),
        ("running", Running()),
        ("percolating", Running()),
        ("cancelled", Failed(FailReason.PROVIDER, "cancelled")),
        ("expired", Failed(FailReason.PROVIDER, "expired")),
        ("failed", Failed(FailReason.PROVIDER, "failed")),
    ],
)
def test_every_status_word_is_read(status, expected):
    assert to_progress(_reply({"task": {"id": 1, "status": status, "error": None}})) == expected


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        ({"code": "1026", "message": ""}, FailReason.CONTENT),
        ({"code": 1027, "message": "output"}, FailReason.CONTENT),
        ({"code": "2013", "message": "first_frame cannot be read"}, FailReason.INPUT),
        ({"code": "1000", "message": "internal error"}, FailReason.PROVIDER),
        ({"code": None, "message": None}, FailReason.PROVIDER),
        ("the output was flagged as sensitive", FailReason.CONTENT),
        ("", FailReason.PROVIDER),
        (None, FailReason.PROVIDER),
    ],
)
def test_an_error_may_be_an_object_text_or_nothing(error, reason):
    assert to_progress(_reply({"task": DOCUMENTED_FAILURE | {"error": error}})).reason is reason


@pytest.mark.parametrize("url", [None, "", "ftp://x/y", {"url": "https://x/y"}])
def test_success_without_a_link_is_not_done(url):
    with pytest.raises(UnexpectedReply):
        to_progress(_reply({"task": DOCUMENTED_TASK | {"content": {"url": url}}}))


@pytest.mark.parametrize("body", [{}, [], None, {"task": None}, {"task": {"id": "1"}}])
def test_nonsense_is_unexpected(body):
    with pytest.raises(UnexpectedReply):
        to_progress(_reply(body))


# -------------------------------------------------------------------------------------------- errors


REFUSED = [
    (400, "invalid params, content must include a non-empty text item (prompt is required) (2013)", RefusalKind.INPUT),
    (400, "something new about your request (2999)", RefusalKind.INPUT),
    (400, "invisible characters (1042)", RefusalKind.INPUT),
    (422, "video description contains sensitive content (1026)", RefusalKind.CONTENT),
    (400, "not allowed (1026)", RefusalKind.CONTENT),
]
AT_FAULT = [
    (401, "login fail: Please carry the API secret key in the 'Authorization' field (1004)", MisconfiguredKind.KEY),
    (402, "insufficient balance (1008)", MisconfiguredKind.BALANCE),
    (402, "", MisconfiguredKind.BALANCE),
    (403, "your plan does not have this model (2061)", MisconfiguredKind.PLAN),
    (404, "page not found", MisconfiguredKind.ADDRESS),
]
UNKNOWN = [
    (500, "internal error (1000)"),
    (500, "rate limit, please retry later (1002)"),
    (529, "overloaded"),
    (504, ""),
    (400, "a time-out behind the door (1001)"),
    (408, "too slow"),
]


@pytest.mark.parametrize(("status", "message", "kind"), REFUSED)
def test_a_request_at_fault_is_refused(status, message, kind):
    error = submit_error(_refusal(status, message))
    assert isinstance(error, Refused)
    assert error.kind is kind


@pytest.mark.parametrize(("status", "message", "kind"), AT_FAULT)
def test_an_account_at_fault_is_the_operators_problem(status, message, kind):
    error = submit_error(_refusal(status, message))
    assert isinstance(error, Misconfigured)
    assert error.kind is kind


@pytest.mark.parametrize(("status", "message"), UNKNOWN)
def test_trouble_behind_the_door_leaves_the_outcome_of_a_submit_unknown(status, message):
    assert isinstance(submit_error(_refusal(status, message)), OutcomeUnknown)


@pytest.mark.parametrize(
    ("message", "asked", "waits"),
    [
        ("rate limit, please retry later (1002)", None, 60),
        ("rate limit, please retry later (1002)", 90, 90),
        ("too many requests", None, 60),
        ("request rate grew too fast (2045)", 7, 60),
    ],
)
def test_a_limit_is_waited_out_for_a_minute_at_least(message, asked, waits):
    reply = _refusal(429, message, retry_after=asked and timedelta(seconds=asked))
    for error in (submit_error(reply), obstacle(reply)):
        assert isinstance(error, TryLater)
        assert error.after == timedelta(seconds=waits)


@pytest.mark.parametrize(
    ("code", "kind"), [(1002, TryLater), ("1008", Misconfigured), (1026, Refused), (1000, OutcomeUnknown)]
)
def test_a_200_with_an_error_of_the_first_contract_is_no_success(code, kind):
    assert isinstance(submit_error(_reply({"task_id": "", "base_resp": {"status_code": code}})), kind)


def test_success_needs_no_base_resp():
    assert submit_error(_reply({"task_id": "424010985738629"})) is None


@pytest.mark.parametrize(
    ("status", "message"),
    [
        (500, "record not found (1000)"),
        (400, "invalid task_id (2013)"),
        (400, "invalid task_id"),
        (404, "task does not exist"),
    ],
)
def test_a_task_that_it_does_not_know_is_said_to_be_unknown(status, message):
    assert isinstance(obstacle(_refusal(status, message)), NoSuchTicket)


def test_a_page_that_says_not_found_says_nothing_about_tasks():
    reply = Reply(502, None, "<html>upstream not found</html>")
    assert isinstance(obstacle(reply), TryLater)


@pytest.mark.parametrize(
    ("status", "message", "kind"),
    [
        (500, "internal error (1000)", TryLater),
        (529, "overloaded", TryLater),
        (401, "login fail (1004)", Misconfigured),
        (401, "the API key was not found (1004)", Misconfigured),
        (402, "insufficient balance (1008)", Misconfigured),
        (418, "a teapot", UnexpectedReply),
    ],
)
def test_a_question_that_was_not_answered_changes_nothing(status, message, kind):
    assert isinstance(obstacle(_refusal(status, message)), kind)


# -------------------------------------------------------------------------------------------- cancelling


def test_the_documents_cancellation_is_one():
    assert to_cancelled(_reply({"task_id": "424010985738629", "action": "cancelled", "status": "cancelled"}))


def test_a_record_that_was_deleted_is_not_a_task_that_was_cancelled():
    assert not to_cancelled(_reply({"task_id": "424010985738629", "action": "deleted", "status": "deleted"}))


def test_a_task_that_is_under_way_is_not_cancelled():
    assert not to_cancelled(_refusal(400, "a running task cannot be cancelled (2013)"))


@pytest.mark.parametrize(
    ("status", "message", "kind"),
    [
        (500, "internal error (1000)", TryLater),
        (500, "record not found (1000)", NoSuchTicket),
        (400, "invalid task_id (2013)", NoSuchTicket),
        (401, "login fail (1004)", Misconfigured),
    ],
)
def test_a_cancellation_that_was_not_answered_is_no_cancellation(status, message, kind):
    with pytest.raises(kind):
        to_cancelled(_refusal(status, message))


# -------------------------------------------------------------------------------------------- callbacks and offers


@pytest.mark.parametrize(
    ("body", "id"),
    [
        (b'{"task": {"id": "424010985738629", "status": "running"}}', "424010985738629"),
        (b'{"task": {"id": 424010985738629}}', "424010985738629"),
        (b'{"id": "424010985738629", "status": "queued"}', "424010985738629"),
        (b'{"id": "424010985738629"}', ""),
        (b'{"task_id": "1", "status": "success"}', ""),
        (b"[1]", ""),
        (b"\xff\xfe", ""),
        (b"", ""),
    ],
)
def test_a_callback_names_its_task_as_an_answer_does(body, id):
    assert called_back(body) == id


def test_h3_is_offered_in_every_documented_size_and_six_seconds_at_768p_first():
    h3, fast = offers("minimax")
    assert {(shape.resolution, shape.seconds) for shape in h3.formats} == {
        (resolution, seconds) for resolution in ("768P", "2K") for seconds in range(4, 16)
    }
    assert {(shape.resolution, shape.seconds) for shape in fast.formats} == {
        (resolution, seconds) for resolution in ("480P", "768P") for seconds in range(5, 16)
    }
    for offer in (h3, fast):
        for mode in Mode:
            first = next(shape for shape in offer.formats if shape.mode is mode)
            assert (first.resolution, first.seconds, first.price_usd) == ("768P", 6, Decimal("0.48"))


def _reply(body):
    return Reply(200, body, str(body)[:500])


def _refusal(status, message, retry_after=None):
    told = {"type": "bad_request_error", "message": message, "http_code": str(status)}
    return Reply(status, {"type": "error", "error": told, "request_id": "0217"}, message, retry_after)
