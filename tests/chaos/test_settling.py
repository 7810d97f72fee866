"""After a fire everything has its time to end, as long as it comes nearer to its end."""

from types import SimpleNamespace

import pytest

from tests.chaos import run


@pytest.fixture
def settle(monkeypatch):
    """Settle with these answers to "what is still under way?", one a look; the last one stays."""
    monkeypatch.setattr(run, "SETTLE_WITHIN", 0.05)
    monkeypatch.setattr(run, "LOOK_EVERY", 0.03)
    said = []

    async def settled(*looks):
        left = list(looks)

        async def look(*_):
            return left.pop(0) if len(left) > 1 else left[0], []

        monkeypatch.setattr(run.books, "look", look)
        telegram = SimpleNamespace(updates=SimpleNamespace(pending=[]))
        scene = SimpleNamespace(
            fleet=SimpleNamespace(database_url=""),
            outside=SimpleNamespace(telegram=telegram),
            plan=SimpleNamespace(say=said.append),
        )
        return await run._until_ended(scene, "after the fire", besides=run.OPEN_ENDED)

    return settled


async def test_thousands_of_clips_have_as_long_as_fewer_and_fewer_are_left(settle):
    shrinking = [{f"job{n}": "fetching" for n in range(left)} for left in range(8, -1, -1)]
    assert await settle(*shrinking) == []


async def test_free_clips_on_their_way_home_count_as_coming_nearer(settle):
    held = {"job0": "fetching"}
    looks = [held | {f"free{n}": "fetching free" for n in range(left)} for left in range(6, -1, -1)]
    assert await settle(*looks, {}) == []


async def test_what_comes_no_further_is_named(settle):
    assert await settle({"job0": "fetching"}) == ["after the fire job job0 is still fetching"]
