import asyncio
import json
import os
import threading
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
from PIL import Image

from bot.media.workshop import Workshop
from providers.contract import (
    CAMERA_MOVES,
    Cancels,
    Done,
    Failed,
    FailReason,
    Finds,
    LostCall,
    Mode,
    Order,
    Picture,
    Queued,
    Running,
    Ticket,
)
from providers.errors import RefusalKind, Refused, TryLater
from providers.preview import PreviewProvider
from providers.preview_orders import Orders


def report(progress):
    """As the child does it: never half-written."""
    part = progress.with_suffix(".part")
    part.write_text("40")
    part.replace(progress)


class Studio:
    """A render that works when it is told to, and remembers what it was asked for."""

    def __init__(self):
        self.orders = []
        self.begun = asyncio.Event()
        self.may_end = asyncio.Event()
        self.failure = None
        self.lazy = False

    async def __call__(self, module, order, *, seconds):
        assert module == "providers.preview_film"
        assert seconds > 60
        self.orders.append(order)
        await asyncio.to_thread(report, Path(order["progress"]))
        self.begun.set()
        await self.may_end.wait()
        if self.failure:
            raise RuntimeError(self.failure)
        if not self.lazy:
            await asyncio.to_thread(Path(order["film"]).write_bytes, order["prompt"].encode() * 20_000)
        return {}


@pytest.fixture
async def studio():
    return Studio()


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "preview"


@pytest.fixture
def provider(folder, studio):
    return PreviewProvider(folder=folder, render=studio)


def lost(reference):
    return LostCall(order(reference), datetime(2026, 11, 21, tzinfo=UTC))


def order(reference="job1", prompt="a cat", **more):
    return Order(reference=reference, wire_model="ken-burns", prompt=prompt, seconds=6, resolution="768P", **more)


async def submit(provider, *references):
    return [await provider.submit(order(reference), callback_url=None) for reference in references]


async def until(provider, ticket, kind):
    async with asyncio.timeout(10):
        # Polled as the house does it: a provider on this machine calls nobody back.
        while not isinstance(progress := await provider.poll(ticket), kind):  # noqa: ASYNC110
            await asyncio.sleep(0.005)
    return progress


async def fetched(provider, done):
    return b"".join([chunk async for chunk in provider.fetch(done)])


def test_it_is_named_and_offers_every_format(provider):
    (offer,) = provider.offers
    assert (provider.name, offer.key, offer.model) == ("preview", "preview/ken-burns", "preview")
    assert offer.camera_moves == set(CAMERA_MOVES)
    default = offer.formats[0]
    assert (default.mode, default.resolution, default.seconds) == (Mode.TEXT, "768P", 6)
    prices = {(f.mode, f.resolution, f.seconds): str(f.price_usd) for f in offer.formats}
    assert len(prices) == 12
    assert prices[Mode.IMAGE, "768P", 6] == "0.06"
    assert prices[Mode.FIRST_LAST, "512P", 10] == "0.05"


def test_it_can_find_and_cancel(provider):
    assert isinstance(provider, Finds)
    assert isinstance(provider, Cancels)


def test_the_operator_may_slow_it_down(folder, studio):
    slow = PreviewProvider(folder=folder, render=studio, submits_per_minute=3, at_once=1)
    assert (slow.pace.submits_per_minute, slow.pace.at_once) == (3, 1)


async def test_an_order_becomes_a_clip(provider, studio):
    async with provider:
        (ticket,) = await submit(provider, "job1")
        assert ticket == Ticket("job1")
        await studio.begun.wait()
        assert await provider.poll(ticket) == Running(40.0)
        studio.may_end.set()
        done = await until(provider, ticket, Done)
    assert await fetched(provider, done) == b"a cat" * 20_000


async def test_the_pictures_are_copied_with_the_order(provider, studio, folder, tmp_path):
    for name in ("first.png", "last.jpg"):
        Image.new("RGB", (8, 8)).save(tmp_path / name)
    pictures = Picture(tmp_path / "first.png", "image/png"), Picture(tmp_path / "last.jpg", "image/jpeg")
    async with provider:
        await provider.submit(order(first_frame=pictures[0], last_frame=pictures[1]), callback_url=None)
        for picture in pictures:
            picture.path.unlink()
        await studio.begun.wait()
    (told,) = studio.orders
    assert told == {
        "prompt": "a cat",
        "seconds": 6,
        "resolution": "768P",
        "first": str(folder / "job1" / "first.png"),
        "last": str(folder / "job1" / "last.jpg"),
        "film": str(folder / "job1" / "film.mp4"),
        "progress": str(folder / "job1" / "progress.txt"),
    }
    assert {path.name for path in (folder / "job1").iterdir()} >= {"first.png", "last.jpg"}


async def test_the_same_reference_is_one_order(provider, studio, folder):
    first = await provider.submit(order(prompt="a cat"), callback_url=None)
    again = await provider.submit(order(prompt="a dog"), callback_url=None)
    assert first == again
    assert json.loads((folder / "job1" / "order.json").read_text())["prompt"] == "a cat"


async def test_an_order_placed_twice_at_once_is_one_order(provider, folder):
    async with asyncio.TaskGroup() as group:
        tickets = [group.create_task(provider.submit(order(), callback_url=None)) for _ in range(8)]
    assert {ticket.result() for ticket in tickets} == {Ticket("job1")}
    assert [path.name for path in folder.iterdir()] == ["job1"]


async def test_one_order_is_made_at_a_time_and_the_others_know_their_place(provider, studio):
    async with provider:
        tickets = await submit(provider, "job1", "job2", "job3")
        await studio.begun.wait()
        assert [await provider.poll(ticket) for ticket in tickets] == [Running(40.0), Queued(1), Queued(2)]
        assert len(studio.orders) == 1
        studio.may_end.set()
        for ticket in tickets:
            await until(provider, ticket, Done)
    assert [Path(told["film"]).parent.name for told in studio.orders] == ["job1", "job2", "job3"]


async def test_an_order_outlives_the_process(provider, folder):
    (ticket,) = await submit(provider, "job1")
    assert await provider.poll(ticket) == Queued(1)
    later = Studio()
    later.may_end.set()
    async with PreviewProvider(folder=folder, render=later) as reborn:
        assert await reborn.find(lost("job1")) == ticket
        done = await until(reborn, ticket, Done)
        assert await fetched(reborn, done)


async def test_an_order_that_was_being_made_is_made_again_after_a_restart(provider, studio, folder):
    async with provider:
        (ticket,) = await submit(provider, "job1")
        await studio.begun.wait()
    later = Studio()
    later.may_end.set()
    async with PreviewProvider(folder=folder, render=later) as reborn:
        await until(reborn, ticket, Done)
    assert len(later.orders) == 1


async def test_what_never_arrived_is_not_found(provider):
    assert await provider.find(lost("job1")) is None
    assert await provider.find(lost("../../etc")) is None


async def test_a_half_written_order_is_no_order(provider, folder):
    (folder / "job1").mkdir(parents=True)
    assert await provider.find(lost("job1")) is None


async def test_an_unknown_ticket_has_failed(provider):
    for ticket in (Ticket("job1"), Ticket("../job1")):
        assert await provider.poll(ticket) == Failed(FailReason.PROVIDER, "no such order")


async def test_a_reference_that_is_no_name_is_refused(provider):
    with pytest.raises(Refused) as refused:
        await provider.submit(order("../job1"), callback_url=None)
    assert refused.value.kind is RefusalKind.INPUT


async def test_a_full_disk_means_later(folder, studio):
    folder.write_text("a file where the folder should be")
    with pytest.raises(TryLater):
        await PreviewProvider(folder=folder, render=studio).submit(order(), callback_url=None)


async def test_a_lost_picture_means_later_and_leaves_nothing_behind(provider, folder, tmp_path):
    lost = Picture(tmp_path / "lost.jpg", "image/jpeg")
    with pytest.raises(TryLater):
        await provider.submit(order(first_frame=lost), callback_url=None)
    assert list(folder.iterdir()) == []


async def test_a_render_that_fails_is_final_and_does_not_stop_the_next(provider, studio):
    studio.failure = "crash: out of paint"
    studio.may_end.set()
    async with provider:
        first, second = await submit(provider, "job1", "job2")
        assert await until(provider, first, Failed) == Failed(FailReason.PROVIDER, "crash: out of paint")
        assert await until(provider, second, Failed)
    assert len(studio.orders) == 2


async def test_an_order_waits_until_the_machine_can_render_again(folder, monkeypatch):
    monkeypatch.setattr("providers.preview.TROUBLE_SECONDS", 0.01)
    tried = []

    async def render(module, order, *, seconds):
        tried.append(order["film"])
        if len(tried) < 3:
            raise BlockingIOError(11, "Resource temporarily unavailable")
        await asyncio.to_thread(Path(order["film"]).write_bytes, b"film")
        return {}

    async with PreviewProvider(folder=folder, render=render) as provider:
        ticket = await provider.submit(Order("abc", "ken-burns", "a cat", 6, "512P"), callback_url=None)
        await until(provider, ticket, Done)

    assert len(tried) == 3


async def test_a_folder_that_cannot_be_read_is_looked_at_again(folder, monkeypatch, captured_log):
    monkeypatch.setattr("providers.preview.TROUBLE_SECONDS", 0.01)
    whole, looks, again = Orders.clean, [], threading.Event()

    def clean(orders):
        looks.append(orders)
        if len(looks) == 1:
            raise OSError(5, "Input/output error")
        whole(orders)
        again.set()

    monkeypatch.setattr(Orders, "clean", clean)
    async with PreviewProvider(folder=folder, render=Studio()):
        assert await asyncio.to_thread(again.wait, 20)

    assert captured_log.entries[0]["event"] == "the orders cannot be read"


async def test_a_render_without_a_film_has_failed(provider, studio):
    studio.lazy = True
    studio.may_end.set()
    async with provider:
        (ticket,) = await submit(provider, "job1")
        assert await until(provider, ticket, Failed) == Failed(FailReason.PROVIDER, "the child made no film")


async def test_a_waiting_order_is_cancelled(provider, studio, folder):
    async with provider:
        first, second = await submit(provider, "job1", "job2")
        await studio.begun.wait()
        assert await provider.cancel(second)
        assert await provider.find(lost("job2")) is None
        studio.may_end.set()
        await until(provider, first, Done)
    assert len(studio.orders) == 1
    assert [path.name for path in folder.iterdir()] == ["job1"]


async def test_an_order_being_made_is_cancelled_and_the_next_is_made(provider, studio):
    async with provider:
        first, second = await submit(provider, "job1", "job2")
        await studio.begun.wait()
        assert await provider.cancel(first)
        studio.may_end.set()
        await until(provider, second, Done)
        assert isinstance(await provider.poll(first), Failed)


async def test_it_is_too_late_to_cancel_a_finished_clip(provider, studio):
    studio.may_end.set()
    async with provider:
        (ticket,) = await submit(provider, "job1")
        done = await until(provider, ticket, Done)
        assert not await provider.cancel(ticket)
        assert await provider.poll(ticket) == done
    assert not await provider.cancel(Ticket("never"))


async def test_a_clip_that_is_gone_may_be_asked_for_later(provider, folder):
    with pytest.raises(TryLater):
        await fetched(provider, Done((folder / "job1" / "film.mp4").as_uri()))


async def test_nothing_but_its_own_clips_is_handed_out(provider, folder, tmp_path):
    secret = tmp_path / "film.mp4"
    secret.write_bytes(b"secret")
    for url in (secret.as_uri(), "file:///etc/passwd", f"file://{folder}/x/../../film.mp4"):
        with pytest.raises(TryLater):
            await fetched(provider, Done(url))


async def test_a_day_after_its_ending_an_order_is_forgotten(provider, studio, folder):
    studio.may_end.set()
    async with provider:
        old, new = await submit(provider, "old", "new")
        await until(provider, old, Done)
        await until(provider, new, Done)
    (folder / ".new-broken").mkdir()
    yesterday = time.time() - 90_000
    for name in ("old/film.mp4", ".new-broken"):
        os.utime(folder / name, (yesterday, yesterday))
    async with PreviewProvider(folder=folder, render=studio) as reborn:
        (newest,) = await submit(reborn, "newest")
        await until(reborn, newest, Done)
        assert isinstance(await reborn.poll(old), Failed)
        assert isinstance(await reborn.poll(new), Done)
    assert sorted(path.name for path in folder.iterdir()) == ["new", "newest"]


async def test_a_bug_in_a_render_is_not_swallowed(folder):
    async def buggy(module, order, *, seconds):
        raise KeyError("bug")

    async def until_it_breaks():
        async with PreviewProvider(folder=folder, render=buggy) as provider:
            await submit(provider, "job1")
            await asyncio.Event().wait()

    with pytest.raises(ExceptionGroup) as broken:
        await asyncio.wait_for(until_it_breaks(), 10)
    assert broken.group_contains(KeyError)


async def test_the_whole_way_with_a_real_child(folder, tmp_path):
    Image.new("RGB", (640, 480), (90, 40, 140)).save(tmp_path / "first.jpg")
    frame = Picture(tmp_path / "first.jpg", "image/jpeg")
    wish = Order("job1", "ken-burns", "a cat [Zoom in]", 1, "512P", first_frame=frame)
    async with PreviewProvider(folder=folder, render=Workshop(cores=2).run) as provider:
        ticket = await provider.submit(wish, callback_url=None)
        async with asyncio.timeout(60):
            done = await until(provider, ticket, Done)
        film = await fetched(provider, done)
    assert film[4:8] == b"ftyp"
