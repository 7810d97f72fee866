"""Vtrix: the contract, its page's request in the client's envelope, and errors in every form they come in."""

import json
from datetime import timedelta

import pytest
from aiohttp import web

from providers.contract import CallsBack, Done, Failed, FailReason, Mode, News, Order, Queued, Running, Ticket
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
from providers.pictures import Frames
from providers.vtrix import OFFERS, VtrixProvider, to_body, to_news, to_progress, to_ticket
from tests.contracts.provider import ProviderContract, order_for
from tests.fakes.apis.server import OnSubmit, Phase
from tests.fakes.apis.vtrix import MANUAL_WORDS, FakeVtrix

PICTURE = "data:image/jpeg;base64,/9j/"
CALLBACK = "https://bot.example/callbacks/vtrix/signed"
ACCEPTED = {"id": "d0123", "status": "in_progress", "model": "minimax_i2v_01_live", "created_at": 1766000000}
COMPLETED = {
    "id": "d0123",
    "status": "completed",
    "model": "minimax_i2v_01_live",
    "progress": 1,
    "created_at": 1766000000,
    "output": [{"content": [{"type": "video", "url": "https://cdn.example/x.mp4", "jobId": "7"}]}],
    "usage": {"cost": "0.0065", "discount": 1, "quantity": 1, "unit_price": "0.0065"},
    "metadata": {"in_queue_at": 0, "upload_at": 0, "completed_at": 0},
}
INTERNAL = "Internal generation error"
NO_CREDITS = {"status": {"code": 402, "message": "Insufficient credits", "error_code": 40201}, "data": None}


class TestVtrix(ProviderContract):
    def make_fake(self):
        return FakeVtrix()

    def make_provider(self, account, connections):
        return VtrixProvider(account=account, connections=connections)

    async def test_a_finished_task_tells_what_it_cost(self, provider, api, order):
        done = await self.made(provider, api, order)
        assert done.cost_micros == 6500

    async def test_a_callback_address_is_handed_over(self, provider, api, order):
        ticket = await provider.submit(order, callback_url=CALLBACK)
        assert isinstance(provider, CallsBack)
        assert api.tasks[ticket.id].callback_url == CALLBACK
        assert api.wrong_requests == []
        assert provider.read_callback({}, json.dumps(ACCEPTED | {"id": ticket.id}).encode()) == News(ticket)

    async def test_a_submit_without_an_id_that_clearly_refuses_is_a_refusal(self, provider, api, order):
        api.answer_without_id = {"id": "", "error": "insufficient balance"}
        api.on_submit = [OnSubmit.SAY_NO_ID]
        with pytest.raises(Misconfigured) as told:
            await provider.submit(order, callback_url=None)
        assert told.value.kind is MisconfiguredKind.BALANCE
        assert api.knocks == 1

    async def test_a_website_in_the_place_of_the_api_proves_no_key(self, provider, api):
        api.no_such_task = lambda: _page("<html>Welcome</html>")
        with pytest.raises(UnexpectedReply):
            await provider.prove()

    @pytest.mark.parametrize("status", [429, 502])
    async def test_a_gateway_that_cannot_answer_proves_no_key(self, provider, api, status):
        api.no_such_task = lambda: _page("<html>Not now</html>", status)
        with pytest.raises(TryLater):
            await provider.prove()

    @pytest.mark.parametrize("status", [200, 400, 404])
    async def test_a_key_holds_whatever_is_said_about_the_task(self, provider, api, status):
        api.no_such_task = lambda: web.json_response({"error": "no such task"}, status=status)
        await provider.prove()


class TestVtrixInItsOtherWords(ProviderContract):
    """The manual's words, and errors as plain text."""

    def make_fake(self):
        return FakeVtrix(words=MANUAL_WORDS, errors_as_text=True)

    def make_provider(self, account, connections):
        return VtrixProvider(account=account, connections=connections)

    async def test_a_task_waits_before_it_is_made(self, provider, api, order):
        ticket = await self.submitted(provider, order)
        assert [await provider.poll(ticket) for _ in range(2)] == [Queued(), Running()]

    async def test_plain_text_says_why_a_task_failed(self, provider, api, order):
        api.phases = [Phase.FAILED]
        failed = await provider.poll(await self.submitted(provider, order))
        assert failed == Failed(FailReason.PROVIDER, f"010006095 {INTERNAL}")


# ------------------------------------------------------------------------------------------------- requests


def test_the_pages_request_is_wrapped_as_the_client_does_it():
    order = Order("ref", "minimax_i2v_01_live", "a cat smiling", 6, "720P")
    assert to_body(order, Frames(PICTURE), callback_url=CALLBACK) == {
        "model": "minimax_i2v_01_live",
        "input": [
            {"params": {"prompt": "a cat smiling", "first_frame_image": PICTURE, "callback_url": CALLBACK}},
        ],
    }


def test_what_is_not_there_is_not_sent():
    body = to_body(Order("ref", "minimax_i2v_01_live", "", 6, "720P"), Frames(PICTURE), callback_url=None)
    assert body["input"] == [{"params": {"first_frame_image": PICTURE}}]


def test_the_documented_model_takes_pictures_alone():
    live = next(offer for offer in OFFERS if offer.wire_model == "minimax_i2v_01_live")
    assert {(shape.mode, shape.resolution, shape.seconds) for shape in live.formats} == {(Mode.IMAGE, "720P", 6)}


def test_the_fake_complains_about_what_the_page_forbids():
    fake = FakeVtrix()
    good = to_body(order_for(OFFERS[0], OFFERS[0].formats[0], None), Frames(PICTURE), callback_url=None)
    assert fake.complaints(good) == []
    assert fake.complaints({"model": good["model"], **good["input"][0]["params"]}) != []
    for wrong in ({"duration": 10}, {"resolution": "768P"}, {"prompt": "x" * 2001}, {"first_frame_images": PICTURE}):
        params = {**good["input"][0]["params"], **wrong}
        assert fake.complaints({**good, "input": [{"params": params}]}) != [], wrong


# ------------------------------------------------------------------------------------------------- answers to a submit


def test_the_clients_answer_is_a_ticket():
    assert to_ticket(_reply(ACCEPTED)) == Ticket("d0123")


def test_an_id_may_be_a_number():
    assert to_ticket(_reply(ACCEPTED | {"id": 123})) == Ticket("123")


def test_an_id_outweighs_an_error():
    assert to_ticket(_reply(ACCEPTED | {"status": "failed", "error": "policy"})) == Ticket("d0123")


@pytest.mark.parametrize("error", [None, "", {}, {"code": None}, "task creation failed", {"code": "010006099"}])
def test_no_id_and_no_clear_word_is_unexpected(error):
    with pytest.raises(UnexpectedReply):
        to_ticket(_reply({"id": None, "error": error}))


@pytest.mark.parametrize(
    "error",
    [
        "prompt contains sensitive content",
        {"code": 1026, "error_message": "refused"},
        {"code": "010006099", "error_message": "task creation error: status_code 1027"},
        {"message": "content policy"},
    ],
)
def test_no_id_and_words_about_content_refuse_the_content(error):
    with pytest.raises(Refused) as told:
        to_ticket(_reply({"error": error}))
    assert told.value.kind is RefusalKind.CONTENT


@pytest.mark.parametrize("words", ["status_code: 1008", "余额不足", "insufficient balance"])
def test_no_id_and_words_about_money_are_the_operators_problem(words):
    with pytest.raises(Misconfigured) as told:
        to_ticket(_reply({"error": {"code": 10006099, "error_message": words}}))
    assert told.value.kind is MisconfiguredKind.BALANCE


@pytest.mark.parametrize("number", [1002, 1039, 1041, 2045])
def test_a_rate_limit_of_the_models_maker_asks_for_a_minute(number):
    with pytest.raises(TryLater) as told:
        to_ticket(_reply({"error": {"code": "010006099", "error_message": f"upstream said ({number})"}}))
    assert told.value.after == timedelta(seconds=60)


def test_a_number_within_an_id_is_no_rate_limit():
    with pytest.raises(UnexpectedReply):
        to_ticket(_reply({"error": {"code": "010006099", "error_message": "request 7f-1002-ab failed, 10021 ms"}}))


@pytest.mark.parametrize("status", [200, 400, 402])
@pytest.mark.parametrize("number", [40201, "40208"])
def test_an_envelopes_own_code_says_that_the_balance_is_too_small(status, number):
    body = {"status": {**NO_CREDITS["status"], "error_code": number}, "data": None}
    with pytest.raises(Misconfigured) as told:
        to_ticket(_reply(body, status))
    assert told.value.kind is MisconfiguredKind.BALANCE


@pytest.mark.parametrize(
    ("named", "error"), [(400, Refused), (401, Misconfigured), (429, TryLater), (500, OutcomeUnknown)]
)
def test_an_envelopes_status_counts_though_http_says_200(named, error):
    with pytest.raises(error, match="Because"):
        to_ticket(_reply({"status": {"code": named, "message": "Because"}, "data": None}))


def test_a_server_error_stays_unknown_whatever_its_body_says():
    with pytest.raises(OutcomeUnknown):
        to_ticket(_reply(NO_CREDITS, 500))


@pytest.mark.parametrize(
    ("words", "kind"),
    [("no permission for this model", MisconfiguredKind.KEY), ("余额不足", MisconfiguredKind.BALANCE)],
)
def test_403_is_about_money_where_it_says_so(words, kind):
    with pytest.raises(Misconfigured) as told:
        to_ticket(_reply({"message": words}, 403))
    assert told.value.kind is kind


# ------------------------------------------------------------------------------------------------- answers to a poll


def test_the_clients_finished_task_is_done():
    assert to_progress(_reply(COMPLETED)) == Done("https://cdn.example/x.mp4", 6500)


@pytest.mark.parametrize(
    "content",
    [
        [{"type": "video_url", "url": "https://cdn.example/x.mp4"}],
        [{"type": "image", "url": "https://cdn.example/x.jpg"}, {"type": "video", "url": "https://cdn.example/x.mp4"}],
        [{"type": "video", "url": None}, {"type": "file", "url": "https://cdn.example/x.mp4"}],
        [None, {"url": "https://cdn.example/x.mp4"}],
    ],
)
def test_a_video_is_preferred_and_any_link_is_better_than_none(content):
    assert to_progress(_reply(COMPLETED | {"output": [{"content": content}]})).url == "https://cdn.example/x.mp4"


@pytest.mark.parametrize(
    "output",
    [None, "", [], {}, [None], [{"content": None}], [{"content": [{"type": "video", "url": "file:///etc/passwd"}]}]],
)
def test_done_without_a_usable_link_is_unexpected(output):
    with pytest.raises(UnexpectedReply):
        to_progress(_reply(COMPLETED | {"output": output}))


@pytest.mark.parametrize("usage", [None, {}, {"cost": None}, {"cost": ""}, {"cost": "free"}])
def test_an_untold_cost_is_unknown(usage):
    assert to_progress(_reply(COMPLETED | {"usage": usage})).cost_micros is None


@pytest.mark.parametrize(
    "error",
    [
        {"code": "010006095", "error_message": INTERNAL},
        {"code": 10006095, "error_message": INTERNAL},
        {"code": "10006095", "message": INTERNAL},
    ],
)
def test_a_code_is_told_with_or_without_its_leading_zeros(error):
    failed = to_progress(_reply({"id": "x", "status": "failed", "error": error}))
    assert failed == Failed(FailReason.PROVIDER, f"10006095: {INTERNAL}")


@pytest.mark.parametrize("error", [None, "", {}, "cut", {"code": 10006096}, {"code": "010006099", "message": "1008"}])
def test_any_other_failure_is_the_providers(error):
    assert to_progress(_reply({"status": "failed", "error": error})).reason is FailReason.PROVIDER


@pytest.mark.parametrize("error", ["违规", {"code": "010006099", "error_message": "upstream 1026: sensitive"}])
def test_a_failure_over_content_is_told_apart(error):
    assert to_progress(_reply({"status": "failed", "error": error})).reason is FailReason.CONTENT


@pytest.mark.parametrize(
    ("progress", "percent"), [(0.25, 25.0), ("0.5", 50.0), (0, None), (1, None), (40, None), (None, None)]
)
def test_progress_is_a_fraction(progress, percent):
    assert to_progress(_reply({"status": "in_progress", "progress": progress})) == Running(percent)


@pytest.mark.parametrize("word", ["IN_PROGRESS", "processing", "percolating"])
def test_every_other_word_is_running(word):
    assert to_progress(_reply({"status": word, "error": ""})) == Running()


@pytest.mark.parametrize("body", [None, [], {}, {"status": None}, {"status": 7.5}, "in_progress"])
def test_an_answer_without_a_status_is_unexpected(body):
    with pytest.raises(UnexpectedReply):
        to_progress(_reply(body))


@pytest.mark.parametrize(
    ("named", "error"), [(404, NoSuchTicket), (401, Misconfigured), (429, TryLater), (500, TryLater)]
)
def test_an_envelopes_status_counts_when_asking_too(named, error):
    with pytest.raises(error):
        to_progress(_reply({"status": {"code": named, "message": "Because"}, "data": None}))


# ------------------------------------------------------------------------------------------------- callbacks


@pytest.mark.parametrize(
    ("told", "news"),
    [
        ({"id": "d0123", "status": "completed"}, News(Ticket("d0123"))),
        ({"task_id": 106916112212032, "status": "success"}, News(Ticket("106916112212032"))),
        ({"id": "d0123", "task_id": "9"}, News(Ticket("d0123"))),
        ({"status": "completed"}, News(None)),
        ({"id": None, "task_id": {}}, News(None)),
        ({"challenge": "abc"}, News(None, b'{"challenge": "abc"}')),
    ],
)
def test_a_callback_is_any_object_with_or_without_an_id(told, news):
    assert to_news(json.dumps(told).encode()) == news


@pytest.mark.parametrize("body", [b"", b"id=d0123", b"[]", b'"d0123"', b"null", b"\xff\xfe", b"[" * 100_000])
def test_what_is_no_object_is_no_callback(body):
    with pytest.raises(UnexpectedReply):
        to_news(body)


def _reply(body, status=200):
    return Reply(status, body, "")


def _page(text, status=200):
    return web.Response(text=text, status=status, content_type="text/html")
