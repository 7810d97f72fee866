"""The bot finds the world's servers by their names, unless names are lost; what is connected stays so."""

import socket
from contextlib import asynccontextmanager

import aiohttp
import httpx
import pytest
from aiohttp import web

from providers.errors import TryLater
from providers.http import Connections
from tests.chaos.names import Names, named
from tests.fakes.serving import serving


@pytest.fixture
def names(tmp_path, monkeypatch):
    made = Names(tmp_path)
    monkeypatch.setattr(socket, "getaddrinfo", made.asked_by(socket.getaddrinfo))
    return made


async def clip(_request):
    return web.Response(body=b"clip")


@asynccontextmanager
async def serving_by_name():
    async with serving(web.get("/", clip)) as url:
        yield named(f"{url}/", "openai_hk")


async def by_aiohttp(address):
    async with aiohttp.ClientSession() as session, session.get(address) as response:
        return await response.read()


async def by_httpx(address):
    async with httpx.AsyncClient() as client:
        return (await client.get(address)).content


async def by_a_link(address):
    async with Connections(allow_private=True) as connections:
        return b"".join([chunk async for chunk in connections.download(address)])


@pytest.mark.parametrize("fetch", [by_aiohttp, by_httpx, by_a_link])
async def test_everybody_asks_for_names_where_they_can_be_lost(names, fetch):
    async with serving_by_name() as address:
        assert await fetch(address) == b"clip"
        async with names.losing():
            with pytest.raises((aiohttp.ClientConnectorError, httpx.ConnectError, TryLater)):
                await fetch(address)
        assert await fetch(address) == b"clip"


async def test_a_connection_that_stands_outlives_the_loss_of_its_name(names):
    connector = aiohttp.TCPConnector(use_dns_cache=False)
    async with serving_by_name() as address, aiohttp.ClientSession(connector=connector) as session:
        async with session.get(address) as response:
            await response.read()
        async with names.losing(), session.get(address) as response:
            assert await response.read() == b"clip"


async def test_addresses_and_other_names_are_not_lost(names):
    async with names.losing():
        assert socket.getaddrinfo("127.0.0.1", 80)
        assert socket.getaddrinfo("localhost", 80)


def test_a_lost_name_is_an_error_that_passes(names, tmp_path):
    (tmp_path / "names-are-lost").touch()
    with pytest.raises(socket.gaierror) as lost:
        socket.getaddrinfo("discord.reelbot.test", 80)
    assert lost.value.errno == socket.EAI_AGAIN


def test_what_stands_elsewhere_is_given_no_name():
    with pytest.raises(AssertionError):
        named("https://api.example.org", "minimax")
