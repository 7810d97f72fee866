"""The way out: what a paid call, a question and a download do when the other side misbehaves."""

import asyncio
import socket
from datetime import timedelta

import pytest
from aiohttp import web
from aiohttp.abc import AbstractResolver
from pydantic import SecretStr

from providers.account import Account
from providers.errors import Misconfigured, MisconfiguredKind, OutcomeUnknown, TryLater
from providers.guard import Forbidden
from providers.http import MOST_REPLY_BYTES, Api, Connections
from providers.inline import Form
from tests.fakes.serving import serving

KEY = "sk-very-secret"


@pytest.fixture
async def connections():
    async with Connections(allow_private=True, pay_seconds=0.5) as connections:
        yield connections


def api(base, connections, key=KEY):
    return Api(account=Account(SecretStr(key), base), connections=connections)


async def echo(request):
    return web.json_response({"key": request.headers.get("Authorization"), "path": request.raw_path})


# ---------------------------------------------------------------------------------------------- calls


async def test_a_paid_call_carries_key_and_body(connections):
    async def take(request):
        assert request.headers["Authorization"] == f"Bearer {KEY}"
        return web.json_response({"got": await request.json()}, status=201)

    async with serving(web.post("/pay", take)) as base:
        reply = await api(base + "/", connections).pay("/pay", {"prompt": "猫"})
    assert (reply.status, reply.fine, reply.body) == (201, True, {"got": {"prompt": "猫"}})


async def test_a_form_can_be_paid_for_too(connections):
    async def take(request):
        return web.json_response(dict(await request.post()))

    async with serving(web.post("/pay", take)) as base:
        assert (await api(base, connections).pay("/pay", Form({"a": "b"}, {}))).body == {"a": "b"}


async def test_the_key_is_in_no_reply_whatever_the_other_side_repeats(connections):
    async with serving(web.get("/echo", echo)) as base:
        reply = await api(base, connections).ask("/echo")
    assert KEY not in repr(reply)
    assert reply.body["key"] == "Bearer ***"


@pytest.mark.parametrize("key", ["key", "x", "EMPTY", "path"])
async def test_a_short_word_as_a_key_spoils_no_reply(connections, key):
    async with serving(web.get("/echo/{rest}", echo)) as base:
        reply = await api(base, connections, key=key).ask(f"/echo/{key}-1")
    assert reply.body == {"key": f"Bearer {key}", "path": f"/echo/{key}-1"}


async def test_a_mark_before_the_json_is_passed_over(connections):
    async def marked(_request):
        return web.Response(body=b'\xef\xbb\xbf{"id": "1"}', content_type="application/json")

    async with serving(web.post("/make", marked)) as base:
        assert (await api(base, connections).pay("/make", {})).body == {"id": "1"}


async def test_a_signed_link_is_asked_for_letter_by_letter(connections):
    asked = []

    async def show(request):
        asked.append(request.raw_path)
        return web.Response(body=b"clip")

    signed = "/a%2Fb%7E%3A.mp4?Expires=1&Signature=a%2Bb%2F%3D%3A%2C%7E"
    async with serving(web.get("/{rest:.*}", show)) as base:
        assert b"".join([chunk async for chunk in connections.download(base + signed)]) == b"clip"
        assert b"".join([chunk async for chunk in connections.download(base + "/two words ü.mp4")]) == b"clip"
    assert asked == [signed, "/two%20words%20%C3%BC.mp4"]


async def test_without_a_key_none_is_sent(connections):
    async with serving(web.get("/echo", echo)) as base:
        assert (await api(base, connections, key="").ask("/echo")).body["key"] is None


async def test_what_is_encoded_already_stays_as_it_is(connections):
    async with serving(web.get("/a/{id}", echo)) as base:
        reply = await api(base, connections).ask("/a/349%3Aminimax%2Fhailuo")
        asked = await api(base, connections).ask("/a/b", params={"id": "1:a/b c"})
    assert reply.body["path"] == "/a/349%3Aminimax%2Fhailuo"
    assert asked.body["path"].replace("%20", "+") == "/a/b?id=1:a/b+c"


async def test_a_paid_call_never_goes_out_on_a_connection_that_was_used_before(connections):
    ports = []

    async def take(request):
        ports.append(request.transport.get_extra_info("peername")[1])
        return web.json_response({})

    async with serving(web.post("/pay", take)) as base:
        for _ in range(3):
            await api(base, connections).pay("/pay", {})
    assert len(set(ports)) == 3


@pytest.mark.parametrize("base", ["http://127.0.0.1:1", "https://127.0.0.1:1"])
async def test_no_connection_means_nothing_was_made(connections, base):
    with pytest.raises(TryLater):
        await api(base, connections).pay("/pay", {})
    with pytest.raises(TryLater):
        await api(base, connections).ask("/ask")


async def test_a_name_that_nobody_knows_means_nothing_was_made():
    async with Connections(resolver=Clueless()) as connections:
        with pytest.raises(TryLater):
            await api("http://nobody.invalid", connections).pay("/pay", {})
        with pytest.raises(TryLater):
            await downloaded(connections, "http://nobody.invalid/clip")


async def test_a_server_that_cannot_speak_tls_means_nothing_was_made(connections):
    async with serving() as base:
        with pytest.raises(TryLater):
            await api(base.replace("http:", "https:"), connections).pay("/pay", {})


async def test_no_address_is_the_operators_problem(connections):
    with pytest.raises(Misconfigured) as told:
        await api("http://", connections).pay("/pay", {})
    assert told.value.kind is MisconfiguredKind.ADDRESS
    with pytest.raises(Misconfigured):
        await api("http://", connections).ask("/ask")


async def test_silence_after_a_paid_call_is_an_unknown_outcome(connections):
    async def never(_request):
        await asyncio.sleep(2)

    async with serving(web.post("/pay", never)) as base:
        with pytest.raises(OutcomeUnknown):
            await api(base, connections).pay("/pay", {})


async def test_a_redirect_of_a_paid_call_is_not_followed(connections):
    paid = []

    async def away(_request):
        raise web.HTTPTemporaryRedirect("/elsewhere")

    async def elsewhere(_request):
        paid.append(1)
        return web.json_response({})

    async with serving(web.post("/pay", away), web.post("/elsewhere", elsewhere)) as base:
        assert (await api(base, connections).pay("/pay", {})).status == 307
    assert not paid


async def test_an_endless_reply_is_not_read_to_its_end(connections):
    async def endless(_request):
        return web.Response(body=b"x" * (MOST_REPLY_BYTES + 1_000_000))

    async with serving(web.get("/ask", endless)) as base:
        reply = await api(base, connections).ask("/ask")
    assert reply.body is None
    assert len(reply.excerpt) == 500


@pytest.mark.parametrize("text", ["<html>", "", "[" * 100_000])
async def test_what_is_no_json_is_no_body(connections, text):
    async with serving(web.get("/ask", answering(text))) as base:
        assert (await api(base, connections).ask("/ask")).body is None


def answering(text, **headers):
    async def answer(_request):
        return web.Response(text=text, headers=headers)

    return answer


@pytest.mark.parametrize(
    ("header", "wait"),
    [
        ("7", timedelta(seconds=7)),
        ("99999999999", timedelta(hours=6)),
        ("Wed, 21 Oct 2015 07:28:00 GMT", timedelta()),
        ("soon", None),
        ("-5", None),
    ],
)
async def test_how_long_to_wait_is_read_from_seconds_or_a_date(connections, header, wait):
    async with serving(web.get("/ask", answering("", **{"Retry-After": header}))) as base:
        assert (await api(base, connections).ask("/ask")).retry_after == wait


async def test_connections_that_are_not_open_are_a_mistake_of_ours():
    with pytest.raises(RuntimeError):
        _ = Connections().asking


# ---------------------------------------------------------------------------------------------- downloads


async def clip(_request):
    return web.Response(body=b"clip" * 1000)


async def downloaded(connections, link):
    return b"".join([chunk async for chunk in connections.download(link)])


async def test_a_link_is_followed_over_redirects(connections):
    async def there(_request):
        raise web.HTTPFound("/clip")

    async with serving(web.get("/link", there), web.get("/clip", clip)) as base:
        assert await downloaded(connections, f"{base}/link") == b"clip" * 1000


async def test_a_download_carries_no_key(connections):
    seen = []

    async def look(request):
        seen.append(request.headers.get("Authorization"))
        return await clip(request)

    async with serving(web.get("/clip", look)) as base:
        await downloaded(connections, f"{base}/clip")
    assert seen == [None]


@pytest.mark.parametrize("link", ["file:///etc/passwd", "ftp://example.org/a", "http://", "//nothing", "gopher:x", ""])
async def test_only_http_is_followed(connections, link):
    with pytest.raises(TryLater):
        await downloaded(connections, link)


async def test_a_redirect_to_another_scheme_is_not_followed(connections):
    async def away(_request):
        return web.Response(status=302, headers={"Location": "file:///etc/passwd"})

    async with serving(web.get("/link", away)) as base:
        with pytest.raises(TryLater):
            await downloaded(connections, f"{base}/link")


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]", "0.0.0.0", "2130706433", "127.1"])
async def test_a_link_to_this_machine_is_not_followed(host):
    knocked = []

    async def knock(request):
        knocked.append(request.host)
        return await clip(request)

    async with serving(web.get("/clip", knock)) as base, Connections() as connections:
        port = base.rpartition(":")[2]
        with pytest.raises(TryLater):
            await downloaded(connections, f"http://{host}:{port}/clip")
    assert not knocked


class Clueless(AbstractResolver):
    """A name server that knows no name."""

    async def resolve(self, host, port=0, family=socket.AF_INET):
        raise OSError(None, f"nobody knows {host}")

    async def close(self):
        pass


class Fickle(AbstractResolver):
    """A name server that gives another answer each time."""

    def __init__(self, *answers):
        self._answers = list(answers)

    async def resolve(self, host, port=0, family=socket.AF_INET):
        address = self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]
        return [{"hostname": host, "host": address, "port": port, "family": family, "proto": 0, "flags": 0}]

    async def close(self):
        self._answers = []


def only_first(info):
    """Stands in for the real guard: one loopback address plays the internet, the others the neighbours."""
    if info[4][0] != "127.0.0.1":
        raise Forbidden(info[4][0])
    return socket.socket(info[0], info[1], info[2])


async def test_a_redirect_into_a_private_network_is_not_followed():
    async def away(request):
        raise web.HTTPFound(f"http://127.0.0.2:{request.url.port}/clip")

    async with (
        serving(web.get("/link", away), web.get("/clip", clip)) as base,
        Connections(guard=only_first) as connections,
    ):
        assert await downloaded(connections, f"{base}/clip")
        with pytest.raises(TryLater):
            await downloaded(connections, f"{base}/link")


async def test_a_name_that_changes_its_mind_leads_nowhere():
    async def again(request):
        raise web.HTTPFound(f"http://clips.example:{request.url.port}/clip")

    resolver = Fickle("127.0.0.1", "127.0.0.2")
    async with (
        serving(web.get("/link", again), web.get("/clip", clip)) as base,
        Connections(guard=only_first, resolver=resolver) as connections,
    ):
        port = base.rpartition(":")[2]
        with pytest.raises(TryLater):
            await downloaded(connections, f"http://clips.example:{port}/link")


async def test_trouble_with_a_link_does_not_show_its_signature(connections):
    with pytest.raises(TryLater) as told:
        await downloaded(connections, "http://127.0.0.1:1/clip.mp4?Signature=secret")
    assert "secret" not in str(told.value)


async def test_a_file_of_the_api_is_streamed_with_the_key(connections):
    async def content(request):
        assert request.headers["Authorization"] == f"Bearer {KEY}"
        return await clip(request)

    async with serving(web.get("/content", content)) as base:
        client = api(base, connections)
        assert b"".join([chunk async for chunk in client.stream("/content")]) == b"clip" * 1000
        with pytest.raises(TryLater):
            _ = [chunk async for chunk in client.stream("/elsewhere")]
    with pytest.raises(TryLater):
        _ = [chunk async for chunk in client.stream("/content")]


async def test_a_file_that_lies_elsewhere_is_fetched_there_without_the_key(connections):
    keys = []

    async def elsewhere(request):
        keys.append(request.headers.get("Authorization"))
        return await clip(request)

    async def content(_request):
        raise web.HTTPFound("/store/a%2Fb.mp4?Signature=a%3D")

    async with serving(web.get("/content", content), web.get("/store/{rest:.*}", elsewhere)) as base:
        assert b"".join([chunk async for chunk in api(base, connections).stream("/content")]) == b"clip" * 1000
        assert keys == [None]
        async with Connections() as careful:
            with pytest.raises(TryLater):
                _ = [chunk async for chunk in api(base, careful).stream("/content")]
        assert keys == [None]
