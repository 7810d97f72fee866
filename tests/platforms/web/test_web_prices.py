"""What a message would cost is told while it is written, with what the person has."""

import pytest

from bot.core.model import Reply
from tests.fakes.web_house import running_house
from tests.platforms.web.browser_tab import tab


@pytest.fixture
async def house(tmp_path):
    async with running_house(tmp_path) as house:
        yield house


async def test_the_price_of_what_stands_in_the_box_is_told(house):
    async with tab(house.server.address) as me:
        await me.open()
        draft = {"text": "a cat", "photos": 1, "chosen": {"model": "hailuo", "seconds": "", "resolution": "768P"}}
        assert await me.post("/chat/price", json=draft) == (200, {
            "sentence": "This costs 56 credits. You have 100 credits.", "price": 56, "balance": 100, "enough": True,
        })  # fmt: skip
        assert house.core.quoted == [("a cat model=hailuo resolution=768P", 1)]
        assert house.core.received == []


async def test_commands_have_no_price(house):
    async with tab(house.server.address) as me:
        await me.open()
        _, told = await me.post("/chat/price", json={"text": "/help"})
        assert told == {"sentence": "", "price": None, "balance": None, "enough": False}


@pytest.mark.parametrize(
    "body",
    [
        {"text": "x" * 100_000},
        {"photos": 3},
        {"photos": -1},
        {"chosen": {"a": "", "b": "", "c": "", "d": ""}},
        {"x": 1},
        [],
    ],
)
async def test_a_draft_that_no_page_of_ours_sends_is_refused(house, body):
    async with tab(house.server.address) as me:
        await me.open()
        status, told = await me.post("/chat/price", json=body)
        assert (status, told["error"]) == (400, "That message arrived damaged. Please send it again.")
        assert house.core.quoted == []


async def test_whom_we_do_not_know_is_told_no_price(house):
    async with tab(house.server.address) as me:
        status, _ = await me.post("/chat/price", json={"text": "a cat"})
        assert status == 401


async def test_what_the_note_says_is_not_said_again(house):
    async with tab(house.server.address) as me:
        await me.open()
        house.core.replies["/cancel"] = Reply("Stopping it, if it can still be stopped.", in_note=True)
        await me.say("/cancel")
        assert [entry["text"] for entry in await me.entries() if entry["kind"] == "reply"] == [""]
