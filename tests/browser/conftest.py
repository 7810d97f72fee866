"""A real Chromium before the web chat."""

from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import async_playwright

from tests.fakes.web_house import running_house

_QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


SESSION = "session"


def pytest_collection_modifyitems(items):
    """One loop for all of these tests, for they share a browser: starting it takes longer than most of them."""
    here = Path(__file__).parent
    for item in items:
        if item.path.is_relative_to(here):
            item.add_marker(pytest.mark.asyncio(loop_scope=SESSION), append=False)


@pytest_asyncio.fixture(loop_scope=SESSION)
async def house(tmp_path):
    async with running_house(tmp_path / "house") as house:
        yield house


@pytest_asyncio.fixture(scope=SESSION, loop_scope=SESSION)
async def browser(chromium):
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium, args=_QUIET)
        yield browser
        await browser.close()


class Person:
    """One browser profile before the chat, and everything its console complained of."""

    def __init__(self, page):
        self.page = page
        self.complaints = []
        self._expected = []

    def expect(self, complaint):
        """The console may say this, whenever it does: a page tries again by itself."""
        self._expected.append(complaint)

    @property
    def unexpected(self):
        return [said for said in self.complaints if not any(part in said for part in self._expected)]

    async def say(self, text):
        await self.page.fill("#text", text)
        await self.page.press("#text", "Enter")


@pytest_asyncio.fixture(loop_scope=SESSION)
async def arrive(browser, house):
    """Open the chat as somebody new; the test fails if any console has anything to complain of."""
    people = []
    contexts = []

    async def open_chat(*, width=1100, height=800, **options):
        context = await browser.new_context(viewport={"width": width, "height": height}, **options)
        contexts.append(context)
        page = await context.new_page()
        page.set_default_timeout(10_000)
        person = Person(page)
        page.on("console", lambda said: person.complaints.append(said.text) if said.type != "log" else None)
        page.on("pageerror", lambda error: person.complaints.append(str(error)))
        await page.goto(house.server.address)
        await page.wait_for_selector("#examples button", state="attached")
        people.append(person)
        return person

    yield open_chat
    for context in contexts:
        await context.close()
    assert [complaint for person in people for complaint in person.unexpected] == []


@pytest_asyncio.fixture(loop_scope=SESSION)
async def me(arrive):
    return await arrive()
