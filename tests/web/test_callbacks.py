import asyncio
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

import pytest

from bot.core.model import JobId
from bot.core.signing import Signer
from bot.core.store import StoreTrouble
from bot.web import callbacks as module
from bot.web.callbacks import MOST_BYTES, Callbacks
from bot.web.server import WebServer
from providers.contract import News, Pace, Ticket
from providers.errors import UnexpectedReply
from tests.fakes.clock import FakeClock

JOB = JobId("k3f9q0x2ab")


class Silent:
    """A provider that never calls."""

    name = "silent"
    offers = ()
    pace = Pace(1, 1)


class Caller(Silent):
    name = "caller"

    def read_callback(self, headers, body):
        if body == b"challenge":
            return News(None, b'{"challenge": 7}')
        if not body.startswith(b"task "):
            raise UnexpectedReply("a task", raw=body[:10].decode(errors="replace"))
        return News(Ticket(body.removeprefix(b"task ").decode()))


class Line:
    """A server with callbacks, and what it heard."""

    def __init__(self, public_url="https://bot.example.org/"):
        self.heard = []
        self.busy = False
        self.denied = False
        self.trouble = False
        self.clock = FakeClock()
        self.callbacks = Callbacks(
            providers=[Silent(), Caller()],
            signer=Signer(b"a secret that only tests know"),
            clock=self.clock,
            public_url=public_url,
            hear=self._hear,
        )

    async def _hear(self, provider, job, ticket):
        assert provider == "caller"
        if self.busy:
            await asyncio.Event().wait()
        if self.trouble:
            raise StoreTrouble("the database is locked")
        self.heard.append((job, ticket))
        return self.denied

    @property
    def path(self):
        return urlsplit(self.callbacks.callback_url("caller", JOB)).path


@asynccontextmanager
async def _line():
    line = Line()
    async with WebServer(host="127.0.0.1", port=0, public_url=None, routes=line.callbacks.routes()) as server:
        line.address = server.address
        yield line


async def test_a_callback_is_heard_for_the_job_in_its_address(client):
    async with _line() as line, client.post(line.address + line.path, data=b"task 42") as answer:
        assert (answer.status, await answer.read()) == (204, b"")
        assert line.heard == [(JOB, Ticket("42"))]


async def test_a_handshake_is_answered_as_the_provider_expects(client):
    async with _line() as line, client.post(line.address + line.path, data=b"challenge") as answer:
        assert (answer.content_type, await answer.read()) == ("application/json", b'{"challenge": 7}')
        assert line.heard == []


async def test_a_handshake_is_answered_at_once_however_busy_the_house_is(client):
    async with _line() as line:
        line.busy = True
        async with asyncio.timeout(1), client.post(line.address + line.path, data=b"challenge") as answer:
            assert answer.status == 200


async def test_a_repeated_callback_is_heard_once(client):
    async with _line() as line:
        for _ in range(3):
            async with client.post(line.address + line.path, data=b"task 42") as answer:
                assert answer.status == 204
        async with client.post(line.address + line.path, data=b"task 43"):
            assert line.heard == [(JOB, Ticket("42")), (JOB, Ticket("43"))]


async def test_a_callback_that_may_be_true_later_is_wanted_again(client):
    async with _line() as line:
        line.denied = True
        async with client.post(line.address + line.path, data=b"task 42") as answer:
            assert (answer.status, answer.headers["Retry-After"]) == (503, "30")
        line.denied = False
        async with client.post(line.address + line.path, data=b"task 42") as answer:
            assert answer.status == 204
        assert len(line.heard) == 2


async def test_only_so_many_callbacks_are_remembered(client, monkeypatch):
    monkeypatch.setattr(module, "REMEMBERED", 1)
    async with _line() as line:
        for task in (b"task 42", b"task 43", b"task 42"):
            async with client.post(line.address + line.path, data=task):
                pass
        assert len(line.heard) == 3


async def test_a_callback_that_was_put_off_is_heard_when_it_comes_again(client, monkeypatch):
    monkeypatch.setattr(module, "HEAR_SECONDS", 0.01)
    async with _line() as line:
        line.busy = True
        async with client.post(line.address + line.path, data=b"task 42") as answer:
            assert answer.status == 503
        line.busy = False
        async with client.post(line.address + line.path, data=b"task 42") as answer:
            assert (answer.status, line.heard) == (204, [(JOB, Ticket("42"))])


async def test_a_callback_that_met_a_database_in_trouble_is_heard_when_it_comes_again(client):
    async with _line() as line:
        line.trouble = True
        async with client.post(line.address + line.path, data=b"task 42") as answer:
            assert answer.status == 503
        line.trouble = False
        async with client.post(line.address + line.path, data=b"task 42") as answer:
            assert (answer.status, line.heard) == (204, [(JOB, Ticket("42"))])


async def test_a_callback_that_comes_again_while_it_is_listened_to_is_not_called_heard(client, monkeypatch):
    monkeypatch.setattr(module, "HEAR_SECONDS", 0.2)
    async with _line() as line:
        line.busy = True

        async def say() -> int:
            async with client.post(line.address + line.path, data=b"task 42") as answer:
                return answer.status

        async with asyncio.TaskGroup() as group:
            answers = [group.create_task(say()) for _ in range(2)]
        assert [answer.result() for answer in answers] == [503, 503]


@pytest.mark.parametrize("path", ["/callbacks/nobody/x", "/callbacks/silent/x", "/callbacks/caller/forged.x.y"])
async def test_whoever_has_no_signature_of_ours_is_not_heard(client, path):
    async with _line() as line, client.post(line.address + path, data=b"task 42") as answer:
        assert (answer.status, line.heard) == (404, [])


async def test_an_address_made_for_one_provider_serves_no_other(client):
    async with _line() as line:
        signer = Signer(b"a secret that only tests know")
        foreign = signer.sign("callback:silent", JOB, None)
        async with client.post(f"{line.address}/callbacks/caller/{foreign}", data=b"task 42") as answer:
            assert (answer.status, line.heard) == (404, [])


async def test_an_old_address_is_not_heard(client):
    async with _line() as line:
        path = line.path
        line.clock.advance(days=8)
        async with client.post(line.address + path, data=b"task 42") as answer:
            assert (answer.status, line.heard) == (404, [])


async def test_an_unreadable_callback_is_refused(client):
    async with _line() as line, client.post(line.address + line.path, data=b"\xff\x00") as answer:
        assert (answer.status, line.heard) == (400, [])


async def test_an_endless_callback_is_not_read_to_its_end(client):
    async with _line() as line, client.post(line.address + line.path, data=b"x" * (MOST_BYTES + 1)) as answer:
        assert (answer.status, line.heard) == (413, [])


async def test_a_house_too_busy_to_listen_asks_to_be_called_again(client, monkeypatch):
    monkeypatch.setattr(module, "HEAR_SECONDS", 0.01)
    async with _line() as line:
        line.busy = True
        async with client.post(line.address + line.path, data=b"task 42") as answer:
            assert (answer.status, answer.headers["Retry-After"]) == (503, "30")


async def test_a_callback_that_trickles_is_not_waited_for(client, monkeypatch):
    monkeypatch.setattr(module, "READ_SECONDS", 0.01)

    async def trickle():
        yield b"task "
        await asyncio.sleep(0.2)

    async with _line() as line, client.post(line.address + line.path, data=trickle()) as answer:
        assert (answer.status, line.heard) == (408, [])


def test_only_a_provider_that_calls_gets_an_address():
    assert Line().callbacks.callback_url("silent", JOB) is None
    assert Line().callbacks.callback_url("caller", JOB).startswith("https://bot.example.org/callbacks/caller/")


def test_there_is_no_address_without_a_public_url():
    assert Line(public_url=None).callbacks.callback_url("caller", JOB) is None
