"""The console's frame: who gets in, what every form must prove, and the pages that only show."""

import json
from datetime import timedelta

import pytest

from bot.core.model import Charge, Health, State
from bot.core.store import Change, Grant, StoreTrouble
from bot.web.admin.frame import duration
from bot.web.admin.usage import REMEMBERED
from tests.contracts.store_scene import ANN, BEN, GUILD
from tests.fakes.admin_house import admin_house
from tests.fakes.charts import SVG
from tests.web.console_client import Operator

PAGES = ("", "/jobs", "/people", "/servers", "/servers/discord:77", "/blocks", "/providers", "/costs", "/log")


@pytest.fixture
async def house(tmp_path):
    async with admin_house(tmp_path) as house:
        yield house


@pytest.fixture
def operator(house, client):
    return Operator(house, client)


async def test_without_a_password_there_is_no_console(tmp_path, client):
    async with admin_house(tmp_path, password=None) as house:
        for path in ("/admin", "/admin/jobs", "/admin/page/admin.css"):
            async with client.get(f"{house.server.address}{path}", headers=house.session) as answer:
                assert answer.status == 404


@pytest.mark.parametrize("path", [*PAGES, "/page/htmx.min.js", "/usage.svg"])
async def test_nobody_sees_anything_without_a_session(house, client, path):
    async with client.get(f"{house.server.address}/admin{path}", allow_redirects=False) as answer:
        assert answer.status == 401


async def test_a_live_part_goes_to_the_login_when_the_session_is_over(house, client):
    headers = {"HX-Request": "true", "Accept": "text/html"}
    async with client.get(f"{house.server.address}/admin", headers=headers) as answer:
        assert (answer.status, answer.headers["HX-Redirect"]) == (401, "/login?next=/admin")


@pytest.mark.parametrize("path", PAGES)
async def test_every_page_of_an_empty_house_can_be_read(operator, path):
    page = await operator.get(f"/admin{path}")
    assert page.count('aria-current="page"') == 1
    assert "Times and days are UTC." in page


async def test_pages_bring_no_inline_script_or_style(operator):
    for path in PAGES:
        page = await operator.get(f"/admin{path}")
        assert "style=" not in page
        assert "<script>" not in page
        assert "hx-on" not in page


async def test_pages_are_kept_by_nobody(house, operator, client):
    async with client.get(f"{house.server.address}/admin", headers=house.session) as answer:
        assert answer.headers["Cache-Control"] == "no-store"
        assert "script" not in answer.headers["Content-Security-Policy"].replace("default-src 'self'", "")


async def test_the_files_of_the_page_are_served_as_what_they_are(house, client):
    files = (
        ("admin/page/admin.css", "text/css"),
        ("admin/page/htmx.min.js", "text/javascript"),
        ("login/icon.svg", "image/svg+xml"),
    )
    for name, kind in files:
        async with client.get(f"{house.server.address}/{name}", headers=house.session) as answer:
            assert (answer.status, answer.content_type) == (200, kind)


async def test_a_slash_too_many_leads_to_the_overview(operator):
    assert await operator.status("/admin/") == 308


@pytest.mark.parametrize("path", ["", "/jobs"])
async def test_a_database_in_trouble_is_said_in_a_sentence(house, client, path):
    async def trouble(*_, **__):
        raise StoreTrouble("disk full")

    house.store.usage = house.store.find_jobs = trouble
    async with client.get(f"{house.server.address}/admin{path}", headers=house.session) as answer:
        assert answer.status == 503
        assert "cannot be used just now" in (await answer.json())["error"]


async def test_what_people_write_is_only_text(house, operator):
    await house.scene.rich()
    evil = '<script>alert("x")</script>'
    await house.scene.queued(request=house.scene.draft().request.__class__("hailuo", evil, 6, "768P"))
    page = await operator.get("/admin/jobs")
    assert "&lt;script&gt;alert" in page
    assert evil not in page


class TestForms:
    @pytest.mark.parametrize("proof", ["", "forged", "a.b.c"])
    async def test_a_form_without_the_proof_of_this_session_changes_nothing(self, house, operator, captured_log, proof):
        await house.scene.rich(credits=10)
        fields = {"proof": proof, "key": "k", "amount": "5", "reason": "mine", "act": "give"}
        assert await operator.post("/admin/people/web:ann/credits", fields) == 403
        assert await house.scene.wallet() == (10, 0)
        assert [entry["event"] for entry in captured_log.entries] == ["a form without proof was refused"]

    async def test_the_proof_of_another_session_is_none(self, house, operator):
        await house.scene.rich(credits=10)
        _, fields = await operator.form("/admin/people/web:ann", "/credits")
        house.clock.advance(seconds=1)
        other = house.signer.sign(house.login._purpose, "somebody else", None)
        headers = {"Cookie": f"reelbot_session={other}", "Origin": house.server.address}
        data = fields | {"amount": "5", "reason": "mine"}
        address = f"{house.server.address}/admin/people/web:ann/credits"
        async with operator.client.post(address, data=data, headers=headers) as answer:
            assert answer.status == 403
        assert await house.scene.wallet() == (10, 0)

    async def test_a_form_of_another_site_is_refused(self, house, operator):
        _, fields = await operator.form("/admin/servers/discord:77", "/credits")
        headers = house.session | {"Origin": "https://evil.example"}
        address = f"{house.server.address}/admin/servers/discord:77/credits"
        async with operator.client.post(address, data=fields, headers=headers) as answer:
            assert answer.status == 403

    async def test_an_endless_form_is_not_read(self, house, operator):
        assert await operator.post("/admin/people/web:ann/credits", {"reason": "x" * 20_000}) == 413

    async def test_nobody_can_put_words_into_the_pages_mouth(self, operator):
        assert "send money" not in await operator.get("/admin?said=fine|send+money")


class TestOverview:
    async def test_it_counts_what_is_under_way_and_what_was_made(self, house, operator):
        await house.scene.rich()
        await house.scene.delivered(price=7)
        waiting = await house.scene.queued()
        job = await house.scene.submitting()
        await house.store.move(job, Change(State.UNSURE, charge=Charge.RELEASED))
        await house.store.learn("acme/card", 200.0)
        house.clock.advance(minutes=3)
        said = await operator.says("/admin")
        assert waiting.state is State.QUEUED
        for words in (
            "2 under way",
            "3 min 00 s waited by the first in the queue",
            "1 video today",
            "7 credits today",
            "100.0 % success in 30 days",
            "12 ms lag of the loop",
            "1 unsure",
            "acme/card 3 min 20 s 3 min 20 s 1",
        ):
            assert words in said

    async def test_it_tells_how_providers_are_doing(self, house, operator):
        now = house.clock.now()
        until = now + timedelta(minutes=5)
        await house.store.write_health(Health("acme", until, "balance", "402: top up", now, None, ""))
        await house.store.write_health(Health("preview", None, "", "", None, now, ""))
        said = await operator.says("/admin")
        assert "acme closed: balance until 2026-11-21 09:05:00 never 0 0 0 402: top up (2026-11-21 09:00:00)" in said
        assert "preview open 2026-11-21 09:00:00" in said

    @pytest.mark.parametrize(
        ("drifts", "words"), [(None, "unchecked books"), (0, "balanced books, checked 90 s ago"), (3, "off by 3 books")]
    )
    async def test_it_tells_whether_the_books_balanced_when_they_were_checked(self, house, operator, drifts, words):
        if drifts is not None:
            told = {"at": house.clock.now().isoformat(), "drifts": drifts}
            await house.store.keep("bot", "books", json.dumps(told))
        house.clock.advance(seconds=90)
        assert words in await operator.says("/admin")

    async def test_a_single_offer_that_is_closed_is_shown_too(self, house, operator):
        now = house.clock.now()
        until = now + timedelta(minutes=5)
        await house.store.write_health(Health("acme/card", until, "plan", "403: not in your plan", now, None, ""))
        assert "acme/card closed: plan" in await operator.says("/admin")

    async def test_refused_and_lost_calls_are_told_apart(self, house, operator):
        await house.scene.rich()
        for change in (
            Change(State.UNSURE, charge=Charge.RELEASED),
            Change(State.QUEUED),
            Change(State.RENDERING, ticket="t"),
        ):
            await house.store.move(await house.scene.submitting(offer="acme/card"), change)
        assert "acme never used never 1 1 1" in await operator.says("/admin")

    @pytest.mark.parametrize(("asked", "days"), [("7", 7), ("1000", 90), ("0", 1), ("many", 30), ("٣", 30)])
    async def test_it_looks_back_as_far_as_is_asked(self, operator, asked, days):
        assert f"Last {days} days" in await operator.says(f"/admin?days={asked}")

    async def test_the_figures_are_there_as_tables_too(self, house, operator):
        await house.scene.rich(BEN)
        await house.scene.delivered(BEN, price=1234 // 20)
        said = await operator.says("/admin?days=2")
        assert "By day Day Videos Failed Success Credits 2026-11-21 1 0 100.0 % 61 2026-11-20 0 0 none 0" in said
        assert "web:ben Ben 1 61" in said


class TestPicture:
    async def test_it_shows_what_the_page_counts_in_the_look_of_the_screen(self, house, operator):
        await house.scene.rich()
        await house.scene.delivered(price=7, community=GUILD)
        assert await operator.get("/admin/usage.svg?days=7&look=wide-dark&server=discord:77") == SVG.decode()
        ((chart, look),) = house.charts.drawn
        assert (look.dark, look.wide, look.picture) == (True, True, "svg")
        assert [panel.title for panel in chart.panels] == [
            "Videos by day",
            "Credits by day",
            "Videos by model",
            "Credits by person",
        ]
        assert sum(chart.panels[1].series[0].values) == 7

    @pytest.mark.parametrize("query", ["", "look=square", "look=wide-dark&server=nowhere", "look=wide-dark&person=x"])
    async def test_a_picture_of_nothing_is_not_there(self, operator, query):
        assert await operator.status(f"/admin/usage.svg?{query}") == 404

    async def test_a_picture_that_cannot_be_drawn_is_said_so(self, house, operator):
        house.charts.broken = True
        assert await operator.status("/admin/usage.svg?look=narrow-light") == 503

    async def test_its_address_changes_with_the_figures(self, house, operator):
        before = await operator.get("/admin?days=7")
        await house.scene.rich()
        await house.scene.delivered()
        assert _picture(await operator.get("/admin?days=7")) == _picture(before)  # counted a moment ago
        house.clock.advance(seconds=16)
        assert _picture(await operator.get("/admin?days=7")) != _picture(before)

    async def test_only_some_countings_are_remembered(self, house, operator):
        await house.scene.rich(ANN)
        for days in range(1, REMEMBERED + 3):
            await operator.get(f"/admin?days={days}")
        await house.scene.delivered()
        assert "1 video, 0 failed" in await operator.says("/admin?days=1")


def _picture(page):
    return page[page.index('src="/admin/usage.svg') :].split('"')[1]


class TestLog:
    async def test_it_tells_who_did_what_and_goes_on_page_by_page(self, house, operator):
        for number in range(60):
            await house.store.grant("web:ann", Grant(f"k{number}", number + 1, "console", f"gift {number}"))
            house.clock.advance(minutes=1)
        said = await operator.says("/admin/log")
        assert "console grant web:ann +60 credits: gift 59" in said
        assert "gift 9 " not in f"{said} "
        page = await operator.get("/admin/log")
        older = await operator.says(page.split('rel="next" href="')[1].split('"')[0])
        assert "+10 credits: gift 9" in older
        assert "gift 10" not in older
        assert "Older ones" not in older


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (None, "none"),
        (0.25, "0.2 s"),
        (42.4, "42 s"),
        (119, "119 s"),
        (360, "6 min 00 s"),
        (7300, "2 h 01 min"),
        (200_000, "2 d 7 h"),
    ],
)
def test_lengths_of_time_are_said_in_two_units(seconds, words):
    assert duration(seconds) == words
