"""302.AI: the contract, its page's own words, its gateway, its callbacks."""

from contextlib import asynccontextmanager

import pytest
from aiohttp import web
from pydantic import SecretStr

from providers.account import Account
from providers.ai302 import Ai302Provider
from providers.contract import CallsBack, Done, Failed, FailReason, Mode, Ticket
from providers.errors import Misconfigured, OutcomeUnknown, TryLater, UnexpectedReply
from tests.contracts.provider import ProviderContract, order_for
from tests.fakes.apis.ai302 import FakeAi302
from tests.fakes.apis.minimax_v1 import OnFile
from tests.fakes.apis.server import KEY, OnSubmit, Phase
from tests.fakes.serving import serving


class TestAi302(ProviderContract):
    def make_fake(self):
        return FakeAi302()

    def make_provider(self, account, connections):
        return Ai302Provider(account=account, connections=connections)

    # ---------------------------------------------------------------------------------- its own names

    async def test_last_frame_and_callback_are_spelled_as_its_page_spells_them(self, provider, api, picture):
        ticket = await provider.submit(first_last(provider, picture), callback_url="http://127.0.0.1:9/none")
        body = api.tasks[ticket.id].body
        assert body["last_frame_images"].startswith("data:image/jpeg;base64,")
        assert body["callback"] == "http://127.0.0.1:9/none"
        assert not {"last_frame_image", "callback_url"} & set(body)

    async def test_both_can_be_spelled_as_minimax_spells_them(self, api, connections, picture):
        provider = Ai302Provider(
            account=Account(SecretStr(KEY), api.base_url),
            connections=connections,
            last_frame_key="last_frame_image",
            callback_key="callback_url",
        )
        ticket = await provider.submit(first_last(provider, picture), callback_url="http://127.0.0.1:9/none")
        assert {"last_frame_image", "callback_url"} <= set(api.tasks[ticket.id].body)

    async def test_nobody_is_called_back_about_the_01_series_which_has_no_word_for_it(self, provider, api, picture):
        offer = on_offer(provider, "live")
        ticket = await provider.submit(order_for(offer, offer.formats[0], picture), callback_url="http://127.0.0.1:9/x")
        assert api.tasks[ticket.id].callback_url is None
        assert api.wrong_requests == []

    # ---------------------------------------------------------------------------------- its prompts

    @pytest.mark.parametrize("model", ["video-01", "live", "director"])
    async def test_a_prompt_as_long_as_the_01_series_may_have_is_taken(self, provider, api, picture, model):
        offer = on_offer(provider, model)
        assert offer.prompt_most == 199
        await provider.submit(order_for(offer, offer.formats[0], picture, "x" * offer.prompt_most), callback_url=None)
        assert api.wrong_requests == []

    def test_hailuo_takes_what_minimax_takes(self, provider):
        assert on_offer(provider, "hailuo-02").prompt_most == 2000

    def test_the_length_of_prompts_is_the_operators_to_say(self, api, connections):
        account = Account(SecretStr(KEY), api.base_url)
        provider = Ai302Provider(account=account, connections=connections, prompt_most=1500)
        assert {offer.model: offer.prompt_most for offer in provider.offers} == {
            "hailuo-02": 2000,
            "video-01": 1500,
            "live": 1500,
            "director": 1500,
        }

    # ---------------------------------------------------------------------------------- its gateway

    @pytest.mark.parametrize("status", [200, 400, 403, 404, 500, 503])
    async def test_no_channel_means_that_nothing_was_made(self, provider, api, order, status):
        api.no_channel = status
        with pytest.raises(TryLater):
            await provider.submit(order, callback_url=None)
        assert api.knocks == 1
        assert not api.tasks

    @pytest.mark.parametrize("status", [200, 400, 403, 404, 500, 503])
    async def test_no_channel_for_a_question_changes_nothing(self, provider, api, order, status):
        ticket = await self.submitted(provider, order)
        api.no_channel = status
        with pytest.raises(TryLater):
            await provider.poll(ticket)

    async def test_another_trouble_of_the_gateway_is_an_unknown_outcome(self, provider, api, order):
        api.refusal = lambda _: api.gateway_error(500, -10001, "oops")
        api.on_submit = [OnSubmit.BUSY]
        with pytest.raises(OutcomeUnknown):
            await provider.submit(order, callback_url=None)

    # ---------------------------------------------------------------------------------- its files

    async def test_the_file_is_asked_for_once_it_is_made(self, provider, api, order):
        done = await self.made(provider, api, order)
        assert isinstance(done, Done)
        assert api.files_asked == [f"{next(iter(api.tasks))}77"]

    @pytest.mark.parametrize(
        ("why", "error"),
        [
            (OnFile.NO_LINK, TryLater),
            (OnFile.UNKNOWN, TryLater),
            (OnFile.FAIL_500, TryLater),
            (OnFile.BAD_KEY, Misconfigured),
        ],
    )
    async def test_a_file_that_is_not_to_be_had_is_asked_for_again(self, provider, api, order, why, error):
        api.phases, api.on_file = [Phase.DONE], [why, OnFile.ANSWER]
        ticket = await self.submitted(provider, order)
        with pytest.raises(error):
            await provider.poll(ticket)
        assert isinstance(await provider.poll(ticket), Done)

    async def test_the_spare_link_will_do(self, provider, api, order):
        api.on_file = [OnFile.SPARE_LINK]
        done = await self.made(provider, api, order)
        assert b"".join([chunk async for chunk in provider.fetch(done)]) == api.clip

    async def test_a_clip_may_be_found_out_at_its_file(self, provider, api, order):
        api.phases, api.on_file = [Phase.DONE], [OnFile.SENSITIVE]
        failed = await provider.poll(await self.submitted(provider, order))
        assert isinstance(failed, Failed)
        assert failed.reason is FailReason.CONTENT

    # ---------------------------------------------------------------------------------- its callbacks

    async def test_an_address_that_gives_the_challenge_back_hears_of_the_task(self, provider, api, order):
        assert isinstance(provider, CallsBack)
        async with listening(provider) as (url, heard):
            ticket = await provider.submit(order, callback_url=url)
            assert api.greeted == {ticket.id: True}
            await api.call_back(api.tasks[ticket.id], Phase.RUNNING)
            await api.call_back(api.tasks[ticket.id], Phase.DONE)
        assert heard == [None, Ticket(ticket.id), Ticket(ticket.id)]

    async def test_an_address_that_nobody_serves_does_not_spoil_the_submit(self, provider, api, order):
        async with listening(provider) as (url, _):
            pass
        ticket = await provider.submit(order, callback_url=url)
        assert api.greeted == {ticket.id: False}

    def test_a_forged_callback_names_at_most_a_task(self, provider):
        with pytest.raises(UnexpectedReply):
            provider.read_callback({}, b'{"status": "success", "video": "http://evil.example/x.mp4"}')


class TestAi302WithNumbersForIds(ProviderContract):
    """Ids are text in its examples and numbers in some of MiniMax's."""

    def make_fake(self):
        return FakeAi302(ids_are_numbers=True)

    def make_provider(self, account, connections):
        return Ai302Provider(account=account, connections=connections)


def on_offer(provider, model):
    return next(offer for offer in provider.offers if offer.model == model)


def first_last(provider, picture):
    offer = provider.offers[0]
    return order_for(offer, next(shape for shape in offer.formats if shape.mode is Mode.FIRST_LAST), picture)


@asynccontextmanager
async def listening(provider):
    """An address that reads callbacks as the house does: what is to be answered goes back, the rest is noted."""
    heard = []

    async def hear(request):
        news = provider.read_callback(request.headers, await request.read())
        heard.append(news.ticket)
        return (
            web.Response(body=news.answer, content_type="application/json") if news.answer else web.Response(status=204)
        )

    async with serving(web.post("/called", hear)) as url:
        yield f"{url}/called", heard
