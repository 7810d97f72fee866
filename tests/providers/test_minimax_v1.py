"""MiniMax's v1 without any I/O: its documents' own payloads, every code, and every variant that was seen."""

import json
from datetime import timedelta
from decimal import Decimal

import pytest

from providers import minimax_codes
from providers.contract import (
    CAMERA_MOVES,
    Done,
    Failed,
    FailReason,
    Mode,
    News,
    Order,
    Picture,
    Queued,
    Running,
    Ticket,
)
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
from providers.minimax_models import MODELS, offers
from providers.minimax_v1 import (
    Dialect,
    Made,
    bought,
    key_held,
    obstacle,
    read_callback,
    submit_error,
    to_body,
    to_link,
    to_progress,
)
from providers.pictures import Frames
from tests.contracts.provider import order_for
from tests.fakes.apis.minimax_v1 import FakeMinimaxV1

SUBMITTED = {"task_id": "106916112212032", "base_resp": {"status_code": 0, "status_msg": "success"}}
QUERIED = {
    "task_id": "176843862716480",
    "status": "Success",
    "file_id": "176844028768320",
    "video_width": 1366,
    "video_height": 768,
    "base_resp": {"status_code": 0, "status_msg": "success"},
}
RETRIEVED = {
    "file": {
        "file_id": 176844028768320,
        "bytes": 0,
        "created_at": 1700469398,
        "filename": "output_aigc.mp4",
        "purpose": "video_generation",
        "download_url": "https://video-product.cdn.minimax.io/inference_output/video/2026-01-01/output.mp4?Expires=1",
    },
    "base_resp": {"status_code": 0, "status_msg": "success"},
}
URL = RETRIEVED["file"]["download_url"]
BUSY = [1002, 1039, 1041, 2045]
ACCOUNT = [
    (1004, MisconfiguredKind.KEY),
    (2038, MisconfiguredKind.KEY),
    (2049, MisconfiguredKind.KEY),
    (2061, MisconfiguredKind.PLAN),
    (1008, MisconfiguredKind.BALANCE),
    (1028, MisconfiguredKind.BALANCE),
    (1030, MisconfiguredKind.BALANCE),
    (2056, MisconfiguredKind.BALANCE),
]
REQUEST = [
    (1026, RefusalKind.CONTENT),
    (1027, RefusalKind.CONTENT),
    (1042, RefusalKind.INPUT),
    (2013, RefusalKind.INPUT),
]
TROUBLE = [1000, 1001, 1013, 1024, 1033, 1099, 1, -1]
ORDER = Order("ref", "MiniMax-Hailuo-02", "a cat smiling", 6, "768P")


def reply(body, status=200, after=None):
    return Reply(status, body, str(body)[:100], after)


def refused_with(code, words="said"):
    return {"task_id": "", "base_resp": {"status_code": code, "status_msg": words}}


# ------------------------------------------------------------------------------------------------ requests


def test_the_documents_text_request_is_made():
    assert to_body(ORDER, Dialect()) == {
        "model": "MiniMax-Hailuo-02",
        "prompt": "a cat smiling",
        "prompt_optimizer": True,
        "duration": 6,
        "resolution": "768P",
    }


def test_first_and_last_frame_go_under_the_sellers_own_names():
    body = to_body(
        ORDER, Dialect(last_frame_key="end", callback_key="call"), Frames("data:a", "data:b"), "https://us.example/1"
    )
    assert (body["first_frame_image"], body["end"], body["call"]) == ("data:a", "data:b", "https://us.example/1")


def test_nobody_is_called_back_where_the_seller_calls_nobody():
    assert "callback_url" not in to_body(ORDER, Dialect(callback_key=None), None, "https://us.example/1")
    assert "callback_url" not in to_body(ORDER, Dialect(), None, None)


def test_an_empty_prompt_beside_a_picture_is_sent_as_one():
    order = Order("ref", "I2V-01", "", 6, "720P")
    assert to_body(order, Dialect(), Frames("data:a")) == {
        "model": "I2V-01",
        "prompt": "",
        "prompt_optimizer": True,
        "first_frame_image": "data:a",
    }


def test_the_subject_model_gets_its_picture_as_a_subject_and_no_frame():
    body = to_body(Order("ref", "S2V-01", "she waves", 6, "720P"), Dialect(), Frames("data:a"))
    assert body == {
        "model": "S2V-01",
        "prompt": "she waves",
        "prompt_optimizer": True,
        "subject_reference": [{"type": "character", "image": ["data:a"]}],
    }


# ------------------------------------------------------------------------------------------------ offers


def test_every_cell_on_offer_is_allowed_by_the_documents(tmp_path):
    fake = FakeMinimaxV1()
    picture = Picture(tmp_path / "x.jpg", "image/jpeg")
    cells = [(offer, shape) for offer in offers("us", MODELS) for shape in offer.formats]
    for offer, shape in cells:
        order = order_for(offer, shape, picture)
        frames = Frames(
            "data:image/jpeg;base64,AA" if order.first_frame else None,
            "data:image/jpeg;base64,AA" if order.last_frame else None,
        )
        assert fake.complaints(to_body(order, Dialect(), frames)) == []
    assert len(cells) == 6 + 3 + (3 * 3 + 2) + 6


def test_the_first_format_is_the_usual_one():
    first = {offer.wire_model: offer.formats[0] for offer in offers("us", MODELS)}
    assert {
        wire: (shape.resolution, shape.seconds) for wire, shape in first.items() if "Hailuo" in wire
    } == dict.fromkeys(["MiniMax-Hailuo-2.3", "MiniMax-Hailuo-2.3-Fast", "MiniMax-Hailuo-02"], ("768P", 6))
    assert first["MiniMax-Hailuo-02"].price_usd == Decimal("0.28")


def test_the_small_size_goes_with_a_first_frame_alone():
    (hailuo,) = offers("us", ["MiniMax-Hailuo-02"])
    assert {shape.mode for shape in hailuo.formats if shape.resolution == "512P"} == {Mode.IMAGE}
    (larger,) = offers("us", ["MiniMax-Hailuo-02"], without=frozenset({"512P"}))
    assert {shape.resolution for shape in larger.formats} == {"768P", "1080P"}


def test_camera_moves_are_offered_where_the_model_follows_them():
    following = {offer.wire_model for offer in offers("us", MODELS) if offer.camera_moves == frozenset(CAMERA_MOVES)}
    assert following == {
        "MiniMax-Hailuo-2.3",
        "MiniMax-Hailuo-2.3-Fast",
        "MiniMax-Hailuo-02",
        "T2V-01-Director",
        "I2V-01-Director",
    }


def test_the_subject_model_is_for_those_who_name_it_and_needs_words():
    special = {offer.model for offer in offers("us", MODELS) if offer.by_name_only}
    assert special == {offer.model for offer in offers("us", MODELS) if offer.prompt_needed_with_picture} == {"subject"}


def test_a_seller_with_one_price_takes_it_for_everything():
    prices = {shape.price_usd for offer in offers("us", MODELS, price_usd=Decimal("0.5")) for shape in offer.formats}
    assert prices == {Decimal("0.5")}


# ------------------------------------------------------------------------------------------------ the paid call


def take(answer):
    return bought(str(answer.body.get("task_id", "")) if answer.body else "", submit_error(answer), ORDER, answer)


def test_the_documents_answer_is_a_ticket():
    assert take(reply(SUBMITTED)) == Ticket("106916112212032", wire_model="MiniMax-Hailuo-02")


def test_an_answer_that_only_names_the_task_is_enough():
    assert take(reply({"task_id": "1"})).id == "1"


@pytest.mark.parametrize("code", BUSY)
def test_a_rate_limit_waits_a_minute_at_least(code):
    assert submit_error(reply(refused_with(code))).after == timedelta(seconds=60)
    assert submit_error(reply(refused_with(code), 429, timedelta(seconds=7))).after == timedelta(seconds=60)
    assert submit_error(reply(refused_with(code), 200, timedelta(seconds=90))).after == timedelta(seconds=90)


@pytest.mark.parametrize(("code", "kind"), ACCOUNT)
@pytest.mark.parametrize("status", [200, 400, 401, 403])
def test_the_operators_problem_is_named(code, kind, status):
    error = submit_error(reply(refused_with(code), status))
    assert isinstance(error, Misconfigured)
    assert error.kind is kind


@pytest.mark.parametrize(("code", "kind"), REQUEST)
@pytest.mark.parametrize("spelled", [int, str, lambda code: f"0{code}"])
def test_the_persons_problem_is_named_however_the_code_is_spelled(code, kind, spelled):
    error = submit_error(reply(refused_with(spelled(code))))
    assert isinstance(error, Refused)
    assert error.kind is kind


@pytest.mark.parametrize("code", TROUBLE)
def test_trouble_behind_the_door_is_an_unknown_outcome(code):
    assert isinstance(submit_error(reply(refused_with(code))), OutcomeUnknown)


@pytest.mark.parametrize("code", TROUBLE[:5])
def test_documented_trouble_is_an_unknown_outcome_even_where_http_calls_the_request_bad(code):
    assert isinstance(submit_error(reply(refused_with(code), 400)), OutcomeUnknown)


@pytest.mark.parametrize("code", [*TROUBLE[:5], 1002, 1008, 2013, 0])
@pytest.mark.parametrize("status", [500, 502])
def test_a_servers_own_trouble_is_an_unknown_outcome_whatever_its_body_says(code, status):
    assert isinstance(submit_error(reply(refused_with(code), status)), OutcomeUnknown)


@pytest.mark.parametrize(
    ("status", "error"),
    [(429, TryLater), (401, Misconfigured), (402, Misconfigured), (422, Refused), (404, Misconfigured)],
)
def test_a_status_decides_where_there_is_no_code(status, error):
    assert isinstance(submit_error(reply({"error": {"message": "no"}}, status)), error)


@pytest.mark.parametrize("code", [1002, 1008, 1000])
def test_a_refusal_that_names_a_task_is_not_believed_where_that_would_buy_another(code):
    with pytest.raises(UnexpectedReply):
        take(reply(SUBMITTED | {"base_resp": {"status_code": code}}))


def test_a_refusal_of_the_request_is_believed_in_any_case():
    with pytest.raises(Refused):
        take(reply(SUBMITTED | {"base_resp": {"status_code": 1026, "status_msg": "input new_sensitive"}}))


@pytest.mark.parametrize("body", [None, {}, {"task_id": ""}, {"base_resp": None}, {"error": "no"}])
def test_an_answer_without_an_id_is_unexpected(body):
    with pytest.raises(UnexpectedReply):
        take(reply(body))


# ------------------------------------------------------------------------------------------------ questions


def test_the_documents_finished_task_names_its_file():
    assert to_progress(reply(QUERIED)) == Made("176844028768320")


def test_a_files_id_may_be_a_number():
    assert to_progress(reply(QUERIED | {"file_id": 176844028768320})) == Made("176844028768320")


@pytest.mark.parametrize(
    ("word", "progress"),
    [
        ("Preparing", Queued()),
        ("Queueing", Queued()),
        ("Processing", Running()),
        ("processing", Running()),
        ("Percolating", Running()),
    ],
)
def test_a_status_is_read(word, progress):
    assert to_progress(reply(QUERIED | {"status": word, "file_id": ""})) == progress


@pytest.mark.parametrize("missing", ["", None])
def test_success_without_a_file_is_not_ready(missing):
    with pytest.raises(TryLater):
        to_progress(reply(QUERIED | {"file_id": missing}))


@pytest.mark.parametrize("word", ["Fail", "Failed", "failed", "FAIL"])
@pytest.mark.parametrize(
    ("code", "reason"),
    [
        (0, FailReason.PROVIDER),
        (1000, FailReason.PROVIDER),
        (1026, FailReason.CONTENT),
        (1027, FailReason.CONTENT),
        (2013, FailReason.INPUT),
    ],
)
def test_every_spelling_of_failed_is_failed_for_its_own_reason(word, code, reason):
    body = QUERIED | {"status": word, "base_resp": {"status_code": code, "status_msg": ""}}
    failed = to_progress(reply(body))
    assert isinstance(failed, Failed)
    assert failed.reason is reason


@pytest.mark.parametrize("code", [1026, 1027, "01027"])
def test_a_content_code_ends_the_task_without_a_status_too(code):
    failed = to_progress(reply(refused_with(code, "output new_sensitive")))
    assert failed == Failed(FailReason.CONTENT, f"{int(code)} output new_sensitive")


@pytest.mark.parametrize("code", BUSY)
def test_a_question_too_many_waits_a_minute(code):
    with pytest.raises(TryLater) as told:
        to_progress(reply(refused_with(code)))
    assert told.value.after == timedelta(seconds=60)


@pytest.mark.parametrize(("code", "kind"), ACCOUNT)
@pytest.mark.parametrize("word", ["", "Fail"])
def test_a_question_that_was_not_let_in_is_no_verdict(code, kind, word):
    with pytest.raises(Misconfigured) as told:
        to_progress(reply(refused_with(code, "the key was not found") | {"status": word}))
    assert told.value.kind is kind


@pytest.mark.parametrize("code", [*TROUBLE, 1042])
def test_trouble_with_a_question_changes_nothing(code):
    with pytest.raises(TryLater):
        to_progress(reply(refused_with(code)))


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (refused_with(2013), 200),
        (refused_with(2013), 400),
        (refused_with(1000, "task not found"), 200),
        ({"message": "record not found"}, 500),
        ({"message": "task 7 does not exist"}, 400),
        (None, 404),
    ],
)
def test_an_unknown_task_is_called_unknown(body, status):
    with pytest.raises(NoSuchTicket):
        to_progress(reply(body, status))


@pytest.mark.parametrize(
    ("status", "error"), [(401, Misconfigured), (429, TryLater), (502, TryLater), (418, UnexpectedReply)]
)
def test_a_status_without_a_code_changes_nothing(status, error):
    with pytest.raises(error):
        to_progress(reply({"error": {"message": "the record was not found"}} if status == 401 else None, status))


@pytest.mark.parametrize("body", [None, [], {}, {"status": None}, {"status": ["Success"]}])
def test_a_task_without_a_status_is_unexpected(body):
    with pytest.raises(UnexpectedReply):
        to_progress(reply(body))


@pytest.mark.parametrize("read", [to_progress, to_link])
@pytest.mark.parametrize("code", [1027, 2013, 1004])
@pytest.mark.parametrize("status", [500, 502])
def test_a_servers_own_trouble_is_no_verdict_whatever_its_body_says(read, code, status):
    with pytest.raises(TryLater):
        read(reply(refused_with(code), status))


@pytest.mark.parametrize("status", [401, 402, 403, 429])
def test_a_question_that_was_not_let_in_says_nothing_about_the_task(status):
    with pytest.raises((Misconfigured, TryLater)):
        to_progress(reply({"message": "no record was found: the task does not exist"}, status))


def test_the_documents_file_is_done():
    assert to_link(reply(RETRIEVED)) == Done(URL)


def test_the_spare_link_will_do():
    file = {"download_url": "", "backup_download_url": "https://spare.example/x.mp4"}
    assert to_link(reply(RETRIEVED | {"file": file})) == Done("https://spare.example/x.mp4")


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (RETRIEVED | {"file": None}, 200),
        (RETRIEVED | {"file": {"download_url": ""}}, 200),
        (RETRIEVED | {"file": {"download_url": "ftp://x/y"}}, 200),
        (refused_with(2013, "file not found"), 200),
        (refused_with(1000), 200),
        (None, 200),
        (None, 404),
        (None, 500),
    ],
)
def test_a_file_that_is_not_there_yet_does_not_make_the_task_unknown(body, status):
    with pytest.raises(TryLater):
        to_link(reply(body, status))


def test_a_file_that_may_not_be_shown_is_a_verdict():
    assert to_link(reply(refused_with(1027))) == Failed(FailReason.CONTENT, "1027 said")


def test_a_key_that_stops_holding_at_the_file_is_the_operators_problem():
    with pytest.raises(Misconfigured):
        to_link(reply(refused_with(1004)))


# ------------------------------------------------------------------------------------------------ the key


def prove(answer):
    key_held(answer, obstacle(answer))


@pytest.mark.parametrize(
    ("body", "status"),
    [(QUERIED, 200), (refused_with(2013), 200), (refused_with(1000), 200), (refused_with(2013), 400)],
)
def test_whoever_is_answered_about_nobodys_task_holds_a_key(body, status):
    prove(reply(body, status))


@pytest.mark.parametrize(
    ("body", "status", "kind"),
    [
        (refused_with(2049), 200, MisconfiguredKind.KEY),
        ({"error": {"message": "user not found"}}, 401, MisconfiguredKind.KEY),
        (None, 404, MisconfiguredKind.ADDRESS),
        ({"error": {"message": "Invalid URL (GET /v1/query)"}}, 404, MisconfiguredKind.ADDRESS),
        (None, 302, MisconfiguredKind.ADDRESS),
    ],
)
def test_a_key_or_an_address_that_does_not_hold_is_said(body, status, kind):
    with pytest.raises(Misconfigured) as told:
        prove(reply(body, status))
    assert told.value.kind is kind


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308, 404, 405])
def test_a_path_that_is_not_there_is_a_wrong_address(status):
    with pytest.raises(Misconfigured) as told:
        prove(reply(None, status))
    assert told.value.kind is MisconfiguredKind.ADDRESS


def test_an_unknown_task_may_be_told_with_404():
    prove(reply({"message": "task not found"}, 404))


@pytest.mark.parametrize(("body", "status"), [(refused_with(1002), 200), (None, 502)])
def test_nobody_can_say_while_the_api_has_no_time(body, status):
    with pytest.raises(TryLater):
        prove(reply(body, status))


@pytest.mark.parametrize("body", [None, [], {"hello": "world"}])
def test_a_page_of_something_else_proves_nothing(body):
    with pytest.raises(UnexpectedReply):
        prove(reply(body))


# ------------------------------------------------------------------------------------------------ callbacks


@pytest.mark.parametrize("challenge", ["abc", 'with "quotes"', 17])
def test_a_challenge_is_given_back_as_it_came(challenge):
    news = read_callback({}, json.dumps({"challenge": challenge}).encode())
    assert news.ticket is None
    assert json.loads(news.answer) == {"challenge": challenge}


@pytest.mark.parametrize("id", ["106916112212032", 106916112212032], ids=["text", "number"])
def test_word_of_a_task_names_it(id):
    body = {"task_id": id, "status": "processing", "file_id": "", "base_resp": {"status_code": 0}}
    assert read_callback({}, json.dumps(body).encode()) == News(Ticket("106916112212032"))


@pytest.mark.parametrize(
    "body",
    [b"", b"null", b"[]", b"\xff", b'{"task_id": null}', b'{"challenge": ""}', b"[" * 100_000, b'{"task_id": true}'],
)
def test_what_is_no_callback_is_said_to_be_none(body):
    with pytest.raises(UnexpectedReply):
        read_callback({}, body)


# ------------------------------------------------------------------------------------------------ the codes


def test_no_code_means_two_things():
    groups = [minimax_codes.BUSY, set(minimax_codes.ACCOUNT), minimax_codes.CONTENT, minimax_codes.INPUT]
    assert len(set().union(*groups)) == sum(len(group) for group in groups)


@pytest.mark.parametrize("code", [0, None])
def test_success_refuses_nothing(code):
    assert minimax_codes.refusal(code, "success") is None
    assert minimax_codes.obstacle(code, "success") is None
