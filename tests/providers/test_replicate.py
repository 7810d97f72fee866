"""Replicate: the contract, its documents' payloads, honest cancelling, and callbacks that prove who they are."""

import random
from datetime import UTC, datetime, timedelta

import pytest
from PIL import Image
from pydantic import SecretStr

from providers.account import Account
from providers.contract import Done, Failed, FailReason, Mode, Order, Picture, Queued, Running, Ticket
from providers.errors import (
    Misconfigured,
    MisconfiguredKind,
    NoSuchTicket,
    OutcomeUnknown,
    Refused,
    TryLater,
    UnexpectedReply,
)
from providers.http import Reply
from providers.pictures import Frames
from providers.replicate import OFFERS, ReplicateProvider, of_submit, to_body, to_progress
from tests.contracts.provider import JPEG, ProviderContract, order_for
from tests.fakes.apis.replicate import SECRET, FakeReplicate, OnCancel
from tests.fakes.apis.server import KEY, Phase

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
SECONDS = int(NOW.timestamp())
CALLBACK = "https://bot.example/callbacks/replicate/signed"
IMAGE = "https://replicate.delivery/pbxt/M9jlcXgeaypBr2yQYGf9JXgxUCJWRt8ODUDvt90UWPUsQBXC/back-to-the-future.png"
DOCUMENTED = {
    "id": "x18c1re8mxrma0crb3x8wbwqmg",
    "model": "minimax/video-01-live",
    "version": "hidden",
    "input": {"first_frame_image": IMAGE, "prompt": "a man is talking angrily"},
    "logs": "",
    "output": None,
    "data_removed": False,
    "error": None,
    "status": "starting",
    "created_at": "2025-07-30T01:38:07.143Z",
    "urls": {
        "cancel": "https://api.replicate.com/v1/predictions/x18c1re8mxrma0crb3x8wbwqmg/cancel",
        "get": "https://api.replicate.com/v1/predictions/x18c1re8mxrma0crb3x8wbwqmg",
    },
}


class TestReplicate(ProviderContract):
    def make_fake(self):
        return FakeReplicate()

    def make_provider(self, account, connections):
        return ReplicateProvider(account=account, connections=connections, now=lambda: NOW)

    async def test_a_picture_that_nobody_can_download_is_sent_itself(self, provider, api, tmp_path):
        (tmp_path / "cat.jpg").write_bytes(JPEG)
        offer = next(offer for offer in OFFERS if offer.model == "live")
        order = order_for(offer, offer.formats[0], Picture(tmp_path / "cat.jpg", "image/jpeg"))
        await provider.submit(order, callback_url=None)
        (task,) = api.tasks.values()
        assert task.body["input"]["first_frame_image"].startswith("data:image/jpeg;base64,/9j/4AAQ")

    async def test_a_large_picture_that_nobody_can_download_is_sent_smaller(self, provider, api, tmp_path):
        noise = Image.frombytes("RGB", (1000, 750), random.Random(7).randbytes(3 * 1000 * 750))
        noise.save(tmp_path / "cat.png")
        offer = next(offer for offer in OFFERS if offer.model == "live")
        order = order_for(offer, offer.formats[0], Picture(tmp_path / "cat.png", "image/png"))
        await provider.submit(order, callback_url=None)
        (task,) = api.tasks.values()
        sent = task.body["input"]["first_frame_image"]
        assert sent.startswith("data:image/jpeg;base64,")
        assert len(sent) < 1_000_100

    async def test_a_result_that_was_deleted_is_not_waited_for(self, provider, api, order):
        ticket = await self.submitted(provider, order)
        api.removed, api.tasks[ticket.id].phases = True, [Phase.DONE]
        assert isinstance(await provider.poll(ticket), Failed)

    # ---------------------------------------------------------------------------------- cancelling

    @pytest.mark.parametrize("how", [OnCancel.NEVER_BEGAN, OnCancel.ABORTED, OnCancel.SLOWLY])
    async def test_what_never_began_is_cancelled_for_nothing(self, provider, api, order, how):
        api.on_cancel = how
        ticket = await self.submitted(provider, order)
        assert await provider.cancel(ticket)
        assert isinstance(await provider.poll(ticket), Failed)

    @pytest.mark.parametrize("how", [OnCancel.JUST_BEGAN, OnCancel.REFUSED])
    async def test_what_began_in_between_is_not_said_to_be_free(self, provider, api, order, how):
        api.on_cancel = how
        assert not await provider.cancel(await self.submitted(provider, order))

    @pytest.mark.parametrize("phase", [Phase.RUNNING, Phase.DONE, Phase.FAILED])
    async def test_what_runs_or_has_ended_is_left_alone(self, provider, api, order, phase):
        api.phases = [phase]
        assert not await provider.cancel(await self.submitted(provider, order))
        assert api.cancels == 0

    async def test_what_nobody_knows_cannot_be_cancelled(self, provider, api):
        with pytest.raises(NoSuchTicket):
            await provider.cancel(Ticket("none/such"))
        assert api.cancels == 0

    # ---------------------------------------------------------------------------------- callbacks

    async def test_a_callback_is_asked_for_once_its_secret_is_known(self, provider, api, order):
        for _ in range(2):
            await provider.submit(order, callback_url=CALLBACK)
        assert [task.callback_url for task in api.tasks.values()] == [CALLBACK, CALLBACK]
        assert api.secrets_asked == 1

    async def test_no_callback_is_asked_for_where_none_is_wanted(self, provider, api, order):
        await provider.submit(order, callback_url=None)
        assert [task.callback_url for task in api.tasks.values()] == [None]
        assert api.secrets_asked == 0

    @pytest.mark.parametrize("secret", [None, "", "whsec_!", {"not": "text"}])
    async def test_without_a_secret_the_clip_is_made_without_a_callback(self, provider, api, order, secret):
        api.secret = secret
        await provider.submit(order, callback_url=CALLBACK)
        assert [task.callback_url for task in api.tasks.values()] == [None]
        api.secret = SECRET
        await provider.submit(order, callback_url=CALLBACK)
        assert [task.callback_url for task in api.tasks.values()] == [None, CALLBACK]

    async def test_where_nobody_listens_asking_for_the_secret_changes_nothing(self, provider, api, order):
        await api.go_away()
        with pytest.raises(TryLater):
            await provider.submit(order, callback_url=CALLBACK)

    async def test_a_signed_callback_names_its_prediction_and_nothing_of_it_is_believed(self, provider, api, order):
        ticket = await provider.submit(order, callback_url=CALLBACK)
        news = provider.read_callback(*api.callback(ticket.id, SECONDS))
        assert news.ticket == Ticket(ticket.id)
        assert isinstance(await provider.poll(ticket), Queued)

    async def test_after_a_restart_the_secret_is_learned_before_the_first_submit(self, provider, api):
        await provider.learn_secret()
        assert provider.read_callback(*api.callback("x18c", SECONDS)).ticket == Ticket("x18c")
        assert (api.secrets_asked, api.knocks) == (1, 0)

    async def test_the_operators_own_secret_needs_no_asking(self, api, connections, order):
        account = Account(SecretStr(KEY), api.base_url)
        provider = ReplicateProvider(
            account=account, connections=connections, now=lambda: NOW, webhook_secret=SecretStr(SECRET)
        )
        assert provider.read_callback(*api.callback("x18c", SECONDS)).ticket == Ticket("x18c")
        await provider.submit(order, callback_url=CALLBACK)
        assert api.secrets_asked == 0

    async def test_before_the_secret_is_known_no_callback_is_believed(self, provider, api):
        with pytest.raises(UnexpectedReply):
            provider.read_callback(*api.callback("x18c", SECONDS))

    async def test_a_forged_or_old_callback_is_refused(self, provider, api, order):
        await provider.submit(order, callback_url=CALLBACK)
        forged = api.callback("x18c", SECONDS, "whsec_Zm9yZ2VkIGZvcmdlZCBmb3JnZWQ=")
        old = api.callback("x18c", SECONDS - int(timedelta(minutes=6).total_seconds()))
        headers, body = api.callback("x18c", SECONDS)
        for callback in (forged, old, (headers, body.replace(b"x18c", b"x18d")), ({}, body)):
            with pytest.raises(UnexpectedReply):
                provider.read_callback(*callback)

    @pytest.mark.parametrize("about", ["", None, {}, True])
    async def test_a_callback_about_nothing_is_refused(self, provider, api, order, about):
        await provider.submit(order, callback_url=CALLBACK)
        with pytest.raises(UnexpectedReply, match="no prediction"):
            provider.read_callback(*api.callback(about, SECONDS))

    async def test_a_callback_that_is_no_json_is_refused(self, provider, api, order):
        await provider.submit(order, callback_url=CALLBACK)
        with pytest.raises(UnexpectedReply, match="no prediction"):
            provider.read_callback(*api.signed(b"\xff\xfe{", SECONDS))

    @pytest.mark.parametrize("body", [{}, [], {"username": None}])
    async def test_a_page_that_is_no_account_proves_nothing(self, provider, api, body):
        api.account = body
        with pytest.raises(UnexpectedReply):
            await provider.prove()


# -------------------------------------------------------------------------------------------- what is on offer


def test_each_model_is_offered_once_with_text_and_picture_in_one_offer():
    assert [offer.model for offer in OFFERS] == [
        "hailuo-2.3", "hailuo-2.3-fast", "hailuo-02", "hailuo-02-fast", "video-01", "live", "director",
    ]  # fmt: skip


def test_the_first_format_is_6_seconds_at_768_where_there_is_one():
    first = [(offer.formats[0].resolution, offer.formats[0].seconds) for offer in OFFERS]
    assert first == [("768P", 6)] * 3 + [("512P", 6)] + [("720P", 6)] * 3


def test_only_hailuo_02_ends_on_a_picture_and_never_at_512():
    ending = {
        (offer.model, shape.resolution) for offer in OFFERS for shape in offer.formats if shape.mode is Mode.FIRST_LAST
    }
    assert ending == {("hailuo-02", "768P"), ("hailuo-02", "1080P")}


# -------------------------------------------------------------------------------------------- requests and answers


def test_the_documents_request_is_made():
    order = Order("ref", "minimax/video-01-live", "a man is talking angrily", 6, "720P")
    body = to_body(order, Frames(IMAGE), webhook=None)
    assert body == {"input": DOCUMENTED["input"]}


def test_a_hailuo_request_says_length_size_frames_and_callback():
    order = Order("ref", "minimax/hailuo-02", "a cat", 10, "768P")
    assert to_body(order, Frames(IMAGE, f"{IMAGE}?2"), webhook=CALLBACK) == {
        "input": {
            "prompt": "a cat",
            "duration": 10,
            "resolution": "768p",
            "first_frame_image": IMAGE,
            "last_frame_image": f"{IMAGE}?2",
        },
        "webhook": CALLBACK,
        "webhook_events_filter": ["completed"],
    }


def test_the_documents_answer_is_queued():
    assert to_progress(_reply(DOCUMENTED)) == Queued()


@pytest.mark.parametrize("output", ["https://replicate.delivery/x.mp4", ["https://replicate.delivery/x.mp4"]])
def test_output_is_an_address_or_a_list_of_one(output):
    reply = _reply(DOCUMENTED | {"status": "succeeded", "output": output})
    assert to_progress(reply) == Done("https://replicate.delivery/x.mp4")


@pytest.mark.parametrize("output", [None, "", [], "file.mp4", {"url": "https://x.example"}])
def test_success_without_an_address_is_no_success(output):
    with pytest.raises(UnexpectedReply):
        to_progress(_reply(DOCUMENTED | {"status": "succeeded", "output": output}))


@pytest.mark.parametrize("status", ["failed", "canceled", "aborted", "CANCELED"])
@pytest.mark.parametrize("error", [None, "", "Prediction interrupted; please retry (code: PA)", {"detail": "oops"}])
def test_three_words_are_failures(status, error):
    failed = to_progress(_reply(DOCUMENTED | {"status": status, "error": error}))
    assert isinstance(failed, Failed)
    assert failed.reason is FailReason.PROVIDER
    assert failed.detail


def test_minimaxs_own_code_tells_content():
    failed = to_progress(_reply({"status": "failed", "error": "video generation failed (1027)"}))
    assert failed == Failed(FailReason.CONTENT, "video generation failed (1027)")


def test_a_word_of_tomorrow_means_running():
    assert to_progress(_reply({"status": "queued-elsewhere"})) == Running()


@pytest.mark.parametrize("body", [{}, [], None, {"status": None}, "starting"])
def test_nonsense_is_unexpected(body):
    with pytest.raises(UnexpectedReply):
        to_progress(_reply(body))


@pytest.mark.parametrize(
    ("detail", "seconds"),
    [
        ("Request was throttled. Your rate limit resets in ~30s.", 30),
        ("Request was throttled. Expected available in 1 second.", 1),
    ],
)
def test_how_long_to_wait_is_told_in_words(detail, seconds):
    later = of_submit(_reply({"detail": detail}, 429))
    assert isinstance(later, TryLater)
    assert later.after == timedelta(seconds=seconds)


def test_a_header_goes_before_words_and_no_words_are_none():
    words = {"detail": "Your rate limit resets in ~30s."}
    assert of_submit(Reply(429, words, "", timedelta(seconds=7))).after == timedelta(seconds=7)
    assert of_submit(_reply({"detail": "slow down"}, 429)).after is None


@pytest.mark.parametrize(
    ("status", "problem", "error"),
    [
        (402, {"title": "Insufficient credit", "detail": "You have insufficient credit."}, Misconfigured),
        (401, {"title": "Unauthenticated", "detail": "No token"}, Misconfigured),
        (422, {"title": "Input validation failed", "detail": "duration"}, Refused),
        (400, {"detail": "Failed to parse request body as JSON: EOF", "status": 400}, Refused),
        (404, {"title": "Not found"}, Misconfigured),
        (500, {"title": "Internal server error", "detail": "prompt was flagged as sensitive"}, OutcomeUnknown),
        (504, None, OutcomeUnknown),
    ],
)
def test_problems_are_refusals_only_where_nothing_can_have_been_made(status, problem, error):
    assert isinstance(of_submit(_reply(problem, status)), error)


def test_a_model_that_is_not_there_closes_no_other_and_a_title_alone_is_told():
    refusal = of_submit(_reply({"title": "Not found"}, 404))
    assert refusal.kind is MisconfiguredKind.PLAN
    assert "Not found" in str(refusal)


def _reply(body, status=200):
    return Reply(status, body, "")
