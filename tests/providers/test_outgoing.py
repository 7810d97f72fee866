"""Paid calls with pictures, as the other side of the connection sees them."""

import asyncio
import base64
import json
import os
import random
from contextlib import asynccontextmanager

import psutil
import pytest
from pydantic import SecretStr

from providers.account import Account
from providers.errors import OutcomeUnknown, TryLater
from providers.http import Api, Connections
from providers.inline import Form, Inline
from providers.outgoing import PIECE_BYTES

LARGE = 4_000_001
FINE = b'HTTP/1.1 200 OK\r\nContent-Length: 13\r\nConnection: close\r\n\r\n{"id": "one"}'
AWAY = b"HTTP/1.1 307 Temporary Redirect\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n"


class Caller:
    """What one connection brought."""

    def __init__(self):
        self.head = {}
        self.body = b""
        self.whole = False
        self.gone = asyncio.Event()


class Server:
    """Speaks HTTP by hand, to see every byte.

    Args:
        answer: Said at the end; None hangs up instead.
        early: Whether it is said as soon as the head is there.
    """

    def __init__(self, answer=FINE, *, early=False):
        self.calls = []
        self._answer = answer
        self._early = early

    @asynccontextmanager
    async def serve(self):
        server = await asyncio.start_server(self._called, "127.0.0.1", 0)
        try:
            yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        finally:
            server.close()

    async def _called(self, reader, writer):
        caller = Caller()
        self.calls.append(caller)
        try:
            await self._take(caller, reader)
            if self._answer:
                writer.write(self._answer)
                await writer.drain()
                while self._early and await reader.read(2**16):
                    pass
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            caller.gone.set()
            writer.close()

    async def _take(self, caller, reader):
        lines = (await reader.readuntil(b"\r\n\r\n")).decode().splitlines()[1:-1]
        caller.head = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
        if self._early:
            return
        while len(caller.body) < int(caller.head["content-length"]) and (some := await reader.read(2**16)):
            caller.body += some
        caller.whole = len(caller.body) == int(caller.head["content-length"])


@pytest.fixture
async def connections():
    async with Connections(allow_private=True, pay_seconds=60.0) as connections:
        yield connections


@pytest.fixture
def large(tmp_path):
    path = tmp_path / "large.jpg"
    path.write_bytes(random.Random(7).randbytes(LARGE))
    return path


def api(base, connections):
    return Api(account=Account(SecretStr("sk-very-secret"), base), connections=connections)


def data_url(content, media_type="image/jpeg"):
    return f"data:{media_type};base64,{base64.b64encode(content).decode()}"


@pytest.mark.parametrize("size", [0, 1, 2, 3, PIECE_BYTES - 1, PIECE_BYTES, PIECE_BYTES + 1, 3 * PIECE_BYTES + 2])
async def test_a_request_arrives_as_if_it_had_been_made_whole_and_says_how_long_it_is(connections, tmp_path, size):
    content = random.Random(size).randbytes(size)
    (tmp_path / "a.jpg").write_bytes(content)
    body = {"prompt": "猫", "image": Inline(tmp_path / "a.jpg", "image/jpeg"), "seconds": 6}
    server = Server()
    async with server.serve() as base:
        reply = await api(base, connections).pay("/pay", body)
    (call,) = server.calls
    made_whole = json.dumps(body | {"image": data_url(content)}, ensure_ascii=False).encode()
    assert reply.body == {"id": "one"}
    assert call.body == made_whole
    assert call.head["content-length"] == str(len(made_whole))
    assert call.head["content-type"] == "application/json"
    assert "transfer-encoding" not in call.head


async def test_two_pictures_stand_in_their_places_wherever_they_come_from(connections, large):
    server = Server()
    body = {"content": [Inline(large, "image/jpeg"), Inline(b"small", "image/png")]}
    async with server.serve() as base:
        await api(base, connections).pay("/pay", body)
    assert json.loads(server.calls[0].body) == {
        "content": [data_url(large.read_bytes()), data_url(b"small", "image/png")]
    }


async def test_a_form_says_how_long_it_is_and_carries_the_picture_as_it_is(connections, large):
    server = Server()
    async with server.serve() as base:
        await api(base, connections).pay("/pay", Form({"prompt": "猫"}, {"picture": Inline(large, "image/jpeg")}))
    (call,) = server.calls
    assert call.whole
    assert large.read_bytes() in call.body
    assert "transfer-encoding" not in call.head


@pytest.mark.parametrize(
    "pack", [lambda picture: {"image": picture}, lambda picture: Form({}, {"image": picture})], ids=["json", "form"]
)
async def test_a_picture_that_is_gone_is_found_before_anybody_is_called(connections, tmp_path, pack):
    server, looks = Server(), []

    async def look():
        looks.append(1)

    async with server.serve() as base:
        with pytest.raises(TryLater):
            await api(base, connections).pay("/pay", pack(Inline(tmp_path / "gone.jpg", "image/jpeg")), look=look)
    assert (server.calls, looks) == ([], [])


async def test_a_picture_that_is_deleted_in_the_middle_of_the_call_is_sent_all_the_same(connections, large):
    server, content = Server(), large.read_bytes()

    async def look():
        await asyncio.to_thread(large.unlink)

    async with server.serve() as base:
        await api(base, connections).pay("/pay", {"image": Inline(large, "image/jpeg")}, look=look)
    assert json.loads(server.calls[0].body) == {"image": data_url(content)}


async def test_a_picture_that_cannot_be_read_to_its_end_breaks_the_call_off_with_an_unknown_outcome(connections, large):
    server = Server()

    async def look():
        await asyncio.to_thread(os.truncate, large, LARGE // 2)

    async with server.serve() as base:
        with pytest.raises(OutcomeUnknown):
            async with asyncio.timeout(20):  # nobody waits for an answer that cannot come
                await api(base, connections).pay("/pay", {"image": Inline(large, "image/jpeg")}, look=look)
        (call,) = server.calls
        await asyncio.wait_for(call.gone.wait(), 5)
    assert 0 < len(call.body) < int(call.head["content-length"])
    assert not call.whole


async def test_the_last_look_is_taken_before_the_first_byte(connections, large):
    server, seen = Server(), []

    async def look():
        await asyncio.sleep(0.1)
        seen.extend((call.head, call.body) for call in server.calls)

    async with server.serve() as base:
        await api(base, connections).pay("/pay", {"image": Inline(large, "image/jpeg")}, look=look)
    assert seen == [({}, b"")]


async def test_a_last_look_that_forbids_the_call_leaves_nothing_sent(connections, large):
    server = Server()

    async def look():
        raise RuntimeError

    async with server.serve() as base:
        with pytest.raises(RuntimeError):
            await api(base, connections).pay("/pay", {"image": Inline(large, "image/jpeg")}, look=look)
        await asyncio.wait_for(server.calls[0].gone.wait(), 5)
    assert server.calls[0].head == {}


async def test_a_call_whose_connection_breaks_is_not_made_again(connections, large):
    server = Server(answer=None)
    async with server.serve() as base:
        with pytest.raises(OutcomeUnknown):
            await api(base, connections).pay("/pay", {"image": Inline(large, "image/jpeg")})
    (call,) = server.calls
    assert call.whole


async def test_a_redirected_call_is_not_made_again(connections, large):
    server = Server(AWAY)
    async with server.serve() as base:
        assert (await api(base, connections).pay("/pay", {"image": Inline(large, "image/jpeg")})).status == 307
    assert len(server.calls) == 1


async def test_an_answer_is_heard_before_the_pictures_are_sent(connections, large):
    server = Server(early=True)
    async with server.serve() as base:
        reply = await api(base, connections).pay("/pay", {"image": Inline(large, "image/jpeg")})
    assert reply.body == {"id": "one"}


@pytest.mark.parametrize("answer", [FINE, None], ids=["answered", "hung up"])
async def test_no_picture_stays_open_after_the_call(connections, large, answer):
    async with Server(answer).serve() as base:
        for body in ({"image": Inline(large, "image/jpeg")}, Form({}, {"image": Inline(large, "image/jpeg")})):
            try:
                await api(base, connections).pay("/pay", body)
            except OutcomeUnknown:
                assert answer is None
    async with asyncio.timeout(5):
        while str(large) in {file.path for file in psutil.Process().open_files()}:  # noqa: ASYNC110 threads close it
            await asyncio.sleep(0.01)


async def test_a_call_without_a_picture_does_not_depend_on_the_disk(connections, monkeypatch):
    async def hangs(_read):
        await asyncio.Event().wait()

    monkeypatch.setattr("providers.outgoing.from_disk", hangs)
    async with Server(FINE).serve() as base, asyncio.timeout(5):
        assert (await api(base, connections).pay("/pay", {"prompt": "a cat"})).body == {"id": "one"}
