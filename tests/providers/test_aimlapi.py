"""AI/ML API: the contract on both of its paths, its documents' payloads, and what a clip costs."""

from decimal import Decimal

import pytest

from providers.aimlapi import FIRST_PATH, OFFERS, PATH, AimlapiProvider, path_of, to_body, to_progress, to_ticket
from providers.contract import CAMERA_MOVES, Done, Failed, FailReason, Mode, Order, Queued, Running, Ticket
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
from tests.contracts.provider import ProviderContract, order_for
from tests.fakes.apis.aimlapi import SAMPLE_WORDS, FakeAimlapi
from tests.fakes.apis.server import OnPoll, OnSubmit

PICTURE = "data:image/jpeg;base64,/9j/"
FIRST_ACCEPTED = {"generation_id": "222226666699999", "status": "text"}
FIRST_QUEUED = {"id": "222226666699999", "status": "queued", "video": {"url": "https://example.com"}}
ACCEPTED = {
    "generation_id": "349865017168125:minimax/hailuo-2.3",
    "status": "queued",
    "meta": {"usage": {"credits_used": 588000}},
}
COMPLETED = {
    "id": "60ac7c34-3224-4b14-8e7d-0aa0db708325",
    "status": "completed",
    "video": {"url": "https://cdn.aimlapi.com/generations/hedgehog/1759866285599-0cdfb138.mp4"},
    "error": {"name": "<name>", "message": "<message>"},
    "meta": {"usage": {"credits_used": 120000, "usd_spent": 0.06}},
    "model": "minimax/h3",
}
FREE_TIER = """{
    "message": "Free-tier limit: You've reached your free limit for the hour. Get AI/ML Subscription to use API!"
    "path": "/v1/chat/completions"
    "statusCode": "429"
}"""
OUT_OF_CREDITS = "You've run out of credits. Please top up your balance or update your payment method to continue"
NO_KEY = "This request requires a valid API key."
BODY_ERROR = "Body validation error\nInvalid enum value. Expected 'video-01', received 'a cat'"


class TestAimlapi(ProviderContract):
    def make_fake(self):
        return FakeAimlapi()

    def make_provider(self, account, connections):
        return AimlapiProvider(account=account, connections=connections)

    async def test_the_price_is_known_at_submit_and_told_again_at_the_end(self, provider, api, order):
        ticket = await provider.submit(order, callback_url=None)
        assert ticket.cost_micros == 294_000
        assert (await self.polled_until_done(provider, api, ticket)).cost_micros == 294_000

    async def test_an_id_with_colons_and_slashes_is_escaped_where_it_is_asked_about(self, provider, api, order):
        ticket = await self.submitted(provider, order)
        assert {":", "/"} <= set(ticket.id)
        await provider.poll(ticket)
        assert api.wrong_requests == []
        assert api.asked_paths == [PATH]

    async def test_a_ticket_that_does_not_say_for_what_is_looked_for_on_both_paths(self, provider, api, picture):
        first = next(offer for offer in OFFERS if offer.wire_model == "video-01")
        later = OFFERS[0]
        for offer, paths in ((first, [PATH, FIRST_PATH]), (later, [PATH])):
            ticket = await provider.submit(order_for(offer, offer.formats[0], picture), callback_url=None)
            api.asked_paths.clear()
            assert await provider.poll(Ticket(ticket.id)) == Queued()
            assert api.asked_paths == paths

    async def test_a_task_that_nobody_knows_on_either_path_is_no_such_ticket(self, provider, api):
        with pytest.raises(NoSuchTicket):
            await provider.poll(Ticket("1:unheard/of"))
        assert api.asked_paths == [PATH, FIRST_PATH]

    async def test_a_submit_without_an_id_that_clearly_refuses_is_a_refusal(self, provider, api, order):
        api.answer_without_id = {"status": "error", "error": {"name": "Error", "message": "input sensitive (1026)"}}
        api.on_submit = [OnSubmit.SAY_NO_ID]
        with pytest.raises(Refused) as told:
            await provider.submit(order, callback_url=None)
        assert told.value.kind is RefusalKind.CONTENT
        assert api.knocks == 1

    async def test_running_out_of_credits_is_told_when_the_key_is_proven(self, provider, api):
        api.no_such_task = lambda: api.refusal(OnSubmit.NO_BALANCE)
        with pytest.raises(Misconfigured) as told:
            await provider.prove()
        assert told.value.kind is MisconfiguredKind.BALANCE

    async def test_a_key_holds_though_the_task_asked_about_is_called_nonsense(self, provider, api):
        api.no_such_task = lambda: api.refusal(OnSubmit.BAD_INPUT)
        await provider.prove()

    async def test_a_busy_api_proves_no_key(self, provider, api):
        api.no_such_task = lambda: api.refusal(OnSubmit.BUSY)
        with pytest.raises(TryLater):
            await provider.prove()

    async def test_a_website_in_the_place_of_the_api_proves_no_key(self, provider, api):
        api.on_poll = [OnPoll.SAY_HTML]
        api.tasks["none"] = api._take({"path": PATH})
        with pytest.raises(UnexpectedReply):
            await provider.prove()


class TestAimlapiOnItsFirstPath(ProviderContract):
    """`video-01`, in the words of the samples and with the id under its other name."""

    def make_fake(self):
        return FakeAimlapi(words=SAMPLE_WORDS, id_name="id")

    def make_provider(self, account, connections):
        return AimlapiProvider(account=account, connections=connections)

    @pytest.fixture
    def order(self, picture):
        offer = next(offer for offer in OFFERS if offer.wire_model == "video-01")
        return order_for(offer, next(shape for shape in offer.formats if shape.mode is Mode.IMAGE), picture)

    async def test_it_is_asked_about_where_it_was_made(self, provider, api, order):
        ticket = await self.submitted(provider, order)
        assert [await provider.poll(ticket) for _ in range(2)] == [Queued(), Running()]
        assert api.asked_paths == [FIRST_PATH, FIRST_PATH]

    async def test_a_task_that_is_not_there_is_not_looked_for_elsewhere(self, provider, api, order):
        with pytest.raises(NoSuchTicket):
            await provider.poll(Ticket("unheard-of", wire_model=order.wire_model))
        assert api.asked_paths == [FIRST_PATH]


# ------------------------------------------------------------------------------------------------- requests


def test_the_first_pages_request_is_made():
    order = Order("ref", "video-01", "text", 6, "720P")
    body = to_body(order, Frames("https://example.com"))
    assert body == {"model": "video-01", "prompt": "text", "first_frame_image": "https://example.com"}
    assert path_of("video-01") == "/v2/generate/video/minimax/generation"


def test_the_later_pages_requests_are_made():
    live = Order("ref", "video-01-live2d", "Mona Lisa puts on glasses with her hands.", 6, "720P")
    assert to_body(live, Frames(PICTURE)) == {
        "model": "video-01-live2d",
        "prompt": "Mona Lisa puts on glasses with her hands.",
        "image_url": PICTURE,
    }
    pair = Order("ref", "minimax/hailuo-02", "a dragon", 10, "768P")
    assert to_body(pair, Frames(PICTURE, "data:image/png;base64,iVBOR")) == {
        "model": "minimax/hailuo-02",
        "prompt": "a dragon",
        "image_url": PICTURE,
        "last_image_url": "data:image/png;base64,iVBOR",
        "duration": 10,
        "resolution": "768P",
    }


@pytest.mark.parametrize("wire_model", ["video-01-live2d", "minimax/hailuo-02", "minimax/h3", "", "strange"])
def test_every_other_model_is_made_on_the_later_path(wire_model):
    assert path_of(wire_model) == "/v2/video/generations"


def test_prices_are_minimaxs_with_the_markup_of_the_samples():
    prices = {(o.model, f.resolution, f.seconds): f.price_usd for o in OFFERS for f in o.formats}
    assert prices["hailuo-2.3", "768P", 6] == Decimal("0.294")
    assert prices["hailuo-2.3-fast", "768P", 10] == Decimal("0.336")
    assert prices["h3", "2K", 6] == Decimal("0.819")
    assert prices["h3", "2K", 15] == Decimal("2.0475")
    assert prices["live", "720P", 6] == Decimal("0.4515")


def test_each_model_is_offered_as_it_is_documented():
    offers = {offer.model: offer for offer in OFFERS}
    modes = {model: {shape.mode for shape in offer.formats} for model, offer in offers.items()}
    assert {model for model, offered in modes.items() if Mode.TEXT not in offered} == {"hailuo-2.3-fast", "live"}
    assert {model for model, offered in modes.items() if Mode.FIRST_LAST in offered} == {"hailuo-02", "h3"}
    assert {model for model, offer in offers.items() if offer.camera_moves == frozenset(CAMERA_MOVES)} == {
        "hailuo-2.3",
        "hailuo-2.3-fast",
        "hailuo-02",
    }
    assert {model for model, offer in offers.items() if offer.prompt_most == 7000} == {"h3"}
    assert all(offer.prompt_needed_with_picture and offer.picture_rules.ratio_most < 2.5 for offer in OFFERS)
    assert {shape.seconds for shape in offers["h3"].formats} == set(range(4, 16))
    assert offers["h3"].formats[0].seconds == 6


def test_the_fake_complains_about_what_the_pages_forbid():
    fake = FakeAimlapi()
    good = {"model": "minimax/hailuo-02", "prompt": "a dragon", "duration": 6, "resolution": "768P", "path": PATH}
    assert fake.complaints(good) == []
    for wrong in (
        {"first_frame_image": PICTURE},
        {"path": FIRST_PATH},
        {"duration": 7},
        {"resolution": "768p"},
        {"duration": 10, "resolution": "1080P"},
        {"prompt": ""},
        {"prompt": "x" * 2001},
        {"model": "minimax/hailuo-2.3", "last_image_url": PICTURE},
        {"model": "minimax/hailuo-2.3-fast"},
    ):
        assert fake.complaints(good | wrong) != [], wrong


# ------------------------------------------------------------------------------------------------- answers to a submit


def test_the_documents_answers_are_tickets():
    assert to_ticket(_reply(FIRST_ACCEPTED)) == Ticket("222226666699999")
    assert to_ticket(_reply(ACCEPTED, 201)) == Ticket("349865017168125:minimax/hailuo-2.3", 294_000)
    assert to_ticket(_reply({"id": 7, "status": "queued", "meta": None})) == Ticket("7")


@pytest.mark.parametrize("body", [None, [], {}, {"id": None}, {"generation_id": ""}, {"error": {"name": "E"}}])
def test_no_id_and_no_clear_word_is_unexpected(body):
    with pytest.raises(UnexpectedReply):
        to_ticket(_reply(body))


def test_no_id_and_words_about_money_are_the_operators_problem():
    with pytest.raises(Misconfigured) as told:
        to_ticket(_reply({"message": OUT_OF_CREDITS}))
    assert told.value.kind is MisconfiguredKind.BALANCE


@pytest.mark.parametrize(
    ("status", "message", "error", "kind"),
    [
        (400, BODY_ERROR, Refused, RefusalKind.INPUT),
        (400, "the prompt was rejected by moderation", Refused, RefusalKind.CONTENT),
        (401, NO_KEY, Misconfigured, MisconfiguredKind.KEY),
        (403, OUT_OF_CREDITS, Misconfigured, MisconfiguredKind.BALANCE),
        (403, "Forbidden resource", Misconfigured, MisconfiguredKind.KEY),
        (404, "Cannot POST", Misconfigured, MisconfiguredKind.ADDRESS),
    ],
)
@pytest.mark.parametrize("form", [int, str])
@pytest.mark.parametrize("through", ["http", "body"])
def test_a_refusal_says_whose_problem_it_is(status, message, error, kind, form, through):
    body = {"message": message, "path": PATH, "requestId": "1", "statusCode": form(status), "timestamp": "2025"}
    with pytest.raises(error, match=message.split("\n")[0]) as told:
        to_ticket(_reply(body, status if through == "http" else 200))
    assert told.value.kind is kind


@pytest.mark.parametrize(("status", "error"), [("429", TryLater), (401, Misconfigured), ("504", OutcomeUnknown)])
def test_a_status_in_the_body_counts_though_http_says_200(status, error):
    with pytest.raises(error, match="Because"):
        to_ticket(_reply({"message": "Because", "statusCode": status}))


def test_the_documents_broken_json_is_still_a_rate_limit():
    with pytest.raises(TryLater, match="Free-tier limit"):
        to_ticket(Reply(429, None, FREE_TIER))


@pytest.mark.parametrize(
    ("status", "message"),
    [(500, "Something wrong with the server."), (503, "Service unavailable"), (504, "Generation timeout")],
)
def test_a_server_error_leaves_a_submit_unknown(status, message):
    with pytest.raises(OutcomeUnknown, match=message):
        to_ticket(_reply({"message": message, "statusCode": status}, status))


# ------------------------------------------------------------------------------------------------- answers to a poll


def test_a_filled_in_link_means_nothing_before_the_end():
    assert to_progress(_reply(FIRST_QUEUED)) == Queued()


def test_a_filled_in_error_means_nothing_once_it_is_completed():
    assert to_progress(_reply(COMPLETED)) == Done(COMPLETED["video"]["url"], 60_000)


def test_videos_may_be_a_list():
    listed = COMPLETED | {"video": [{"url": "https://cdn.example/a.mp4"}]}
    assert to_progress(_reply(listed)).url == "https://cdn.example/a.mp4"


@pytest.mark.parametrize("video", [None, [], {}, "", {"url": None}, {"url": ""}, {"url": "ftp://x/y"}, [None]])
def test_completed_without_a_usable_link_is_unexpected(video):
    with pytest.raises(UnexpectedReply):
        to_progress(_reply(COMPLETED | {"video": video}))


@pytest.mark.parametrize(
    ("usage", "cost"),
    [
        ({"credits_used": 120000}, 60_000),
        ({"credits_used": "120000", "usd_spent": None}, 60_000),
        ({"credits_used": 1, "usd_spent": "0.07"}, 70_000),
        ({}, None),
        (None, None),
    ],
)
def test_what_is_billed_is_read_from_dollars_or_credits(usage, cost):
    assert to_progress(_reply(COMPLETED | {"meta": {"usage": usage}})).cost_micros == cost


@pytest.mark.parametrize("word", ["queued", "waiting", "Queued"])
def test_two_words_mean_that_it_waits(word):
    assert to_progress(_reply({"id": "x", "status": word, "video": None, "error": None})) == Queued()


@pytest.mark.parametrize("word", ["generating", "active", "percolating"])
def test_every_other_word_is_running(word):
    assert to_progress(_reply({"id": "x", "status": word, "error": ""})) == Running()


@pytest.mark.parametrize("word", ["error", "failed"])
@pytest.mark.parametrize(
    ("error", "failed"),
    [
        (None, Failed(FailReason.PROVIDER)),
        ("", Failed(FailReason.PROVIDER)),
        ("it broke", Failed(FailReason.PROVIDER, "it broke")),
        ({"name": "Timeout", "message": None}, Failed(FailReason.PROVIDER, "Timeout")),
        ({"name": "Bad", "message": "output 1027"}, Failed(FailReason.CONTENT, "Bad: output 1027")),
    ],
)
def test_a_failure_may_be_worded_in_any_form(word, error, failed):
    assert to_progress(_reply({"id": "x", "status": word, "error": error})) == failed


@pytest.mark.parametrize("body", [None, [], {}, {"status": None}, {"status": {}}, "queued"])
def test_an_answer_without_a_status_is_unexpected(body):
    with pytest.raises(UnexpectedReply):
        to_progress(_reply(body))


@pytest.mark.parametrize(("status", "error"), [("404", NoSuchTicket), (429, TryLater), (500, TryLater)])
def test_a_status_in_the_body_counts_when_asking_too(status, error):
    with pytest.raises(error):
        to_progress(_reply({"message": "Because", "statusCode": status}))


def _reply(body, status=200):
    return Reply(status, body, "")
