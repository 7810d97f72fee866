"""The price of what stands in the box, told beside the balance while it is written, to everybody's eyes and ears."""

import asyncio
import io

import pytest
from PIL import Image
from playwright.async_api import expect

from bot.core.foreseeing import Quote
from bot.core.model import State
from tests.fakes.web_house import clip_in


def _png():
    content = io.BytesIO()
    Image.new("RGB", (64, 64), "teal").save(content, "PNG")
    return content.getvalue()


COUNT_WRITES = """line => {
    const watch = {childList: true, characterData: true, subtree: true};
    window.written = 0;
    new MutationObserver(() => window.written++).observe(line, watch);
}"""
PHOTO = {"name": "cat.png", "mimeType": "image/png", "buffer": _png()}
PRICE = "This costs 28 credits. You have 100 credits."


async def asked(house, text, pictures):
    """Wait until the core was asked for this price."""
    async with asyncio.timeout(5):
        while (text, pictures) not in house.core.quoted:  # noqa: ASYNC110 the list announces nothing
            await asyncio.sleep(0.02)


async def test_the_price_is_told_before_anything_is_sent(me, house):
    line = me.page.locator("#price")
    await expect(line).to_have_text(PRICE)
    await expect(line).to_have_attribute("aria-live", "polite")
    await me.page.set_input_files("#files", PHOTO)
    await expect(line).to_have_text("This costs 56 credits. You have 100 credits.")
    await me.page.select_option("#seconds", "10")
    await me.page.type("#text", "A cat smiling")
    await asked(house, "A cat smiling seconds=10", 1)
    assert house.core.received == []


async def test_typing_asks_once_it_rests_and_says_nothing_twice(me, house):
    line = me.page.locator("#price")
    await expect(line).to_have_text(PRICE)
    await line.evaluate(COUNT_WRITES)
    before = len(house.core.quoted)
    await me.page.type("#text", "A cat smiling in the rain", delay=10)
    await asked(house, "A cat smiling in the rain", 0)
    assert len(house.core.quoted) - before <= 3
    assert await me.page.evaluate("window.written") == 0


async def test_the_balance_follows_what_becomes_of_a_video(me, house):
    await me.say("A cat smiling")
    house.core.balance = 72
    job = await house.core.opened()
    await house.core.deliver(job, await asyncio.to_thread(clip_in, house.files))
    await expect(me.page.locator("#price")).to_have_text("This costs 28 credits. You have 72 credits.")


async def test_what_is_too_dear_stands_out_and_a_command_costs_nothing(me, house):
    line = me.page.locator("#price")
    house.core.balance = 5
    await me.page.fill("#text", "A cat")
    await expect(line).to_have_attribute("data-enough", "false")
    await me.page.fill("#text", "/help")
    await expect(line).to_be_empty()
    await expect(line).to_have_attribute("data-enough", "true")


async def test_a_server_that_tells_no_price_hinders_nobody(arrive, house):
    house.core.told = [None]
    me = await arrive()
    await me.say("A cat smiling")
    await house.core.move(await house.core.opened(), State.RENDERING)
    await expect(me.page.locator(".note")).to_have_count(1)


LONG = "This costs 1,280 credits: you will be asked first. You have 1,000,000 credits."


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 360, 1100])
async def test_the_line_fits_everywhere_and_can_be_read(arrive, house, width, scheme):
    house.core.told = [Quote(LONG, 1280, 10)]
    me = await arrive(width=width, height=640, color_scheme=scheme)
    line = me.page.locator("#price")
    await expect(line).to_have_text(LONG)
    assert await me.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    box = await line.bounding_box()
    assert (box["x"] >= 0, box["y"] + box["height"] <= 640) == (True, True)
    assert await line.evaluate(CONTRAST) >= 4.5


CONTRAST = """line => {
    const light = (color) => {
        const parts = color.match(/[\\d.]+/g).slice(0, 3).map((n) => n / 255)
            .map((n) => n <= 0.03928 ? n / 12.92 : ((n + 0.055) / 1.055) ** 2.4);
        return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2];
    };
    const ink = light(getComputedStyle(line).color);
    const ground = light(getComputedStyle(document.body).backgroundColor);
    return (Math.max(ink, ground) + 0.05) / (Math.min(ink, ground) + 0.05);
}"""
