import asyncio
import io
from pathlib import Path

import pytest
from PIL import Image
from playwright.async_api import expect

from bot.core.model import Paper, Reply, State
from tests.fakes.web_house import clip_in

pytestmark = pytest.mark.browser

DROP = """
async ([names, content]) => {
  const bytes = Uint8Array.from(atob(content), (letter) => letter.charCodeAt(0));
  const files = new DataTransfer();
  for (const name of names) files.items.add(new File([bytes], name, {type: "image/png"}));
  for (const kind of ["dragenter", "dragover", "drop"]) {
    const event = new DragEvent(kind, {dataTransfer: files, bubbles: true, cancelable: true});
    document.querySelector("#log").parentElement.dispatchEvent(event);
  }
}
"""
PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="


def _photo(folder: Path, name: str) -> str:
    Image.new("RGB", (400, 400), "orange").save(folder / name)
    return str(folder / name)


async def test_a_prompt_shows_progress_and_then_the_clip(me, house):
    clip = await asyncio.to_thread(clip_in, house.files)
    await me.say("A cat smiling [Zoom in]")
    job = await house.core.opened()
    await expect(me.page.locator(".said .bubble")).to_have_text("A cat smiling [Zoom in]")
    note = me.page.locator(".note")
    bar = note.get_by_role("progressbar")
    await expect(note.locator(".headline")).to_contain_text("Number 2 in the queue")
    assert await bar.get_attribute("aria-valuenow") is None
    await house.core.move(job, State.RENDERING, percent=42)
    await expect(bar).to_have_attribute("aria-valuenow", "42")
    await house.core.deliver(job, clip)
    await expect(note.locator("video")).to_be_visible()
    await expect(bar).to_be_hidden()
    await note.locator("video").evaluate(
        "v => v.readyState >= 1 || new Promise((done) => { v.onloadedmetadata = done; })"
    )
    assert await note.locator("video").evaluate("v => [v.videoWidth, v.videoHeight]") == [320, 180]
    await expect(me.page.locator("#announcer")).to_have_text("Your video is ready.")
    async with me.page.expect_download() as download:
        await note.get_by_text("Download").click()
    assert (await download.value).suggested_filename == "reelbot-clip.mp4"


async def test_the_history_is_there_after_a_reload(me, house):
    await me.say("A cat smiling")
    await house.core.deliver(await house.core.opened(), await asyncio.to_thread(clip_in, house.files))
    await expect(me.page.locator("video")).to_be_visible()
    await me.page.reload()
    await expect(me.page.locator(".said .bubble")).to_have_text("A cat smiling")
    await expect(me.page.locator("video")).to_have_count(1)
    await expect(me.page.locator("#empty")).to_be_hidden()


async def test_two_browsers_are_two_people(me, arrive, house):
    other = await arrive()
    await me.say("mine")
    await house.core.opened(1)
    await other.say("theirs")
    await house.core.opened(2)
    await expect(other.page.locator(".said")).to_have_count(1)
    await expect(me.page.locator(".said .bubble")).to_have_text("mine")


async def test_two_tabs_of_one_browser_show_the_same(me, house):
    second = await me.page.context.new_page()
    await second.goto(house.server.address)
    await me.say("A cat smiling")
    await expect(second.locator(".note .headline")).to_contain_text("Number 2")


async def test_two_dropped_photos_become_first_and_last_frame(me, house):
    await me.page.evaluate(DROP, [["dawn.png", "dusk.png"], PIXEL])
    captions = me.page.locator("#photos .caption b")
    await expect(captions).to_have_text(["First frame", "Last frame"])
    await me.page.get_by_role("button", name="Swap first and last frame").click()
    await expect(me.page.locator("#photos .caption span")).to_have_text(["dusk.png", "dawn.png"])
    await me.say("from dusk till dawn")
    await house.core.opened()
    assert [len(photos) for photos in house.core.photos] == [2]
    await expect(me.page.locator(".said img")).to_have_count(2)
    await expect(me.page.locator("#photos")).to_be_hidden()
    await me.page.reload()
    await expect(me.page.locator(".photo-chip")).to_have_text(["First frame", "Last frame"])


async def test_a_third_photo_and_what_is_no_photo_are_refused_in_a_sentence(me):
    await me.page.evaluate(DROP, [["a.png", "b.png", "c.png"], PIXEL])
    await expect(me.page.get_by_role("alert").filter(has_text="Two photos at most")).to_be_visible()
    await expect(me.page.locator("#photos .photo")).to_have_count(2)
    await me.page.get_by_role("button", name="Remove First frame").click()
    await expect(me.page.locator("#photos .caption span")).to_have_text(["b.png"])
    await me.page.set_input_files("#files", {"name": "notes.txt", "mimeType": "text/plain", "buffer": b"hello"})
    await expect(me.page.locator("#alert")).to_have_text("“notes.txt” is not a photo.")


async def test_a_pasted_photo_is_attached(me):
    await me.page.evaluate(
        """(content) => {
          const bytes = Uint8Array.from(atob(content), (letter) => letter.charCodeAt(0));
          const clipboardData = new DataTransfer();
          clipboardData.items.add(new File([bytes], "pasted.png", {type: "image/png"}));
          document.querySelector("#text").dispatchEvent(new ClipboardEvent("paste", {clipboardData, cancelable: true}));
        }""",
        PIXEL,
    )
    await expect(me.page.locator("#photos .caption span")).to_have_text(["pasted.png"])


async def test_everything_can_be_done_with_the_keyboard_alone(me, house):
    page = me.page
    await page.locator(".skip").focus()
    await expect(page.locator(".skip")).to_be_in_viewport()
    await page.keyboard.press("Enter")
    await expect(page.locator("#text")).to_be_focused()
    await page.keyboard.type("A cat ")
    await page.keyboard.press("Tab")
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("button", name="Truck left")).to_be_focused()
    await page.keyboard.press("Escape")
    await expect(page.locator("#moves")).to_be_hidden()
    await page.keyboard.press("Enter")
    await page.keyboard.press("Enter")
    await expect(page.locator("#text")).to_have_value("A cat [Truck left]")
    await page.keyboard.press("Shift+Enter")
    await page.keyboard.type("at night")
    await page.keyboard.press("Enter")
    job = await house.core.opened()
    assert job.prompt == "A cat [Truck left]\nat night"
    await expect(page.get_by_role("button", name="Cancel")).to_be_visible()
    await page.keyboard.press("Shift+Tab")
    await expect(page.get_by_role("button", name="Cancel")).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(page.locator(".headline")).to_have_text("Stopped, as you asked.")


async def test_escape_clears_the_box(me):
    await me.page.fill("#text", "not this")
    await me.page.press("#text", "Escape")
    await expect(me.page.locator("#text")).to_have_value("")
    await expect(me.page.locator("#send")).to_be_disabled()


async def test_a_slash_lists_the_commands_and_enter_takes_one(me, house):
    house.core.replies["/credits"] = Reply("You have 100 credits.\nThe next video costs 28.")
    await me.page.type("#text", "/c")
    options = me.page.locator("#suggestions").get_by_role("option")
    await expect(options).to_have_count(2)
    await me.page.keyboard.press("ArrowDown")
    await expect(options.nth(1)).to_have_attribute("aria-selected", "true")
    await me.page.keyboard.press("Enter")
    await expect(me.page.locator("#text")).to_have_value("/credits")
    await me.page.keyboard.press("Enter")
    bubble = me.page.locator(".reply .bubble")
    await expect(bubble).to_have_text("You have 100 credits.\nThe next video costs 28.")
    assert await bubble.evaluate("b => b.innerText.split('\\n').length") == 2


async def test_the_buttons_under_a_clip(me, house):
    page = me.page
    await me.say("A cat smiling")
    job = await house.core.opened()
    await house.core.deliver(job, await asyncio.to_thread(clip_in, house.files))
    await page.get_by_role("button", name="Edit prompt").click()
    await expect(page.locator("#text")).to_have_value("A cat smiling")
    await page.get_by_role("button", name="Again").click()
    await house.core.opened(2)
    await expect(page.locator(".note")).to_have_count(2)
    await page.get_by_role("button", name="Delete").click()
    await expect(page.locator("video")).to_have_count(1)
    await page.get_by_role("button", name="Delete for good?").click()
    await expect(page.locator("video")).to_have_count(0)
    await expect(page.locator(".note .headline").first).to_have_text("Deleted.")


async def test_cancel_stops_a_running_job(me, house):
    await me.say("A cat smiling")
    await house.core.move(await house.core.opened(), State.RENDERING)
    await me.page.get_by_role("button", name="Cancel").click()
    await expect(me.page.locator(".headline")).to_have_text("Stopped, as you asked.")
    await expect(me.page.get_by_role("button", name="Cancel")).to_have_count(0)
    await expect(me.page.locator(".reply:visible")).to_have_count(0)


async def test_a_question_is_answered_with_a_button(me, house):
    await me.say("A long film")
    await house.core.move(await house.core.opened(), State.ASKING)
    await me.page.get_by_role("button", name="Yes, make it").click()
    await expect(me.page.locator(".headline")).to_contain_text("Number 2")


async def test_an_example_fills_the_box(me, house):
    await me.page.get_by_role("button", name="A cat smiling").click()
    await expect(me.page.locator("#text")).to_have_value("A cat smiling in warm morning light [Zoom in]")
    await me.page.keyboard.press("Enter")
    await house.core.opened()


async def test_what_is_picked_goes_along(me, house):
    await me.page.select_option("#resolution", "1080P")
    await expect(me.page.locator("#seconds option")).to_have_text(["Length", "6 s"])
    await me.page.select_option("#model", "seedance")
    await me.say("A cat")
    await house.core.opened()
    assert house.core.received[0].text == "A cat model=seedance resolution=1080P"


async def test_what_people_write_is_never_markup(me, house):
    await me.say("<img src=x onerror=alert(1)><b>bold</b>")
    await house.core.move(await house.core.opened(), State.FAILED, headline="<i>no</i>")
    await expect(me.page.locator(".said .bubble")).to_have_text("<img src=x onerror=alert(1)><b>bold</b>")
    await expect(me.page.locator(".headline")).to_have_text("<i>no</i>")
    await expect(me.page.locator(".typing")).to_have_count(0)
    assert await me.page.locator("#log img, #log b, #log i").count() == 0


async def test_a_message_that_cannot_be_sent_is_tried_again_and_begins_nothing_twice(me, house):
    me.expect("ERR_FAILED")
    page = me.page
    lost = []

    async def swallow_the_answer(route):
        if len(lost) < 3:
            await route.fetch()  # it arrives, but nobody hears of it
            lost.append(route)
            await route.abort()
        else:
            await route.continue_()

    await page.route("**/chat/messages", swallow_the_answer)
    await me.say("A cat smiling")
    retry = page.get_by_role("button", name="Try again")
    await expect(page.locator(".said")).to_have_count(1)
    if await retry.count():
        await retry.click()
    await expect(page.locator(".note")).to_have_count(1)
    assert len(house.core.jobs) == 1


async def test_an_unreachable_server_leaves_the_message_with_a_way_to_send_it_again(me, house):
    me.expect("ERR_FAILED")
    page = me.page
    await page.route("**/chat/messages", lambda route: route.abort())
    await me.say("A cat smiling")
    retry = page.get_by_role("button", name="Try again")
    await expect(retry).to_be_visible()
    await expect(page.locator(".said")).to_contain_text("The server cannot be reached.")
    await page.unroute("**/chat/messages")
    await retry.click()
    await house.core.opened()
    await expect(retry).to_have_count(0)


async def test_a_refused_message_comes_back_into_the_box(me, house):
    me.expect("413")
    page = me.page
    await page.route(
        "**/chat/messages", lambda route: route.fulfill(status=413, json={"error": "“a.png” is too large."})
    )
    await page.evaluate(DROP, [["a.png"], PIXEL])
    await me.say("A cat smiling")
    await expect(page.locator("#alert")).to_have_text("“a.png” is too large.")
    await expect(page.locator("#text")).to_have_value("A cat smiling")
    await expect(page.locator("#photos .photo")).to_have_count(1)
    await expect(page.locator(".said")).to_have_count(0)


async def test_a_picture_is_shown_below_the_words_that_say_the_same(me, house):
    drawn = io.BytesIO()
    Image.new("RGB", (800, 1200), "teal").save(drawn, "PNG")
    house.core.replies["/usage"] = Reply("Your videos", picture=Paper("usage.png", drawn.getvalue()))
    await me.say("/usage")
    picture = me.page.locator(".reply img.picture")
    await expect(picture).to_be_in_viewport()
    assert await picture.evaluate("image => image.decode().then(() => image.naturalWidth)") == 800
    await expect(me.page.locator(".reply .bubble")).to_have_text("Your videos")


async def test_an_export_is_downloaded(me):
    async with me.page.expect_download() as download:
        await me.say("/export")
    assert (await download.value).suggested_filename == "reelbot.json"


@pytest.mark.parametrize("width", [360, 390])
async def test_a_phone_has_nothing_to_scroll_sideways(arrive, house, tmp_path, width):
    me = await arrive(width=width, height=740, has_touch=True)
    page = me.page
    await page.set_input_files("#files", [_photo(tmp_path, f"{'long' * 20}{number}.png") for number in (1, 2)])
    overflow = (
        "() => [document.documentElement, document.querySelector('#scroll')].map(e => e.scrollWidth - e.clientWidth)"
    )
    assert await page.evaluate(overflow) == [0, 0]
    await me.say("W" * 300 + " and a picture")
    await house.core.deliver(await house.core.opened(), await asyncio.to_thread(clip_in, house.files))
    await expect(page.locator("video")).to_be_visible()
    assert await page.evaluate(overflow) == [0, 0]
    for tool in await page.locator("#composer button:visible, #composer select:visible").all():
        box = await tool.bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= width


@pytest.mark.parametrize(("scheme", "is_dark"), [("dark", True), ("light", False)])
async def test_the_page_is_dark_where_the_system_is(arrive, scheme, is_dark):
    me = await arrive(color_scheme=scheme)
    colour = await me.page.evaluate("getComputedStyle(document.body).backgroundColor")
    brightness = sum(int(part) for part in colour.removeprefix("rgb(").rstrip(")").split(",")) / 3
    assert (brightness < 80) is is_dark


async def test_whoever_wants_no_motion_sees_none(arrive, house):
    me = await arrive(reduced_motion="reduce")
    await me.say("A cat smiling")
    await house.core.opened()
    await expect(me.page.locator(".note")).to_be_visible()
    assert await me.page.evaluate("document.getAnimations().length") == 0


async def test_a_lost_connection_is_told_and_taken_up_again(me, house):
    me.expect("503")
    page = me.page
    house.chat._streams.close()
    keep, house.chat._receive = house.chat._receive, None
    await expect(page.locator("#banner")).to_have_text("Connection lost. Reconnecting …")
    house.chat._receive = keep
    await expect(page.locator("#banner")).to_be_hidden()
    await me.say("A cat smiling")
    await house.core.move(await house.core.opened(), State.RENDERING, percent=7)
    await expect(page.locator(".figure")).to_have_text("7 %")
