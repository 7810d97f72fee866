from contextlib import asynccontextmanager
from datetime import timedelta

import pytest
from aiohttp import web

from bot.core.signing import Signer
from bot.web.back_off import FREE_TRIES_OF_ALL, LONGEST, LONGEST_OF_ALL, MOST_ADDRESSES, BackOff
from bot.web.login import Login
from bot.web.server import WebServer
from tests.fakes.clock import FakeClock

PASSWORD = "correct horse"
PAGE = {"Accept": "text/html,*/*"}


async def _hello(_request):
    return web.Response(text="hello")


class Door:
    """A server behind a log-in."""

    def __init__(self, *, password=PASSWORD, login_needed=True, secure=False):
        self.clock = FakeClock()
        self.signer = Signer(b"a secret that only tests know")
        self.login = Login(
            password=password, login_needed=login_needed, signer=self.signer, clock=self.clock, secure=secure
        )
        pages = [web.get(path, _hello) for path in ("/", "/admin", "/healthz", "/chat/history")]
        self.server = WebServer(
            host="127.0.0.1", port=0, public_url=None, routes=[*pages, *self.login.routes()], guards=[self.login.guard]
        )

    async def enter(self, client, password, next="/"):
        return await client.post(
            f"{self.server.address}/login",
            data={"password": password, "next": next},
            headers={"Origin": self.server.address},
            allow_redirects=False,
        )


@asynccontextmanager
async def _door(**options):
    door = Door(**options)
    async with door.server:
        yield door


def _session(answer):
    return {"Cookie": f"reelbot_session={answer.cookies['reelbot_session'].value}"}


async def test_the_right_password_opens_the_door(client):
    async with _door() as door:
        answer = await door.enter(client, PASSWORD, "/admin")
        assert (answer.status, answer.headers["Location"]) == (303, "/admin")
        async with client.get(f"{door.server.address}/admin", headers=_session(answer)) as page:
            assert await page.text() == "hello"


async def test_the_session_cookie_is_out_of_reach_of_scripts_and_other_sites(client):
    async with _door(secure=True) as door:
        cookie = (await door.enter(client, PASSWORD)).cookies["reelbot_session"]
        assert (cookie["httponly"], cookie["samesite"], cookie["secure"]) == (True, "Strict", True)
    async with _door() as door:
        assert not (await door.enter(client, PASSWORD)).cookies["reelbot_session"]["secure"]


async def test_a_wrong_password_opens_nothing(client):
    async with _door() as door:
        answer = await door.enter(client, "wrong")
        assert answer.status == 401
        assert "That is not the password." in await answer.text()
        assert "reelbot_session" not in answer.cookies


async def test_people_are_led_to_the_login_page_and_programs_are_told(client):
    async with _door() as door:
        async with client.get(door.server.address, headers=PAGE, allow_redirects=False) as answer:
            assert (answer.status, answer.headers["Location"]) == (303, "/login?next=/")
        async with client.get(f"{door.server.address}/chat/history") as answer:
            assert (answer.status, await answer.json()) == (401, {"error": "Please log in first."})


async def test_a_link_from_another_site_takes_one_step_of_our_own_so_that_the_cookie_comes_along(client):
    async with _door() as door:
        headers = {**PAGE, "Sec-Fetch-Site": "cross-site"}
        async with client.get(door.server.address, headers=headers, allow_redirects=False) as answer:
            assert (answer.status, "http-equiv" in await answer.text()) == (200, True)


async def test_health_stays_open(client):
    async with _door() as door, client.get(f"{door.server.address}/healthz") as answer:
        assert answer.status == 200


async def test_on_loopback_only_the_console_needs_a_login(client):
    async with _door(login_needed=False) as door:
        async with client.get(door.server.address) as answer:
            assert await answer.text() == "hello"
        async with client.get(f"{door.server.address}/admin") as answer:
            assert answer.status == 401


async def test_without_a_password_nobody_gets_in(client):
    async with _door(password=None) as door:
        answer = await door.enter(client, "")
        assert (answer.status, "ADMIN_PASSWORD" in await answer.text()) == (403, True)
        forged = door.signer.sign(door.login._purpose, "x", None)
        headers = {"Cookie": f"reelbot_session={forged}"}
        async with client.get(f"{door.server.address}/admin", headers=headers) as page:
            assert page.status == 404


async def test_a_session_ends(client):
    async with _door() as door:
        session = _session(await door.enter(client, PASSWORD))
        door.clock.advance(days=15)
        async with client.get(f"{door.server.address}/admin", headers=session) as page:
            assert page.status == 401


async def test_a_new_password_ends_every_session(client):
    async with _door() as old, _door(password="another") as new:
        session = _session(await old.enter(client, PASSWORD))
        async with client.get(f"{new.server.address}/admin", headers=session) as page:
            assert page.status == 401


async def test_leaving_takes_the_cookie_away(client):
    async with _door() as door:
        headers = {"Origin": door.server.address}
        async with client.post(f"{door.server.address}/logout", headers=headers, allow_redirects=False) as answer:
            assert answer.cookies["reelbot_session"]["max-age"] == "0"


async def test_whoever_guesses_has_to_wait_and_even_the_right_password_is_not_looked_at(client):
    async with _door() as door:
        for _ in range(3):
            assert (await door.enter(client, "wrong")).status == 401
        answer = await door.enter(client, PASSWORD)
        assert (answer.status, answer.headers["Retry-After"]) == (429, "1")
        door.clock.advance(seconds=1)
        assert (await door.enter(client, PASSWORD)).status == 303
        assert (await door.enter(client, "wrong")).status == 401


@pytest.mark.parametrize("next", ["//evil.example", "/\\evil.example", "https://evil.example", "", "/a\r\nb"])
async def test_nobody_is_led_away_after_the_login(client, next):
    async with _door() as door:
        assert (await door.enter(client, PASSWORD, next)).headers["Location"] == "/"


async def test_the_page_shows_where_it_leads_as_plain_text(client):
    async with _door() as door, client.get(f"{door.server.address}/login?next=/%22><script>") as answer:
        assert "<script>" not in await answer.text()


async def test_a_form_from_another_site_is_refused(client):
    async with _door() as door:
        headers = {"Origin": "https://evil.example"}
        async with client.post(f"{door.server.address}/login", data={"password": PASSWORD}, headers=headers) as answer:
            assert answer.status == 403


async def test_a_huge_form_is_refused(client):
    async with _door() as door:
        assert (await door.enter(client, "x" * 9000)).status == 413


async def test_the_page_has_its_style(client):
    async with _door() as door, client.get(f"{door.server.address}/login/style.css") as answer:
        assert answer.content_type == "text/css"


class TestBackOff:
    def test_each_failure_doubles_the_wait_up_to_an_end(self):
        clock = FakeClock()
        back_off = BackOff(clock=clock)
        waits = []
        for _ in range(15):
            back_off.begin("10.0.0.1")
            waits.append(back_off.wait("10.0.0.1").total_seconds())
        assert waits[:7] == [0, 0, 1, 2, 4, 8, 16]
        assert waits[-1] == LONGEST.total_seconds()

    def test_one_address_does_not_wait_for_another(self):
        back_off = BackOff(clock=FakeClock())
        for _ in range(10):
            back_off.begin("10.0.0.1")
        assert back_off.wait("10.0.0.2") == timedelta()

    def test_neighbours_in_one_ipv6_network_wait_together(self):
        back_off = BackOff(clock=FakeClock())
        for number in range(5):
            back_off.begin(f"2001:db8::{number}")
        assert back_off.wait("2001:db8::ffff") > timedelta()
        assert back_off.wait("2001:db8:1::1") == timedelta()

    def test_guesses_from_many_addresses_slow_everybody_down_but_not_for_long(self):
        back_off = BackOff(clock=FakeClock())
        for number in range(FREE_TRIES_OF_ALL + 10):
            back_off.begin(f"10.0.0.{number}")
        assert back_off.wait("10.9.9.9") == LONGEST_OF_ALL

    def test_an_hour_of_peace_is_enough(self):
        clock = FakeClock()
        back_off = BackOff(clock=clock)
        for _ in range(10):
            back_off.begin("unix")
        clock.advance(minutes=61)
        back_off.begin("unix")
        assert back_off.wait("unix") == timedelta()

    def test_memory_is_bounded(self):
        back_off = BackOff(clock=FakeClock())
        for number in range(MOST_ADDRESSES + 50):
            back_off.begin(f"host-{number}")
        assert len(back_off._by_address) == MOST_ADDRESSES
