from contextlib import asynccontextmanager

import pytest
from playwright.async_api import expect

from bot.core.signing import Signer
from bot.web.login import Login
from tests.fakes.clock import FakeClock
from tests.fakes.web_house import SECRET, running_house

pytestmark = pytest.mark.browser


@asynccontextmanager
async def _closed_house(folder):
    clock = FakeClock()
    login = Login(password="open sesame", login_needed=True, signer=Signer(SECRET), clock=clock, secure=False)
    async with running_house(folder, clock=clock, guards=[login.guard], more_routes=login.routes()) as house:
        yield house


async def test_the_chat_opens_after_the_login(browser, tmp_path):
    async with _closed_house(tmp_path) as house:
        page = await browser.new_page()
        complaints = []
        page.on("console", lambda said: complaints.append(said.text))
        await page.goto(house.server.address)
        await page.get_by_label("Password").fill("open barley")
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("alert")).to_have_text("That is not the password.")
        await page.get_by_label("Password").fill("open sesame")
        await page.get_by_role("button", name="Log in").click()
        await expect(page.get_by_role("heading", name="What should your video show?")).to_be_visible()
        await page.close()
        assert [complaint for complaint in complaints if "401" not in complaint] == []


async def test_a_message_survives_the_end_of_a_session(browser, tmp_path):
    async with _closed_house(tmp_path) as house:
        page = await browser.new_page()
        await page.goto(house.server.address)
        await page.get_by_label("Password").fill("open sesame")
        await page.keyboard.press("Enter")
        await expect(page.locator("#examples button")).to_have_count(4)
        await page.locator("#text").fill("A cat smiling")
        await page.context.clear_cookies(name="reelbot_session")
        await page.keyboard.press("Enter")
        await page.get_by_label("Password").fill("open sesame")
        await page.keyboard.press("Enter")
        await expect(page.locator("#text")).to_have_value("A cat smiling")
        await page.close()
