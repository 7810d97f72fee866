"""A relay of the new-api family: the contract once per shape of its answers, and its pages' own payloads."""

import copy
from datetime import timedelta

import pytest
from pydantic import SecretStr

from providers.account import Account
from providers.contract import Done, Failed, FailReason, Mode, Picture, Queued, Running
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
from providers.minimax_v1 import Made
from providers.relay import OFFERS, RelayProvider, submit_error, task_id, to_progress
from tests.contracts.provider import ProviderContract, order_for
from tests.fakes.apis.relay import FakeRelay, Shape
from tests.fakes.apis.server import KEY, Phase

SUBMITTED = {"task_id": "106916112212032", "base_resp": {"status_code": 0, "status_msg": "success"}}
RECORD = {
    "code": "success",
    "message": "",
    "data": {
        "task_id": "106916112212032",
        "action": "video_generation",
        "status": "SUCCESS",
        "fail_reason": "306793063383292",
        "submit_time": 1756453472,
        "start_time": 0,
        "finish_time": 1756453535,
        "progress": "100%",
        "data": {
            "status": "Success",
            "file_id": "306793063383292",
            "task_id": "106916112212032",
            "video_width": 1366,
            "video_height": 768,
            "file": {
                "file_id": 306793063383292,
                "bytes": 0,
                "filename": "output.mp4",
                "purpose": "video_generation",
                "created_at": 1756453472,
                "download_url": "https://cdn.example/output.mp4",
                "backup_download_url": "https://spare.example/output.mp4",
            },
            "base_resp": {"status_code": 0, "status_msg": "success"},
        },
    },
}
VIDEO = {"task_id": "7", "status": "succeeded", "url": "https://cdn.example/v.mp4", "format": "mp4", "metadata": None}


class RelayContract(ProviderContract):
    def make_provider(self, account, connections):
        return RelayProvider(account=account, connections=connections)


class TestPlain(RelayContract):
    def make_fake(self):
        return FakeRelay(Shape.PLAIN)

    async def test_the_optimizer_is_named_without_a_space(self, provider, api, order):
        ticket = await provider.submit(order, callback_url=None)
        assert api.tasks[ticket.id].body["prompt_optimizer"] is True
        assert api.spaced == []

    async def test_nobody_is_called_back(self, provider, api, order):
        ticket = await provider.submit(order, callback_url="https://us.example/callbacks/1")
        assert "https://us.example" not in str(api.tasks[ticket.id].body)

    async def test_a_file_is_found_where_only_the_other_path_is_served(self, connections, order):
        fake = FakeRelay(Shape.PLAIN, serves_retrieve=False)
        fake.phases = [Phase.DONE]
        async with fake.serve() as base_url:
            provider = RelayProvider(account=Account(SecretStr(KEY), base_url), connections=connections)
            assert isinstance(await provider.poll(await self.submitted(provider, order)), Done)

    async def test_another_prefix_can_be_set(self, connections, order):
        fake = FakeRelay(Shape.PLAIN, prefix="/hailuo")
        async with fake.serve() as base_url:
            account = Account(SecretStr(KEY), base_url)
            provider = RelayProvider(account=account, connections=connections, path_prefix="/hailuo")
            assert isinstance(await provider.poll(await self.submitted(provider, order)), Queued)
            with pytest.raises(Misconfigured) as told:
                await RelayProvider(account=account, connections=connections).prove()
        assert told.value.kind is MisconfiguredKind.ADDRESS


class TestRecord(RelayContract):
    def make_fake(self):
        return FakeRelay(Shape.RECORD)

    async def test_its_progress_is_told(self, provider, order):
        ticket = await self.submitted(provider, order)
        assert [await provider.poll(ticket) for _ in range(2)] == [Queued(), Running(50.0)]

    async def test_an_empty_answer_about_nobodys_task_proves_the_key(self, connections):
        fake = FakeRelay(Shape.RECORD, empty_for_unknown=True)
        async with fake.serve() as base_url:
            await RelayProvider(account=Account(SecretStr(KEY), base_url), connections=connections).prove()


class TestRecordWithoutFile(RelayContract):
    def make_fake(self):
        return FakeRelay(Shape.RECORD_WITHOUT_FILE)

    async def test_the_file_is_asked_for(self, provider, api, order):
        assert isinstance(await self.made(provider, api, order), Done)
        assert len(api.files_asked) == 1


class TestVideo(RelayContract):
    def make_fake(self):
        return FakeRelay(Shape.VIDEO)

    async def test_an_id_reaches_the_relay_whole(self, provider, api, order):
        api.new_id = lambda number: f"task {number}:a/b?c&d=%2F+é#e"
        ticket = await self.submitted(provider, order)
        assert isinstance(await provider.poll(ticket), Queued)
        assert list(api.polled) == list(api.tasks) == [ticket.id]

    @pytest.mark.parametrize("status", [200, 403])
    async def test_nobody_can_use_a_key_without_quota(self, provider, api, order, status):
        ticket = await self.submitted(provider, order)
        body = {"code": "insufficient_user_quota", "message": "", "data": None}
        api.refusal_instead = (status, body)
        for call in (provider.submit(order, callback_url=None), provider.poll(ticket)):
            with pytest.raises(Misconfigured) as told:
                await call
            assert told.value.kind is MisconfiguredKind.BALANCE


class TestWrappedVideo(RelayContract):
    def make_fake(self):
        return FakeRelay(Shape.WRAPPED_VIDEO)


# ------------------------------------------------------------------------------------------------ offers


def test_it_offers_what_its_family_documents():
    assert {offer.wire_model: {shape.mode for shape in offer.formats} for offer in OFFERS} == {
        "MiniMax-Hailuo-02": {Mode.TEXT, Mode.IMAGE, Mode.FIRST_LAST},
        "MiniMax-Hailuo-2.3": {Mode.TEXT, Mode.IMAGE},
    }
    assert {shape.resolution for offer in OFFERS for shape in offer.formats} == {"768P", "1080P"}


def test_a_key_with_a_space_at_its_end_has_no_effect(tmp_path):
    fake = FakeRelay()
    order = order_for(OFFERS[0], OFFERS[0].formats[0], Picture(tmp_path / "x.jpg", "image/jpeg"))
    assert fake.complaints({"model": order.wire_model, "prompt": "x", "prompt_optimizer ": False}) == []
    assert fake.spaced == [False]


# ------------------------------------------------------------------------------------------------ submits


@pytest.mark.parametrize(
    "body",
    [
        SUBMITTED,
        SUBMITTED | {"task_id": 106916112212032},
        {"code": "success", "message": "", "request_id": "r", "data": {"id": 4711, "task_id": "106916112212032"}},
        {"id": "106916112212032", "object": "video", "status": "queued"},
    ],
)
def test_the_tasks_id_is_found_in_every_shape(body):
    assert task_id(body) == "106916112212032"
    assert submit_error(reply(body)) is None


def test_a_records_row_is_not_its_tasks_id():
    assert task_id({"code": "success", "data": {"id": 4711}}) == ""


@pytest.mark.parametrize("code", ["quota_not_enough", "insufficient_user_quota", "pre_consume_token_quota_failed"])
@pytest.mark.parametrize("status", [200, 403])
@pytest.mark.parametrize("nested", [True, False])
def test_too_little_quota_is_the_operators_problem_wherever_it_is_said(code, status, nested):
    said = {"code": code, "message": "no"}
    error = submit_error(reply({"error": said} if nested else said | {"data": None}, status))
    assert isinstance(error, Misconfigured)
    assert error.kind is MisconfiguredKind.BALANCE


@pytest.mark.parametrize(
    ("code", "expected"),
    [("1026", Refused), ("2013", Refused), ("1002", TryLater), ("1008", Misconfigured), ("1001", OutcomeUnknown)],
)
def test_minimaxs_codes_are_heard_as_the_relays_own(code, expected):
    assert isinstance(submit_error(reply({"code": code, "message": "hailuo api error", "data": None}, 400)), expected)


def test_minimaxs_rate_limit_waits_a_minute():
    assert submit_error(reply({"code": "1002", "message": ""}, 400)).after == timedelta(seconds=60)


@pytest.mark.parametrize("code", ["model_not_found", "get_channel_failed"])
def test_no_channel_means_that_nothing_was_made(code):
    error = {"message": "no available channel for model", "type": "new_api_error", "code": code}
    assert isinstance(submit_error(reply({"error": error}, 503)), TryLater)


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"code": "do_request_failed", "message": "timeout", "data": None}, 500),
        ({"code": "quota_not_enough", "message": "", "data": None}, 500),
        ({"code": "1026", "message": "", "data": None}, 502),
        ({"code": "something_new", "message": "", "data": None}, 200),
        (None, 504),
    ],
)
def test_trouble_behind_the_relay_is_an_unknown_outcome(body, status):
    assert isinstance(submit_error(reply(body, status)), OutcomeUnknown)


def test_words_about_content_tell_a_refusal_apart():
    error = submit_error(reply({"code": "sensitive_words_detected", "message": "", "data": None}, 400))
    assert isinstance(error, Refused)
    assert error.kind is RefusalKind.CONTENT


# ------------------------------------------------------------------------------------------------ questions


def record(**changes):
    body = copy.deepcopy(RECORD)
    body["data"] |= changes
    return reply(body)


def test_the_documents_record_is_done_although_its_fail_reason_is_filled():
    assert to_progress(reply(RECORD)) == Done("https://cdn.example/output.mp4")


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        (
            {"data": {"file": {"download_url": "", "backup_download_url": "https://b.example/b"}}},
            Done("https://b.example/b"),
        ),
        ({"data": {}, "result_url": "https://r.example/r"}, Done("https://r.example/r")),
        ({"data": None, "fail_reason": "https://f.example/f"}, Done("https://f.example/f")),
        ({"data": {"file_id": 306793063383292}}, Made("306793063383292")),
        ({"data": {"file": {"file_id": 5}}}, Made("5")),
    ],
)
def test_the_link_is_looked_for_in_every_place(changes, expected):
    assert to_progress(record(**changes)) == expected


@pytest.mark.parametrize("nothing", [None, {}, {"file": {"download_url": ""}}])
def test_success_without_link_and_file_is_not_ready(nothing):
    with pytest.raises(TryLater):
        to_progress(record(data=nothing, fail_reason=""))


@pytest.mark.parametrize("word", ["NOT_START", "SUBMITTED", "QUEUED"])
def test_a_record_that_waits_is_queued(word):
    assert to_progress(record(status=word)) == Queued()


@pytest.mark.parametrize(
    ("progress", "percent"),
    [("45%", 45.0), (45, 45.0), ("", None), (None, None), ("soon", None), ("250%", 100.0), ("-1", 0.0), (True, None)],
)
@pytest.mark.parametrize("word", ["IN_PROGRESS", "UNKNOWN", "PERCOLATING"])
def test_a_record_that_is_being_made_tells_how_far_it_is(word, progress, percent):
    assert to_progress(record(status=word, progress=progress)) == Running(percent)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"data": None, "fail_reason": "task failed"}, Failed(FailReason.PROVIDER, "task failed")),
        ({"data": None, "fail_reason": ""}, Failed(FailReason.PROVIDER, "")),
        ({"data": None, "fail_reason": "output new_sensitive"}, Failed(FailReason.CONTENT, "output new_sensitive")),
        ({"data": {"base_resp": {"status_code": 1027}}, "fail_reason": ""}, Failed(FailReason.CONTENT, "1027")),
        (
            {"data": {"base_resp": {"status_code": 2013, "status_msg": "no"}}, "fail_reason": ""},
            Failed(FailReason.INPUT, "2013 no"),
        ),
    ],
)
def test_a_failed_record_says_why(changes, expected):
    assert to_progress(record(status="FAILURE", **changes)) == expected


@pytest.mark.parametrize("wrapped", [True, False])
@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, Done("https://cdn.example/v.mp4")),
        ({"status": "completed"}, Done("https://cdn.example/v.mp4")),
        ({"url": "", "metadata": {"url": "https://m.example/m"}}, Done("https://m.example/m")),
        ({"status": "queued"}, Queued()),
        ({"status": "processing"}, Running()),
        ({"status": "failed", "error": {"code": "1027", "message": "no"}}, Failed(FailReason.CONTENT, "1027 no")),
        ({"status": "failed", "error": {"code": "x", "message": "boom"}}, Failed(FailReason.PROVIDER, "boom")),
        ({"status": "failed", "error": "boom"}, Failed(FailReason.PROVIDER, "boom")),
    ],
)
def test_the_unified_video_is_read_bare_and_wrapped(wrapped, changes, expected):
    video = VIDEO | {"error": None} | changes
    assert to_progress(reply({"code": "success", "message": "", "data": video} if wrapped else video)) == expected


@pytest.mark.parametrize(
    ("body", "status", "error"),
    [
        ({"code": "task_not_exist", "message": "task_not_exist", "data": None}, 400, NoSuchTicket),
        ({"code": "task_not_exist", "message": "", "data": None}, 200, NoSuchTicket),
        ({"code": "2013", "message": "", "data": None}, 400, NoSuchTicket),
        ({"code": "1004", "message": "", "data": None}, 400, Misconfigured),
        ({"code": "1002", "message": "", "data": None}, 400, TryLater),
        ({"code": "get_task_failed", "message": "", "data": None}, 500, TryLater),
        ({"code": "1027", "message": "", "data": None}, 500, TryLater),
        ({"code": "1004", "message": "", "data": None}, 500, TryLater),
        ({"code": "something_new", "message": "", "data": None}, 200, TryLater),
        ({"error": {"code": "", "message": "Invalid token"}}, 401, Misconfigured),
        ({"base_resp": {"status_code": 1004}}, 400, Misconfigured),
        ({"code": "success", "message": "", "data": None}, 200, UnexpectedReply),
        ({"code": "success", "message": "", "data": {"task_id": "7"}}, 200, UnexpectedReply),
        ([], 200, UnexpectedReply),
    ],
)
def test_a_question_that_was_not_answered_changes_nothing(body, status, error):
    with pytest.raises(error):
        to_progress(reply(body, status))


def test_a_content_code_of_the_relay_ends_the_task():
    failed = to_progress(reply({"code": "1027", "message": "output new_sensitive", "data": None}, 400))
    assert failed == Failed(FailReason.CONTENT, "1027 output new_sensitive")


def test_minimaxs_own_answer_is_read_as_such():
    body = {"task_id": "1", "status": "Fail", "file_id": "", "base_resp": {"status_code": 1026, "status_msg": "no"}}
    assert to_progress(reply(body)) == Failed(FailReason.CONTENT, "1026 no")


def reply(body, status=200):
    return Reply(status, body, "")
