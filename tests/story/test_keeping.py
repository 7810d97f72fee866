"""KEEP_DAYS to the end: after it nothing that anybody said, sent or made is left, and the books are as they were."""

import asyncio

from sqlalchemy import select

from bot.core.housekeeping import Housekeeper
from bot.core.model import CommunityId, State
from storage.tables import metadata
from tests.fakes.provider import FakeProvider
from tests.story.house import ANA, open_house

CLUB = CommunityId("web", "club")
BOUNDED = {
    "watchers",
    "counters", "messages", "memories", "letters", "rejections", "reports", "turns", "durations", "healths", "wallets",
    "users", "limits", "list_prices", "blocks",
}  # fmt: skip
"""They hold what is kept for some days, or no more than a row for each person, server, provider or word."""
FOR_GOOD = {"jobs", "events", "attempts", "ledger", "limit_changes", "price_changes", "orders"}
"""They grow with every video or decision, for that is what books and logs are; jobs keep no words."""


def on_disk(folder):
    return sorted(path.name for name in ("images", "clips") for path in (folder / name).glob("*"))


async def written(house):
    """Everything that stands in the database."""

    def look(connection):
        return str([connection.execute(select(table)).all() for table in metadata.sorted_tables])

    return await house.store._store._db.read(look)


async def test_after_its_days_nothing_of_a_video_is_left_but_what_it_cost(tmp_path):
    async with open_house(tmp_path, providers=[FakeProvider()]) as house:
        keeper = Housekeeper(store=house.store, files=house.files, clock=house.clock, keep_days=7)
        wish = {"pictures": [b"photo"], "community": CLUB, "channel": "general"}
        made = await house.until(await house.say("a purple cat", **wish), State.DELIVERED)
        bare = await house.until(await house.say("a purple dog"), State.DELIVERED)
        await house.store.add(ANA.id, "said", '{"text": "a purple cat"}')
        await house.store.put_note(ANA.id, made.id, '{"prompt": "a purple cat"}')
        await house.store.keep("web", f"note:{made.id}", "where the purple cat is shown")
        await house.store.put("telegram", "letter", "a purple letter")
        await house.store.done("telegram", "letter")
        await keeper.tidy()
        assert len(await asyncio.to_thread(on_disk, tmp_path)) == 5
        assert "purple" in await written(house)

        house.clock.advance(days=8)
        for _ in range(2):
            await keeper.tidy()

        assert await asyncio.to_thread(on_disk, tmp_path) == []
        assert "purple" not in await written(house)
        assert await house.store.kept("web", f"note:{made.id}") is None
        used = await house.store.used([count.name for count in made.counts])
        assert [amount for name, amount in used.items() if "monthly" not in name] == [0, 0]
        for job in (made, bare):
            assert (await house.store.job(job.id)).charge == job.charge
        assert await house.books_balance()


async def test_what_is_under_way_keeps_its_words_and_pictures_however_old(tmp_path):
    provider = FakeProvider()
    provider.on_poll = provider.on_poll[:1]
    async with open_house(tmp_path, providers=[provider]) as house:
        keeper = Housekeeper(store=house.store, files=house.files, clock=house.clock, keep_days=7)
        job = await house.until(await house.say("a purple cat", pictures=[b"photo"]), State.RENDERING)
        house.clock.advance(days=8)
        await keeper.tidy()

        kept = await house.store.job(job.id)
        assert (kept.state.ended, kept.request.prompt) == (False, "a purple cat")
        assert await asyncio.to_thread(house.files.picture(kept.request.first_frame).exists)


def test_every_table_is_either_bounded_or_grows_on_purpose():
    assert set(metadata.tables) == BOUNDED | FOR_GOOD
