"""Reading what nobody guarantees."""

from datetime import timedelta
from decimal import Decimal

import pytest

from providers import refusals
from providers.contract import Failed, FailReason
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
from providers.reading import amount, code, dig, error_words, micros, parsed, single, text, web_link


def test_what_is_missing_is_none():
    body = {"data": [{"id": 7}], "text": "abc"}
    assert dig(body, "data", 0, "id") == 7
    for path in (("data", 1), ("data", "id"), ("text", 0), ("nothing", "there"), ("data", 0, "id", "more")):
        assert dig(body, *path) is None


@pytest.mark.parametrize("value", ["--1", "-", "9" * 5000, "-" + "9" * 5000, "1-", "٣"])
def test_what_only_looks_like_a_number_is_no_code(value):
    assert code(value) is None


def test_half_a_letter_and_a_zero_byte_which_no_database_takes_do_not_get_in():
    assert text("cut off \ud83d") == "cut off ?"
    assert error_words({"message": "a\x00b"}) == "ab"


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("You exceeded your current quota, please check your plan and billing details", Misconfigured),
        ("Account balance not enough", Misconfigured),
        ("insufficient_quota", Misconfigured),
        ("用户额度不足", Misconfigured),
        ("Quota exceeded for requests per minute", TryLater),
        ("Free-tier limit: wait or buy credits", TryLater),
        ("", TryLater),
    ],
)
def test_an_empty_purse_called_too_many_requests_is_not_waited_for(words, kind):
    assert type(refusals.of_submit(Reply(429, None, words), words)) is kind


def test_a_price_beyond_all_reason_is_none():
    assert micros(Decimal(10) ** 13) is None


@pytest.mark.parametrize(("value", "read"), [("7 ", "7"), (7, "7"), (None, ""), (True, ""), ([], ""), (1.5, "")])
def test_text_is_text_or_whole_numbers(value, read):
    assert text(value) == read


@pytest.mark.parametrize(
    ("value", "read"),
    [("010006095", 10006095), (1026, 1026), ("-10008", -10008), ("", None), (None, None)],
)
def test_codes_may_be_text_with_leading_zeros(value, read):
    assert code(value) == read


@pytest.mark.parametrize(
    ("value", "read"),
    [
        ("0.0065", Decimal("0.0065")),
        (1, Decimal(1)),
        (0.5, Decimal("0.5")),
        ("NaN", None),
        (True, None),
        ("1e99", None),
    ],
)
def test_amounts_are_finite_numbers(value, read):
    assert amount(value) == read


def test_dollars_are_kept_in_millionths():
    assert micros(Decimal("0.0065")) == 6500
    assert micros(None) is None


@pytest.mark.parametrize(
    ("value", "read"),
    [
        (None, ""),
        ("", ""),
        ("broken", "broken"),
        ({"error_message": "broken"}, "broken"),
        ({"message": "", "code": 7}, "7"),
        ({}, ""),
        ([], ""),
    ],
)
def test_errors_may_be_null_text_or_an_object(value, read):
    assert error_words(value) == read


@pytest.mark.parametrize("value", ["", None, "ftp://x", "javascript:1", 7, "/relative"])
def test_a_link_is_an_http_address(value):
    assert web_link(value) is None
    assert web_link(" HTTPS://x/y ") == "HTTPS://x/y"


def reply(status, words="", after=None):
    return Reply(status, None, words, after)


@pytest.mark.parametrize(
    ("status", "words", "error", "kind"),
    [
        (400, "bad size", Refused, RefusalKind.INPUT),
        (422, "flagged by moderation", Refused, RefusalKind.CONTENT),
        (400, "包含敏感内容", Refused, RefusalKind.CONTENT),
        (401, "no", Misconfigured, MisconfiguredKind.KEY),
        (402, "no", Misconfigured, MisconfiguredKind.BALANCE),
        (403, "You've run out of credits", Misconfigured, MisconfiguredKind.BALANCE),
        (403, "余额不足", Misconfigured, MisconfiguredKind.BALANCE),
        (403, "forbidden", Misconfigured, MisconfiguredKind.KEY),
        (404, "no", Misconfigured, MisconfiguredKind.ADDRESS),
        (301, "", Misconfigured, MisconfiguredKind.ADDRESS),
    ],
)
def test_a_refused_submit_says_whose_problem_it_is(status, words, error, kind):
    refusal = refusals.of_submit(reply(status, words))
    assert isinstance(refusal, error)
    assert refusal.kind is kind


@pytest.mark.parametrize("status", [408, 409, 500, 502, 503, 504, 524, 529, 299, 100])
def test_whatever_else_answers_a_submit_leaves_its_outcome_unknown(status):
    assert isinstance(refusals.of_submit(reply(status)), OutcomeUnknown)


def test_too_many_requests_are_put_off():
    assert refusals.of_submit(reply(429, "", timedelta(seconds=7))).after == timedelta(seconds=7)
    assert refusals.of_submit(reply(429)).after is None


@pytest.mark.parametrize(
    ("status", "error"),
    [(401, Misconfigured), (410, NoSuchTicket), (429, TryLater), (500, TryLater), (400, UnexpectedReply)],
)
def test_a_failed_question_says_what_to_do_next(status, error):
    assert isinstance(refusals.of_poll(reply(status, "words")), error)


def test_refusals_are_told_apart_by_their_words():
    assert refusals.refused("1026 sensitive").kind is RefusalKind.CONTENT
    assert refusals.refused("too small").kind is RefusalKind.INPUT


@pytest.mark.parametrize("nothing", ["", b"<html>", "[" * 100_000, b"\xff\xfe", "null"])
def test_what_is_no_json_says_nothing(nothing):
    assert parsed(nothing) is None


def test_json_is_read_as_text_or_bytes():
    assert parsed('{"id": 1}') == parsed(b'{"id": 1}') == {"id": 1}


@pytest.mark.parametrize(
    ("value", "one"), [("a", "a"), (["a", "b"], "a"), ([], None), (None, None), ({"a": 1}, {"a": 1})]
)
def test_a_list_of_one_is_as_good_as_the_one(value, one):
    assert single(value) == one


def test_an_answer_without_a_task_refuses_only_where_it_says_so():
    fine = Reply(200, {}, "excerpt")
    assert refusals.not_taken(fine, "NSFW").kind is RefusalKind.CONTENT
    assert refusals.not_taken(fine, "insufficient balance").kind is MisconfiguredKind.BALANCE
    assert isinstance(refusals.not_taken(fine, "hm"), UnexpectedReply)
    assert refusals.not_taken(Reply(422, {}, ""), "too small").kind is RefusalKind.INPUT
    assert isinstance(refusals.not_taken(Reply(503, {}, ""), "insufficient balance"), OutcomeUnknown)


def test_a_forbidden_call_is_about_the_key_unless_it_surely_speaks_of_the_clip():
    assert refusals.of_submit(Reply(403, {}, ""), "flagged as nsfw").kind is RefusalKind.CONTENT
    assert refusals.of_submit(Reply(403, {}, ""), "blocked by key policy").kind is MisconfiguredKind.KEY


def test_a_verdict_says_whether_it_is_about_what_the_clip_shows():
    assert refusals.failed("flagged as sensitive") == Failed(FailReason.CONTENT, "flagged as sensitive")
    assert refusals.failed("out of memory") == Failed(FailReason.PROVIDER, "out of memory")
