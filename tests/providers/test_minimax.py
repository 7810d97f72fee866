"""MiniMax's own API: the provider's contract over each of its two, and what only the second one can."""

import json
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from aiohttp import web
from pydantic import SecretStr

from providers.account import Account
from providers.contract import CallsBack, Cancels, Failed, Finds, LostCall, Proves, Queued, Ticket
from providers.errors import Misconfigured, NoSuchTicket, OutcomeUnknown, TryLater, UnexpectedReply
from providers.http import Connections
from providers.minimax import MinimaxProvider
from tests.contracts.provider import ProviderContract, order_for
from tests.fakes.apis.minimax import FakeMinimax
from tests.fakes.apis.server import KEY, OnPoll, OnSubmit, Phase
from tests.fakes.serving import serving


class MinimaxContract(ProviderContract):
    wire_model = ""

    def make_fake(self):
        return FakeMinimax()

    def make_provider(self, account, connections):
        return MinimaxProvider(account=account, connections=connections)

    @pytest.fixture
    def order(self, provider, picture):
        offer = next(offer for offer in provider.offers if offer.wire_model == self.wire_model)
        return order_for(offer, offer.formats[0], picture)

    @pytest.fixture
    def lost(self, api, order):
        """An order whose paid call is about to be lost."""
        return LostCall(order, begun_at=datetime.fromtimestamp(api.now, UTC))

    async def test_a_key_of_both_contracts_has_every_power(self, provider):
        assert isinstance(provider, Proves)
        assert isinstance(provider, Cancels)
        assert isinstance(provider, Finds)
        assert isinstance(provider, CallsBack)

    async def test_a_callback_is_greeted_and_then_tells_of_the_task(self, provider, api, order):
        async with _called_back(provider) as (address, heard):
            ticket = await provider.submit(order, callback_url=address)
            await api.call_back(api.tasks[ticket.id], Phase.RUNNING)
        assert [news.ticket and news.ticket.id for news in heard] == [None, ticket.id]
        assert api.wrong_requests == []


class TestHailuo(MinimaxContract):
    """The first contract."""

    wire_model = "MiniMax-Hailuo-2.3"

    async def test_a_task_runs_to_its_end_whoever_wants_it_stopped(self, provider, api, order):
        ticket = await self.submitted(provider, order)
        assert not await provider.cancel(ticket)
        assert not api.polled
        assert not api.deletions

    async def test_a_lost_call_cannot_be_asked_about(self, provider, api, lost):
        with pytest.raises(TryLater):
            await provider.find(lost)
        assert not api.pages_asked


class TestH3(MinimaxContract):
    """The second contract."""

    wire_model = "MiniMax-H3"

    # ------------------------------------------------------------------------------------ cancelling

    async def test_a_waiting_task_is_cancelled(self, provider, api, order):
        ticket = await self.submitted(provider, order)
        assert await provider.cancel(ticket)
        assert isinstance(await provider.poll(ticket), Failed)

    async def test_a_task_that_is_under_way_goes_on(self, provider, api, order):
        api.phases = [Phase.RUNNING]
        ticket = await self.submitted(provider, order)
        assert not await provider.cancel(ticket)
        assert not api.deletions

    async def test_a_finished_task_keeps_its_clip_when_it_is_cancelled_too_late(self, provider, api, order):
        api.phases = [Phase.DONE]
        ticket = await self.submitted(provider, order)
        assert not await provider.cancel(ticket)
        assert list(api.tasks) == [ticket.id]

    async def test_a_task_that_was_cancelled_before_is_not_cancelled_again(self, provider, api, order):
        ticket = await self.submitted(provider, order)
        await provider.cancel(ticket)
        assert not await provider.cancel(ticket)
        assert api.deletions == [ticket.id]

    async def test_an_unknown_task_cannot_be_cancelled(self, provider, api):
        with pytest.raises(NoSuchTicket):
            await provider.cancel(Ticket("a/b?c", wire_model=self.wire_model))
        assert api.polled == {"a/b?c": 1}

    async def test_a_task_of_one_contract_is_not_asked_for_in_the_other(self, provider, order):
        ticket = await self.submitted(provider, order)
        with pytest.raises(NoSuchTicket):
            await provider.poll(Ticket(ticket.id, wire_model="MiniMax-Hailuo-02"))
        assert isinstance(await provider.poll(ticket), Queued)

    # ------------------------------------------------------------------------------------ finding what was lost

    @pytest.mark.parametrize("fault", [OnSubmit.HANG_UP, OnSubmit.FAIL_504, OnSubmit.STAY_SILENT])
    async def test_the_task_of_a_lost_call_is_found_and_its_clip_can_be_had(self, provider, api, order, lost, fault):
        api.on_submit = [fault]
        with pytest.raises(OutcomeUnknown):
            await provider.submit(order, callback_url=None)
        ticket = await provider.find(lost)
        assert ticket == Ticket(next(iter(api.tasks)), wire_model=self.wire_model)
        await self.polled_until_done(provider, api, ticket)
        assert api.knocks == 1
        assert api.wrong_requests == []

    async def test_a_task_that_is_not_listed_yet_may_still_turn_up(self, provider, lost):
        with pytest.raises(TryLater):
            await provider.find(lost)

    async def test_tasks_of_other_jobs_and_other_orders_are_passed_over(self, provider, api, order, lost):
        other = await provider.submit(order, callback_url=None)
        for wish in _differing(order):
            await provider.submit(wish, callback_url=None)
        mine = await provider.submit(order, callback_url=None)
        known = LostCall(order, lost.begun_at, others=frozenset({other.id}))
        assert (await provider.find(known)).id == mine.id

    async def test_two_tasks_that_could_be_it_are_one_too_many(self, provider, api, order, lost):
        await provider.submit(order, callback_url=None)
        await provider.submit(order, callback_url=None)
        with pytest.raises(UnexpectedReply):
            await provider.find(lost)

    async def test_where_other_calls_were_lost_too_nothing_is_anybodys(self, provider, api, order, lost):
        await provider.submit(order, callback_url=None)
        with pytest.raises(UnexpectedReply):
            await provider.find(LostCall(order, lost.begun_at, rivals=1))
        assert not api.pages_asked

    async def test_a_task_of_a_call_that_was_made_while_the_list_was_on_its_way_is_not_taken(
        self, provider, api, order, lost
    ):
        await provider.submit(order, callback_url=None)

        async def one_by_now():
            assert api.pages_asked
            return 1

        with pytest.raises(UnexpectedReply):
            await provider.find(replace(lost, rivals_now=one_by_now))

    @pytest.mark.parametrize(("late", "found"), [(-6, False), (-5, True), (180, True), (181, False)])
    async def test_a_task_is_looked_for_within_three_minutes_of_the_call(self, provider, api, order, lost, late, found):
        api.now += late
        await provider.submit(order, callback_url=None)
        if found:
            assert (await provider.find(lost)).id in api.tasks
        else:
            with pytest.raises(TryLater):
                await provider.find(lost)

    async def test_the_list_is_read_back_to_the_time_of_the_call_and_no_further(self, provider, api, order, lost):
        body = {"model": self.wire_model, "content": [], "resolution": "2K", "duration": 6}
        for age in range(400):
            api.now = int(lost.begun_at.timestamp()) - 400 + age
            api._take(body)
        api.now += 1
        mine = await provider.submit(order, callback_url=None)
        for _ in range(150):
            api._take(body)
        assert (await provider.find(lost)).id == mine.id
        assert api.pages_asked == [1, 2, 3]

    async def test_a_list_without_end_is_given_up(self, provider, api, order, lost):
        await provider.submit(order, callback_url=None)
        for _ in range(1_100):
            api._take({"model": self.wire_model, "content": [], "resolution": "2K", "duration": 6})
        with pytest.raises(TryLater):
            await provider.find(lost)
        assert api.pages_asked == list(range(1, 11))

    @pytest.mark.parametrize("fault", [OnPoll.FAIL_500, OnPoll.SAY_HTML, OnPoll.BUSY])
    async def test_a_list_that_cannot_be_read_says_nothing(self, provider, api, order, lost, fault):
        await provider.submit(order, callback_url=None)
        api.on_list = [fault]
        with pytest.raises((TryLater, UnexpectedReply)):
            await provider.find(lost)

    @pytest.mark.parametrize(
        ("fault", "kind"), [(OnSubmit.BAD_KEY, Misconfigured), (OnSubmit.BAD_INPUT, UnexpectedReply)]
    )
    async def test_a_list_that_is_refused_is_no_list_without_the_task(self, provider, api, order, lost, fault, kind):
        await provider.submit(order, callback_url=None)
        api.on_list = [fault]
        with pytest.raises(kind):
            await provider.find(lost)


@pytest.fixture
def alone():
    """A provider whose connections are closed: what it says comes out of what it is told."""
    return MinimaxProvider(account=Account(SecretStr(KEY), "https://api.minimax.example"), connections=Connections())


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b'{"task": {}}', b'{"task": null, "id": null}', b"\xff"])
def test_what_is_not_minimaxs_is_no_callback(body, alone):
    with pytest.raises(UnexpectedReply):
        alone.read_callback({}, body)


def test_the_first_contracts_callback_names_its_task(alone):
    body = {"task_id": 115334141465231360, "status": "success", "file_id": "205258526306433"}
    assert alone.read_callback({}, json.dumps(body).encode()).ticket == Ticket("115334141465231360")


def _differing(order):
    """Orders that differ from *order* in one thing each."""
    return (
        replace(order, seconds=order.seconds + 1),
        replace(order, resolution="2K"),
        replace(order, wire_model="MiniMax-H3-Max"),
    )


@asynccontextmanager
async def _called_back(provider):
    """An address of ours that answers as the provider says, and what it heard."""
    heard = []

    async def listen(request):
        heard.append(provider.read_callback(request.headers, await request.read()))
        return web.Response(body=heard[-1].answer, content_type="application/json")

    async with serving(web.post("/callbacks", listen)) as url:
        yield f"{url}/callbacks", heard
