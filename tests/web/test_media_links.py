from contextlib import asynccontextmanager

import pytest

from bot.core.model import FileName
from bot.core.signing import Signer
from bot.web.media_links import MediaLinks, Shelf
from bot.web.server import WebServer
from tests.fakes.clock import FakeClock
from tests.fakes.files import FolderFiles

CLIP = bytes(range(256)) * 40
SIGNER = Signer(b"a secret that only tests know")


@asynccontextmanager
async def _serving(folder, public_url=None):
    files, clock = FolderFiles(folder), FakeClock()
    files.clip(FileName("k3f9q0x2ab.mp4")).write_bytes(CLIP)
    files.picture(FileName("p.png")).write_bytes(b"png")
    files.clip(FileName("strange.bin")).write_bytes(b"?")
    links = MediaLinks(files=files, signer=SIGNER, clock=clock, public_url=public_url)
    async with WebServer(host="127.0.0.1", port=0, public_url=None, routes=links.routes()) as server:
        yield links, server.address, clock, files


async def test_a_link_serves_the_clip(client, tmp_path):
    async with (
        _serving(tmp_path) as (links, address, _, _),
        client.get(address + links.link(FileName("k3f9q0x2ab.mp4"))) as answer,
    ):
        assert (answer.status, await answer.read()) == (200, CLIP)
        assert answer.headers["Content-Type"] == "video/mp4"
        assert answer.headers["Content-Disposition"] == 'inline; filename="reelbot-k3f9q0x2ab.mp4"'
        assert answer.headers["Cache-Control"].startswith("private")


async def test_a_player_may_ask_for_a_part(client, tmp_path):
    async with _serving(tmp_path) as (links, address, _, _):
        link = address + links.link(FileName("k3f9q0x2ab.mp4"))
        async with client.get(link, headers={"Range": "bytes=100-199"}) as answer:
            assert (answer.status, await answer.read()) == (206, CLIP[100:200])
            assert answer.headers["Content-Range"] == f"bytes 100-199/{len(CLIP)}"
            assert answer.headers["Content-Type"] == "video/mp4"


async def test_a_head_request_tells_the_size_alone(client, tmp_path):
    async with (
        _serving(tmp_path) as (links, address, _, _),
        client.head(address + links.link(FileName("k3f9q0x2ab.mp4"))) as answer,
    ):
        assert (answer.status, answer.headers["Content-Length"]) == (200, str(len(CLIP)))
        assert await answer.read() == b""


async def test_a_download_gets_a_friendly_name(client, tmp_path):
    async with (
        _serving(tmp_path) as (links, address, _, _),
        client.get(address + links.link(FileName("k3f9q0x2ab.mp4")) + "?download=1") as answer,
    ):
        assert answer.headers["Content-Disposition"] == 'attachment; filename="reelbot-k3f9q0x2ab.mp4"'


async def test_pictures_lie_on_a_shelf_of_their_own(client, tmp_path):
    async with _serving(tmp_path) as (links, address, _, _):
        async with client.get(address + links.link(FileName("p.png"), Shelf.PICTURE)) as answer:
            assert (answer.headers["Content-Type"], await answer.read()) == ("image/png", b"png")
        async with client.get(address + links.link(FileName("p.png"))) as answer:
            assert answer.status == 404


async def test_an_unknown_kind_of_file_is_never_shown_as_a_page(client, tmp_path):
    async with (
        _serving(tmp_path) as (links, address, _, _),
        client.get(address + links.link(FileName("strange.bin"))) as answer,
    ):
        assert answer.headers["Content-Type"] == "application/octet-stream"


async def test_a_link_expires(client, tmp_path):
    async with _serving(tmp_path) as (links, address, clock, _):
        link = address + links.link(FileName("k3f9q0x2ab.mp4"))
        clock.advance(days=7)
        async with client.get(link) as answer:
            assert answer.status == 200
        clock.advance(days=1)
        async with client.get(link) as answer:
            assert answer.status == 410
            assert "expired" in (await answer.json())["error"]


@pytest.mark.parametrize(
    "spoil",
    [lambda s: s[:-1] + ("A" if s[-1] != "A" else "B"), lambda _: "x", lambda s: s + "x"],
    ids=["changed", "short", "longer"],
)
async def test_a_tampered_link_leads_nowhere(client, tmp_path, spoil):
    async with _serving(tmp_path) as (links, address, _, _):
        signed = links.link(FileName("k3f9q0x2ab.mp4")).rpartition("/")[2]
        async with client.get(f"{address}/media/{spoil(signed)}") as answer:
            assert answer.status == 404


async def test_a_deleted_clip_is_gone_in_one_sentence(client, tmp_path):
    async with _serving(tmp_path) as (links, address, _, files):
        link = address + links.link(FileName("k3f9q0x2ab.mp4"))
        files.clip(FileName("k3f9q0x2ab.mp4")).unlink()
        async with client.get(link) as answer:
            assert (answer.status, await answer.json()) == (404, {"error": "This file has been deleted."})


async def test_a_link_stays_the_same_all_day_so_that_browsers_keep_their_copy(tmp_path):
    async with _serving(tmp_path) as (links, _, clock, _):
        morning = links.link(FileName("a.mp4"))
        clock.advance(hours=5)
        assert links.link(FileName("a.mp4")) == morning
        clock.advance(hours=20)
        assert links.link(FileName("a.mp4")) != morning


async def test_a_link_for_the_internet_needs_a_public_url(tmp_path):
    async with _serving(tmp_path, "https://bot.example.org/") as (links, _, _, _):
        public = links.public_link(FileName("p.png"), Shelf.PICTURE)
        assert public == "https://bot.example.org" + links.link(FileName("p.png"), Shelf.PICTURE)
    async with _serving(tmp_path) as (links, _, _, _):
        assert links.public_link(FileName("p.png")) is None
