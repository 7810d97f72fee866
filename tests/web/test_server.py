import socket
from urllib.parse import urlsplit

import pytest
from aiohttp import web

from bot.web.hosts import OurNames
from bot.web.server import LARGEST_REQUEST, SECURITY_HEADERS, WebServer


async def _hello(_request):
    return web.Response(text="hello")


async def _broken(_request):
    raise web.HTTPTooManyRequests(headers={"Retry-After": "7"})


async def _read(request):
    return web.Response(text=str(len(await request.read())))


ROUTES = [
    web.get("/", _hello),
    web.get("/broken", _broken),
    web.post("/change", _hello),
    web.post("/read", _read),
    web.post("/callbacks/x/y", _hello),
]


def _server(host="127.0.0.1", public_url=None):
    return WebServer(host=host, port=0, public_url=public_url, routes=ROUTES, closing_seconds=0.1)


async def test_a_free_port_is_taken_and_told(client):
    async with _server() as server:
        assert urlsplit(server.address).port
        async with client.get(server.address) as answer:
            assert await answer.text() == "hello"


async def test_the_address_is_unknown_before_the_server_listens():
    with pytest.raises(RuntimeError, match="does not listen"):
        _ = _server().address


async def test_a_server_on_every_address_is_reached_through_loopback():
    async with _server(host="0.0.0.0") as server:
        assert urlsplit(server.address).hostname == "127.0.0.1"


async def test_an_ipv6_address_is_told_in_brackets():
    try:
        async with _server(host="::1") as server:
            address = server.address
    except OSError:
        pytest.skip("this machine has no IPv6")
    assert address.startswith("http://[::1]:")


async def test_a_port_in_use_is_an_error_and_leaves_nothing_open():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        second = WebServer(host="127.0.0.1", port=taken.getsockname()[1], public_url=None, routes=ROUTES)
        with pytest.raises(OSError, match="address already in use"):
            await second.__aenter__()


@pytest.mark.parametrize("path", ["/", "/nowhere", "/broken"])
async def test_every_answer_carries_the_security_headers(client, path):
    async with _server() as server, client.get(server.address + path) as answer:
        assert {name: answer.headers[name] for name in SECURITY_HEADERS} == SECURITY_HEADERS
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'self'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy


@pytest.mark.parametrize("host", ["evil.example", "evil.example:80", "localhost.evil.example", "", "a@localhost", "["])
async def test_another_name_is_refused(client, host):
    async with _server() as server, client.get(server.address, headers={"Host": host}) as answer:
        assert answer.status in {400, 421}
        assert b"hello" not in await answer.read()


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:9", "127.0.0.1:1", "[::1]:8080", "bot.example.org"])
async def test_our_own_names_are_answered(client, host):
    async with (
        _server(public_url="https://Bot.Example.org/") as server,
        client.get(server.address, headers={"Host": host}) as answer,
    ):
        assert answer.status == 200


@pytest.mark.parametrize(
    ("listen", "host", "ours"),
    [
        ("0.0.0.0", "192.168.1.20:8080", True),
        ("::", "[fd00::1]:8080", True),
        ("", "10.0.0.7", True),
        ("0.0.0.0", "rebound.example", False),
        ("192.168.1.20", "192.168.1.20", True),
        ("192.168.1.20", "192.168.1.21", False),
        ("bot.local", "bot.local:80", True),
    ],
)
def test_bare_addresses_are_answered_by_whoever_listens_everywhere(listen, host, ours):
    assert OurNames(listen=listen, public_url=None).include(host) is ours


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Sec-Fetch-Site": "same-origin"}, 200),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Sec-Fetch-Site": "none"}, 403),
        ({"Origin": "https://bot.example.org"}, 200),
        ({"Origin": "https://bot.example.org:443"}, 200),
        ({"Origin": "http://bot.example.org"}, 403),
        ({"Origin": "https://bot.example.org:99999999"}, 403),
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": "file://localhost"}, 403),
        ({}, 403),
    ],
)
async def test_only_our_own_pages_may_change_anything(client, headers, status):
    async with (
        _server(public_url="https://bot.example.org") as server,
        client.post(f"{server.address}/change", headers=headers) as answer,
    ):
        assert answer.status == status


async def test_a_page_under_the_name_that_was_asked_is_our_own(client):
    async with (
        _server() as server,
        client.post(f"{server.address}/change", headers={"Origin": server.address}) as answer,
    ):
        assert answer.status == 200


async def test_machines_that_call_back_need_no_page(client):
    async with _server() as server, client.post(f"{server.address}/callbacks/x/y") as answer:
        assert answer.status == 200


async def test_errors_are_one_clear_sentence(client):
    async with _server() as server:
        async with client.get(f"{server.address}/nowhere") as answer:
            assert (answer.status, await answer.json()) == (404, {"error": "There is nothing here."})
        async with client.get(f"{server.address}/broken") as answer:
            assert (await answer.json())["error"] == "This request cannot be answered."
            assert answer.headers["Retry-After"] == "7"
        async with client.put(f"{server.address}/", headers={"Origin": server.address}) as answer:
            assert (answer.status, answer.headers["Allow"]) == (405, "GET,HEAD")


@pytest.mark.parametrize(
    ("path", "host", "said"),
    [
        ("/nowhere", None, "Hier ist nichts."),
        ("/", "evil.example", "Dieser Server hört nicht auf diesen Namen"),
    ],
)
async def test_refusals_speak_the_browsers_language(client, path, host, said):
    headers = {"Accept-Language": "de-AT,en;q=0.5"} | ({"Host": host} if host else {})
    async with _server() as server, client.get(f"{server.address}{path}", headers=headers) as answer:
        assert (await answer.json())["error"].startswith(said)
        assert answer.headers["Vary"] == "Accept-Language"


async def test_what_is_far_too_large_is_refused_before_it_is_read(client):
    async with _server() as server:
        headers = {"Origin": server.address, "Content-Length": str(LARGEST_REQUEST + 1), "Expect": "100-continue"}
        async with client.post(f"{server.address}/change", headers=headers, data=b"") as answer:
            assert answer.status == 413


async def test_a_route_that_reads_into_memory_is_capped(client):
    async with _server() as server:
        headers = {"Origin": server.address}
        async with client.post(f"{server.address}/read", headers=headers, data=b"x" * 200_000) as answer:
            assert (answer.status, await answer.json()) == (413, {"error": "That is larger than this server takes."})
