import pytest
from playwright.async_api import expect

from bot.core.languages import LANGUAGES

pytestmark = pytest.mark.browser

LOCALES = {"en": "en-GB", "de": "de-AT", "es": "es-MX", "zh": "zh-CN"}


@pytest.mark.parametrize("code", sorted(LANGUAGES))
async def test_the_page_speaks_the_browsers_language_and_fits_a_phone(arrive, code):
    words = LANGUAGES[code].page
    person = await arrive(width=360, height=720, locale=LOCALES[code])
    await expect(person.page.locator("h2")).to_have_text(words["welcome"])
    assert await person.page.evaluate("document.documentElement.lang") == words["language"]
    await person.say("/jobs")
    assert await person.page.evaluate("document.documentElement.scrollWidth") <= 360


async def test_a_language_that_was_chosen_is_the_pages_too_and_stays(arrive, house):
    person = await arrive(locale="en-GB")
    await person.say("/language es")
    await expect(person.page.locator("html")).to_have_attribute("lang", "es")
    await expect(person.page.get_by_label(LANGUAGES["es"].page["send"])).to_be_visible()
    await person.page.reload()
    await expect(person.page.locator("html")).to_have_attribute("lang", "es")
    await person.say("un gato que sonríe")
    job = await house.core.opened()
    assert job.incoming.user.language == "es"
    await person.say("/language en")
    await expect(person.page.locator("html")).to_have_attribute("lang", "en")


async def test_a_language_that_was_chosen_elsewhere_is_the_pages_from_the_first_look(arrive, house):
    person = await arrive(locale="en-GB")
    await person.say("a cat")
    house.core.languages[(await house.core.opened()).incoming.user.id] = "de"
    await person.page.reload()
    await expect(person.page.locator("html")).to_have_attribute("lang", "de")
