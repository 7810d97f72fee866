"""What every provider must do: one suite, run over each against a loopback server that behaves like its API.

A test module derives a class from `ProviderContract` and says how its provider and its fake are made; powers that the
provider has beyond the contract are tested beside it.
"""

import base64
import random
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from itertools import chain

import pytest
from PIL import Image
from pydantic import SecretStr

from providers.account import Account, Rate
from providers.contract import Done, Failed, FailReason, Mode, Order, Picture, Proves, Queued, Running, Ticket
from providers.errors import (
    Misconfigured,
    MisconfiguredKind,
    NoSuchTicket,
    OutcomeUnknown,
    ProviderError,
    RefusalKind,
    Refused,
    TryLater,
    UnexpectedReply,
)
from providers.http import Connections
from tests.fakes.apis.server import KEY, FakeApi, OnFetch, OnPoll, OnSubmit, Phase
from tests.fakes.apis.website import Nonsense, website

JPEG = bytes.fromhex("ffd8ffe000104a46494600010100000100010000ffd9")
LOST = [
    OnSubmit.HANG_UP,
    OnSubmit.CUT_SHORT,
    OnSubmit.SAY_HTML,
    OnSubmit.SAY_NO_ID,
    OnSubmit.FAIL_500,
    OnSubmit.FAIL_502,
    OnSubmit.FAIL_503,
    OnSubmit.FAIL_504,
]


class Taken(Exception):
    """Another host has the job."""


class ProviderContract(ABC):
    """Derive, name the class `Test…`, fill in the two makers."""

    knows_missing_tickets = True
    """Whether this API says clearly that it knows no such task."""

    @abstractmethod
    def make_fake(self) -> FakeApi:
        """The API's loopback server."""

    @abstractmethod
    def make_provider(self, account: Account, connections: Connections):
        """The provider under test."""

    @pytest.fixture
    async def connections(self):
        async with Connections(allow_private=True, pay_seconds=1.0) as connections:
            yield connections

    @pytest.fixture
    async def api(self):
        fake = self.make_fake()
        async with fake.serve():
            yield fake

    @pytest.fixture
    def provider(self, api, connections):
        return self.make_provider(Account(SecretStr(KEY), api.base_url), connections)

    @pytest.fixture
    def picture(self, tmp_path):
        path = tmp_path / "cat.jpg"
        path.write_bytes(JPEG)
        return Picture(path, "image/jpeg", "https://bot.example/media/cat.jpg")

    @pytest.fixture
    def order(self, provider, picture):
        return order_for(provider.offers[0], provider.offers[0].formats[0], picture)

    # ---------------------------------------------------------------------------------- the way it should go

    async def test_a_submit_gives_a_ticket_and_pays_once(self, provider, api, order):
        ticket = await provider.submit(order, callback_url=None)
        assert ticket.id == next(iter(api.tasks))
        assert api.wrong_requests == []

    async def test_a_task_is_queued_then_running_then_done_and_its_clip_can_be_fetched(self, provider, api, order):
        ticket = await self.submitted(provider, order)
        seen = [await provider.poll(ticket) for _ in range(3)]
        assert isinstance(seen[0], Queued | Running)
        assert isinstance(seen[1], Running)
        assert isinstance(seen[2], Done)
        assert await fetched(provider, seen[2]) == api.clip

    async def test_everything_on_offer_is_accepted_by_the_api(self, provider, api, picture):
        for offer in provider.offers:
            for shape in offer.formats:
                await provider.submit(order_for(offer, shape, picture), callback_url=None)
        assert api.wrong_requests == []
        assert len(api.tasks) == sum(len(offer.formats) for offer in provider.offers)

    async def test_camera_moves_reach_the_api_unescaped(self, provider, api, picture):
        following = [offer for offer in provider.offers if offer.camera_moves]
        for offer in following:
            prompt = "a cat [Pan left,Zoom in] then [Shake]"
            await provider.submit(order_for(offer, offer.formats[0], picture, prompt), callback_url=None)
        sent = [str(task.body) for task in api.tasks.values()]
        assert all("[Pan left,Zoom in] then [Shake]" in body for body in sent)
        assert len(sent) == len(following)

    async def test_pictures_arrive_as_they_are(self, provider, api, tmp_path):
        Image.new("RGB", (640, 480)).save(tmp_path / "large.jpg")
        with (tmp_path / "large.jpg").open("ab") as file:
            file.write(random.Random(7).randbytes(200_000))
        content = (tmp_path / "large.jpg").read_bytes()
        picture = Picture(tmp_path / "large.jpg", "image/jpeg", "https://bot.example/media/large.jpg")
        itself = f"data:image/jpeg;base64,{base64.b64encode(content).decode()}"
        for order in (orders := orders_with_pictures(provider, picture)):
            await provider.submit(order, callback_url=None)
        sent = [
            [each for each in leaves(task.body) if each in (itself, content, picture.url)]
            for task in api.tasks.values()
        ]
        assert [len(pictures) for pictures in sent] == [1 + (order.last_frame is not None) for order in orders]

    # ---------------------------------------------------------------------------------- the paid call

    async def test_where_nobody_listens_nothing_is_lost_and_the_call_may_be_made_again(self, provider, api, order):
        await api.go_away()
        with pytest.raises(TryLater):
            await provider.submit(order, callback_url=None)

    async def test_the_last_look_is_taken_before_anything_is_paid_for(self, provider, api, order):
        async def look():
            assert not api.tasks
            raise Taken

        with pytest.raises(Taken):
            await provider.submit(replace(order, last_look=look), callback_url=None)
        assert not api.tasks

    @pytest.mark.parametrize("fault", LOST, ids=lambda fault: fault.name.lower())
    async def test_a_lost_or_unreadable_answer_is_an_unknown_outcome_and_never_repeated(
        self, provider, api, order, fault
    ):
        api.on_submit = [fault, OnSubmit.TAKE]
        with pytest.raises((OutcomeUnknown, UnexpectedReply)):
            await provider.submit(order, callback_url=None)
        assert api.knocks == 1

    async def test_a_picture_that_cannot_be_read_is_found_before_anything_is_sent(self, provider, api, tmp_path):
        for order in orders_with_pictures(provider, Picture(tmp_path / "gone.jpg", "image/jpeg")):
            with pytest.raises((TryLater, Refused)):  # refused where pictures are taken by address alone
                await provider.submit(order, callback_url=None)
        assert api.knocks == 0

    async def test_silence_is_an_unknown_outcome_within_the_time_limit(self, provider, api, order):
        api.on_submit = [OnSubmit.STAY_SILENT]
        with pytest.raises(OutcomeUnknown):
            await provider.submit(order, callback_url=None)
        assert api.knocks == 1

    async def test_a_busy_api_is_tried_again_later_and_its_wish_is_heard(self, provider, api, order):
        api.on_submit = [OnSubmit.BUSY_FOR_7, OnSubmit.BUSY]
        with pytest.raises(TryLater) as told:
            await provider.submit(order, callback_url=None)
        assert told.value.after is not None
        assert told.value.after >= timedelta(seconds=7)
        with pytest.raises(TryLater):
            await provider.submit(order, callback_url=None)
        assert not api.tasks

    @pytest.mark.parametrize(
        ("fault", "kind"), [(OnSubmit.BAD_KEY, MisconfiguredKind.KEY), (OnSubmit.NO_BALANCE, MisconfiguredKind.BALANCE)]
    )
    async def test_a_problem_of_the_operator_is_said_to_be_one(self, provider, api, order, fault, kind):
        api.on_submit = [fault]
        with pytest.raises(Misconfigured) as told:
            await provider.submit(order, callback_url=None)
        assert told.value.kind is kind

    @pytest.mark.parametrize(
        ("fault", "kind"), [(OnSubmit.BAD_CONTENT, RefusalKind.CONTENT), (OnSubmit.BAD_INPUT, RefusalKind.INPUT)]
    )
    async def test_a_problem_of_the_request_is_said_to_be_one(self, provider, api, order, fault, kind):
        api.on_submit = [fault]
        with pytest.raises(Refused) as told:
            await provider.submit(order, callback_url=None)
        assert told.value.kind is kind

    async def test_the_key_is_in_no_error(self, provider, api, order):
        api.on_submit = [OnSubmit.BAD_KEY]
        with pytest.raises(Misconfigured) as told:
            await provider.submit(order, callback_url=None)
        assert KEY not in f"{told.value!r} {told.value} {provider!r}"

    # ---------------------------------------------------------------------------------- asking

    @pytest.mark.parametrize("fault", [OnPoll.FAIL_500, OnPoll.FAIL_502, OnPoll.SAY_HTML, OnPoll.HANG_UP, OnPoll.BUSY])
    async def test_a_bad_answer_to_a_question_changes_nothing(self, provider, api, order, fault):
        ticket = await self.submitted(provider, order)
        api.on_poll = [fault, fault, OnPoll.ANSWER]  # a GET whose connection was cut may be repeated below us
        with pytest.raises((TryLater, UnexpectedReply)):
            await provider.poll(ticket)
        api.on_poll = [OnPoll.ANSWER]
        assert isinstance(await provider.poll(ticket), Queued | Running)

    async def test_a_key_that_stops_holding_is_the_operators_problem(self, provider, api, order):
        ticket = await self.submitted(provider, order)
        api.on_poll = [OnPoll.BAD_KEY]
        with pytest.raises(Misconfigured):
            await provider.poll(ticket)

    async def test_a_word_that_no_document_names_means_still_running(self, provider, api, order):
        ticket = await self.submitted(provider, order)
        api.on_poll = [OnPoll.STRANGE_WORD]
        assert isinstance(await provider.poll(ticket), Running)

    async def test_done_without_a_link_is_not_done(self, provider, api, order):
        ticket = await self.submitted(provider, order)
        api.on_poll = [OnPoll.DONE_WITHOUT_LINK]
        with pytest.raises((TryLater, UnexpectedReply)):
            await provider.poll(ticket)

    async def test_a_task_that_nobody_knows_is_not_called_failed(self, provider, api, order):
        ticket = await self.submitted(provider, order)
        api.on_poll = [OnPoll.VANISHED]
        with pytest.raises(NoSuchTicket if self.knows_missing_tickets else ProviderError):
            await provider.poll(ticket)

    async def test_a_failed_task_is_failed(self, provider, api, order):
        api.phases = [Phase.RUNNING, Phase.FAILED]
        ticket = await self.submitted(provider, order)
        assert isinstance(await provider.poll(ticket), Running)
        failed = await provider.poll(ticket)
        assert isinstance(failed, Failed)
        assert failed.reason is FailReason.PROVIDER

    async def test_a_clip_that_was_not_allowed_to_be_is_told_apart(self, provider, api, order):
        api.phases = [Phase.FAILED_CONTENT]
        ticket = await self.submitted(provider, order)
        failed = await provider.poll(ticket)
        assert isinstance(failed, Failed)
        assert failed.reason is FailReason.CONTENT

    # ---------------------------------------------------------------------------------- the clip

    @pytest.mark.parametrize("fault", [OnFetch.FORBIDDEN, OnFetch.NOT_THERE, OnFetch.CUT_SHORT, OnFetch.REDIRECT_LOOP])
    async def test_a_link_that_does_not_give_the_clip_may_be_tried_again(self, provider, api, order, fault):
        done = await self.made(provider, api, order)
        api.on_fetch = [fault]
        with pytest.raises(TryLater):
            await fetched(provider, done)

    async def test_an_expired_link_is_replaced_by_asking_again(self, provider, api, order):
        ticket = await self.submitted(provider, order)
        done = await self.polled_until_done(provider, api, ticket)
        api.expire_links()
        if await expired(provider, done):
            done = await provider.poll(ticket)
        assert await fetched(provider, done) == api.clip

    # ---------------------------------------------------------------------------------- the key and the pace

    async def test_a_key_can_be_proven_without_paying(self, provider, api):
        assert isinstance(provider, Proves)
        await provider.prove()
        api.key = "another"
        with pytest.raises(Misconfigured) as told:
            await provider.prove()
        assert told.value.kind is MisconfiguredKind.KEY
        assert not api.tasks

    @pytest.mark.parametrize("nonsense", list(Nonsense), ids=lambda nonsense: nonsense.name.lower())
    async def test_an_answer_that_is_not_the_apis_own_proves_no_key(self, api, connections, nonsense):
        async with website(nonsense) as address:
            stranger = self.make_provider(Account(SecretStr(KEY), address), connections)
            with pytest.raises((Misconfigured, TryLater, UnexpectedReply)):
                await stranger.prove()

    async def test_nobody_can_say_whether_a_key_holds_while_nobody_listens(self, provider, api):
        await api.go_away()
        with pytest.raises(TryLater):
            await provider.prove()

    async def test_the_operators_own_limits_go_before_the_usual_ones(self, api, connections):
        account = Account(SecretStr(KEY), api.base_url, Rate(3, 2))
        limited = self.make_provider(account, connections)
        assert (limited.pace.submits_per_minute, limited.pace.at_once) == (3, 2)

    def test_offers_can_be_told_apart_and_cost_something(self, provider):
        offers = provider.offers
        assert len({offer.key for offer in offers}) == len(offers)
        assert all(offer.provider == provider.name for offer in offers)
        for offer in offers:
            cells = {(shape.mode, shape.resolution, shape.seconds) for shape in offer.formats}
            assert len(cells) == len(offer.formats) > 0
            assert all(shape.price_usd >= 0 and shape.resolution.isupper() for shape in offer.formats)

    # ---------------------------------------------------------------------------------- small verbs

    async def submitted(self, provider, order) -> Ticket:
        """The ticket as the house hands it back: with what it was bought for."""
        ticket = await provider.submit(order, callback_url=None)
        return Ticket(ticket.id, wire_model=order.wire_model)

    async def made(self, provider, api, order) -> Done:
        return await self.polled_until_done(provider, api, await self.submitted(provider, order))

    async def polled_until_done(self, provider, api, ticket) -> Done:
        api.tasks[ticket.id].phases = [Phase.DONE]
        done = await provider.poll(ticket)
        assert isinstance(done, Done)
        return done


def order_for(offer, shape, picture, prompt="a cat smiling") -> Order:
    """An order that fits one format of an offer."""
    return Order(
        reference="abc123def4",
        wire_model=offer.wire_model,
        prompt=prompt,
        seconds=shape.seconds,
        resolution=shape.resolution,
        first_frame=None if shape.mode is Mode.TEXT else picture,
        last_frame=picture if shape.mode is Mode.FIRST_LAST else None,
    )


def orders_with_pictures(provider, picture) -> list[Order]:
    """One for each format that takes any."""
    cells = [(offer, shape) for offer in provider.offers for shape in offer.formats if shape.mode is not Mode.TEXT]
    return [order_for(offer, shape, picture) for offer, shape in cells]


def leaves(value) -> Iterator[object]:
    """Everything in a request that holds nothing else."""
    inner = value.values() if isinstance(value, Mapping) else value if isinstance(value, list) else None
    if inner is None:
        yield value
    else:
        yield from chain.from_iterable(map(leaves, inner))


async def fetched(provider, done: Done) -> bytes:
    return b"".join([chunk async for chunk in provider.fetch(done)])


async def expired(provider, done: Done) -> bool:
    """Whether this API's links expire at all."""
    try:
        await fetched(provider, done)
    except TryLater:
        return True
    return False
