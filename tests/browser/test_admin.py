"""The operator's console in a real browser: live, by keyboard, on a phone, in the dark."""

import pytest
import pytest_asyncio
from playwright.async_api import expect

from bot.core.blocks import Ban, BlockKind
from bot.core.model import EVERYWHERE, Charge, State
from bot.core.store import Change
from tests.contracts.store_scene import ANN, GUILD
from tests.fakes.admin_house import PASSWORD, admin_house

pytestmark = pytest.mark.browser

PAGES = (
    "",
    "/jobs",
    "/people",
    "/people/web:ann",
    "/servers",
    "/servers/discord:77",
    "/blocks",
    "/providers",
    "/costs",
    "/log",
)
OVERFLOWS = "document.documentElement.scrollWidth > window.innerWidth"


@pytest_asyncio.fixture(loop_scope="session")
async def house(tmp_path):
    async with admin_house(tmp_path) as house:
        await house.scene.rich(ANN, 1000)
        yield house


@pytest.fixture
def complaints():
    return []


@pytest_asyncio.fixture(loop_scope="session")
async def enter(browser, house, complaints):
    """Log in and stand on the overview; the test fails if the console of a browser has anything to complain of."""
    contexts = []

    async def log_in(*, width=1200, height=900, **options):
        context = await browser.new_context(viewport={"width": width, "height": height}, **options)
        contexts.append(context)
        page = await context.new_page()
        page.set_default_timeout(10_000)
        await page.clock.install()
        page.on("console", lambda said: complaints.append(said.text) if said.type != "log" else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        await page.goto(f"{house.server.address}/admin")
        await page.get_by_label("Password").fill(PASSWORD)
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("heading", name="Overview")).to_be_visible()
        return page

    yield log_in
    for context in contexts:
        await context.close()
    assert complaints == []


async def live(page):
    """Let the live parts of a page look again."""
    await page.clock.fast_forward(11_000)


async def test_the_overview_is_live_without_a_reload(house, enter):
    page = await enter()
    await page.evaluate("window.same = true")
    queued = page.locator("li", has=page.locator("#state-queued"))
    await expect(queued).to_contain_text("0")
    await house.scene.queued()
    await live(page)
    await expect(queued).to_contain_text("1")
    assert await page.evaluate("window.same")


async def test_a_live_list_keeps_the_focus_where_it_was(house, enter):
    job = await house.scene.queued()
    page = await enter()
    await page.get_by_role("link", name="Jobs", exact=True).click()
    link = page.locator(f"#job-{job.id}")
    await link.focus()
    house.clock.advance(seconds=1)
    newer = await house.scene.queued()
    await live(page)
    await expect(page.locator(f"#job-{newer.id}")).to_be_visible()
    await expect(link).to_be_focused()


async def test_a_job_is_settled_by_hand_while_its_page_is_live(house, enter):
    job = await house.scene.submitting(price=5)
    await house.store.move(job, Change(State.UNSURE, charge=Charge.RELEASED))
    page = await enter()
    await page.locator("li.alarm").get_by_role("link", name="unsure").click()
    await page.locator(f"#job-{job.id}").click()
    await page.get_by_text("Settle it by hand").click()
    await page.get_by_label("Task id").fill("task-7")
    await live(page)
    await expect(page.get_by_label("Task id")).to_have_value("task-7")
    await page.get_by_role("button", name="Go on with this task").click()
    await expect(page.get_by_role("status")).to_have_text("It goes on with task task-7; the clip will be free.")
    await expect(page.locator("dd .state")).to_have_text("rendering")


async def test_credits_are_given_with_the_keyboard_alone(house, enter):
    page = await enter()
    await page.keyboard.press("Tab")
    await expect(page.locator(".skip")).to_be_focused()
    await expect(page.locator(".skip")).to_be_in_viewport()
    await page.goto(f"{house.server.address}/admin/people/web:ann")
    await page.get_by_role("textbox", name="Credits").focus()
    await page.keyboard.type("25")
    await page.keyboard.press("Tab")
    await page.keyboard.type("a gift")
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("status")).to_have_text("web:ann now has 1,025 credits.")


async def test_a_problem_is_told_as_one(house, enter):
    page = await enter()
    await page.goto(f"{house.server.address}/admin/people/web:ann")
    await page.get_by_role("textbox", name="Credits").fill("2000")
    await page.get_by_role("region", name="credits").get_by_label("Reason").fill("too much")
    await page.get_by_role("button", name="Take").click()
    await expect(page.get_by_role("alert")).to_have_text("web:ann has 1,000 credits; nothing was taken.")


async def test_a_provider_is_paused_and_its_page_says_so(enter):
    page = await enter()
    await page.get_by_role("link", name="Providers", exact=True).click()
    await page.get_by_role("button", name="Pause acme").click()
    await expect(page.get_by_role("row", name="acme")).to_contain_text("paused")
    await page.get_by_role("button", name="Resume acme").click()
    await expect(page.get_by_role("row", name="acme")).to_contain_text("open")


async def test_a_provider_is_paused_for_a_reason_that_the_log_tells(enter):
    page = await enter()
    await page.get_by_role("link", name="Providers", exact=True).click()
    reason = page.get_by_label("Reason for acme")
    await reason.fill("a new key is coming")
    await live(page)
    await expect(reason).to_have_value("a new key is coming")
    await page.get_by_role("button", name="Pause acme").click()
    await page.get_by_role("link", name="Log", exact=True).click()
    await expect(page.get_by_role("row", name="pause")).to_contain_text("a new key is coming")


async def test_a_person_is_blocked_on_their_page_and_freed_on_the_list(house, enter):
    page = await enter()
    await page.goto(f"{house.server.address}/admin/people/web:ann")
    block = page.get_by_role("region", name="Block")
    await block.get_by_label("Reason").fill("spam")
    await block.get_by_role("button", name="Block everywhere").click()
    await expect(page.get_by_role("status")).to_have_text("web:ann everywhere is blocked.")
    await expect(page.get_by_role("heading", name="Blocked")).to_be_visible()
    await page.get_by_role("link", name="Blocks", exact=True).click()
    await page.get_by_role("button", name="Lift web:ann, everywhere").click()
    await expect(page.get_by_role("list", name="What is blocked")).to_have_text("Nothing is blocked.")


async def test_a_word_is_blocked_with_the_keyboard_alone_and_comes_into_the_open_list(house, enter):
    page = await enter(width=390, height=800)
    await page.goto(f"{house.server.address}/admin/blocks")
    await house.store.block(Ban(EVERYWHERE, BlockKind.PATTERN, "b+ang"), "discord:1", "")
    await live(page)
    await expect(page.get_by_role("list", name="What is blocked")).to_contain_text("re:b+ang")
    await page.get_by_label("What", exact=True).focus()
    await page.keyboard.type("gore")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("status")).to_have_text("gore everywhere is blocked.")


async def test_a_list_that_changes_under_the_finger_does_not_lift_something_else(house, enter):
    for word in ("first", "second"):
        await house.store.block(Ban(EVERYWHERE, BlockKind.WORD, word), "op", "")
    page = await enter()
    await page.goto(f"{house.server.address}/admin/blocks")
    await page.get_by_role("button", name="Lift second").focus()
    await house.store.unblock(Ban(EVERYWHERE, BlockKind.WORD, "first"), "op")
    await live(page)
    await expect(page.get_by_role("button", name="Lift first")).to_have_count(0)
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("status")).to_have_text("second everywhere is no longer blocked.")


async def test_a_wallet_is_live(house, enter):
    page = await enter()
    await page.goto(f"{house.server.address}/admin/people/web:ann")
    await expect(page.locator("#purse")).to_contain_text("1,000")
    await house.scene.queued(ANN, price=30)
    await live(page)
    await expect(page.locator("#purse")).to_contain_text("970")


async def test_the_picture_is_shown_and_its_figures_are_there_for_who_cannot_see_it(house, enter):
    await house.scene.delivered(ANN, price=5, community=GUILD)
    page = await enter(color_scheme="dark", width=390, height=800)
    picture = page.locator("img.chart")
    await picture.scroll_into_view_if_needed()
    assert await picture.evaluate("image => image.decode().then(() => image.currentSrc)")
    assert "look=narrow-dark" in await picture.evaluate("image => image.currentSrc")
    assert "“The figures as tables” has the same numbers." in await picture.get_attribute("alt")
    await page.get_by_text("The figures as tables").click()
    await expect(page.get_by_role("table", name="By day")).to_contain_text("2026-11-21")
    await live(page)
    await expect(page.get_by_role("table", name="By model")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_every_page_fits_a_phone_in_light_and_dark(house, enter, scheme):
    await house.scene.delivered(ANN, price=5, community=GUILD)
    await house.store.learn("acme/a-rather-long-name-of-a-model-version-2-fast", 200.0)
    page = await enter(width=360, height=740, color_scheme=scheme)
    grounds = set()
    for path in PAGES:
        await page.goto(f"{house.server.address}/admin{path}")
        assert not await page.evaluate(OVERFLOWS), path
        grounds.add(await page.evaluate("getComputedStyle(document.body).backgroundColor"))
    assert grounds == {"rgb(246, 245, 249)" if scheme == "light" else "rgb(18, 16, 23)"}


async def test_a_live_page_leads_to_the_login_when_the_session_is_over(enter, complaints):
    page = await enter()
    await page.context.clear_cookies()
    await live(page)
    await expect(page.get_by_label("Password")).to_be_visible()
    assert [complaint for complaint in complaints if "401" not in complaint] == []
    complaints.clear()


async def test_logging_out_closes_the_door(house, enter):
    page = await enter()
    await page.get_by_role("button", name="Log out").click()
    await expect(page.get_by_label("Password")).to_be_visible()
    await page.goto(f"{house.server.address}/admin")
    await expect(page.get_by_label("Password")).to_be_visible()
