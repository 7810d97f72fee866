"""Providers in the console: paused, priced, and their costs beside their bills."""

from dataclasses import replace
from decimal import Decimal

import pytest

from bot.core.model import FileName, ListPrice, State
from bot.core.store import Change
from tests.fakes.admin_house import admin_house
from tests.web.console_client import Operator

PAGE = "/admin/providers"


@pytest.fixture
async def house(tmp_path):
    async with admin_house(tmp_path) as house:
        yield house


@pytest.fixture
def operator(house, client):
    return Operator(house, client)


class TestPausing:
    async def test_a_provider_is_paused_and_resumed(self, house, operator):
        assert await operator.send(PAGE, "/acme/pause") == "acme is paused: it is given nothing new."
        assert house.breaker.paused() == {"acme"}
        assert "acme paused" in await operator.says(PAGE)
        assert await operator.send(PAGE, "/acme/resume") == "acme is given new videos again."
        assert house.breaker.paused() == frozenset()

    async def test_doing_it_twice_is_said(self, house, operator):
        where, fields = await operator.form(PAGE, "/acme/pause")
        await operator.post(where, fields)
        assert await operator.post(where, fields) == "acme is paused already: it is given nothing new."
        where, fields = await operator.form(PAGE, "/acme/resume")
        await operator.post(where, fields)
        assert await operator.post(where, fields) == "acme was not paused."

    async def test_the_log_tells_who_paused_it_and_why(self, house, operator):
        await operator.send(PAGE, "/acme/pause", reason="a new key")
        house.clock.advance(minutes=1)
        await operator.send(PAGE, "/acme/resume")
        said = await operator.says("/admin/log")
        assert "2026-11-21 09:01:00 console resume acme 2026-11-21 09:00:00 console pause acme a new key" in said

    async def test_an_endless_reason_pauses_nothing(self, house, operator):
        said = await operator.send(PAGE, "/acme/pause", reason="x" * 201)
        assert said == "Please give a reason, of at most 200 characters: the log keeps it."
        assert house.breaker.paused() == frozenset()

    async def test_a_provider_that_is_not_there_cannot_be_paused(self, operator):
        _, fields = await operator.form(PAGE, "/acme/pause")
        assert await operator.post("/admin/providers/nobody/pause", fields) == 404


class TestPrices:
    async def test_a_price_is_set_and_dropped_again(self, house, operator):
        _, fields = await operator.form(PAGE, "/price")
        clip = {"offer": "acme/card", "clip": "768P/6"}
        said = await operator.post("/admin/providers/price", fields | clip | {"act": "set", "usd": "0.305"})
        assert said == "acme/card, 6 s 768P, is now listed at 0.305 USD."
        assert await house.store.list_prices() == (ListPrice("acme/card", "768P", 6, Decimal("0.305")),)
        assert "768P 6 s text, picture 0.305 31 your own" in await operator.says(PAGE)
        drop = fields | clip | {"act": "drop"}
        assert await operator.post("/admin/providers/price", drop) == (
            "acme/card, 6 s 768P, is listed at the provider's own price again."
        )
        assert (await operator.post("/admin/providers/price", drop)).endswith("own price already.")

    @pytest.mark.parametrize("usd", ["", "free", "-1", "NaN", "1e9", "0.0000001"])
    async def test_what_is_no_price_changes_nothing(self, house, operator, usd):
        said = await operator.send(PAGE, "/price", clip="768P/6", act="set", usd=usd)
        assert said == f"“{usd}” is no price in US dollars, such as 0.28."
        assert await house.store.list_prices() == ()

    @pytest.mark.parametrize(("offer", "clip"), [("acme/other", "768P/6"), ("acme/card", "768P/7"), ("", "")])
    async def test_a_clip_that_nobody_makes_has_no_price(self, operator, offer, clip):
        said = await operator.send(PAGE, "/price", offer=offer, clip=clip, act="set", usd="1")
        assert said == "Nobody makes that clip any more: load the page again."


class TestCosts:
    async def test_costs_stand_beside_bills(self, house, operator):
        await house.scene.rich()
        request = replace(house.scene.draft().request, first_frame=FileName("a.jpg"))
        for offer, cost in (("acme/card", 300_000), ("acme/card", None), ("gone/old", None)):
            job = await house.scene.rendering(offer=offer, request=request)
            await house.store.move(job, Change(State.FETCHING, result_url="https://x/y", cost_micros=cost))
        said = await operator.says("/admin/costs")
        assert "acme/card 6 s 768P picture 2 0.56 0.30 1 +7.1 %" in said
        assert "gone/old 6 s 768P picture 1 not offered not told 0" in said
