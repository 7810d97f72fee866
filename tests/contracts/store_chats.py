"""What must hold of letters, of small things remembered, and of a community with a new id."""

from datetime import timedelta

from bot.core.model import CommunityId, LimitSet, State, UserId
from bot.core.store import Grant
from tests.contracts.store_scene import ANN

OLD, NEW = CommunityId("telegram", "-100"), CommunityId("telegram", "-1000200")


class InboxContract:
    async def test_the_newest_entries_of_many_are_asked_for_at_once(self, store, scene):
        users = [UserId("web", f"person-{number}") for number in range(5)]
        assert await store.newest(users) == {}
        first = await store.add(users[0], "said", "one")
        await store.add(users[3], "said", "two")
        last = await store.add(users[3], "said", "three")
        assert await store.newest(users) == {users[0]: first.id, users[3]: last.id}
        assert await store.newest(users[:1]) == {users[0]: first.id}

    async def test_who_looks_is_known_until_it_was_not_said_for_a_while(self, store, scene):
        ann, ben, now = UserId("web", "ann"), UserId("web", "ben"), scene.clock.now()
        await store.watch([ben, ann], now + timedelta(seconds=40))
        await store.watch([ann], now + timedelta(seconds=60))
        assert await store.watching() == {ann, ben}
        scene.clock.advance(seconds=50)
        assert await store.watching() == {ann}
        scene.clock.advance(seconds=50)
        assert await store.watching() == frozenset()
        await store.expired_files(scene.clock.now())
        await store.watch([ben], scene.clock.now() + timedelta(seconds=1))
        assert await store.watching() == {ben}

    async def test_a_letter_waits_until_it_is_answered_and_is_taken_once(self, store):
        assert await store.put("telegram", "7", "first")
        assert await store.put("telegram", "8", "second")
        assert not await store.put("telegram", "7", "first")
        assert await store.put("discord", "7", "another chat's")
        assert [(letter.key, letter.body) for letter in await store.waiting("telegram")] == [
            ("7", "first"),
            ("8", "second"),
        ]
        await store.done("telegram", "7")
        assert [letter.key for letter in await store.waiting("telegram")] == ["8"]
        assert [letter.key for letter in await store.waiting("discord")] == ["7"]

    async def test_an_answered_letter_is_not_taken_again_until_it_is_long_ago(self, store, scene):
        await store.put("telegram", "7", "hello")
        await store.done("telegram", "7")
        await store.done("telegram", "7")
        await store.expired_files(scene.clock.now())
        assert not await store.put("telegram", "7", "hello")
        scene.clock.advance(days=4)
        await store.expired_files(scene.clock.now())
        assert await store.put("telegram", "7", "hello")

    async def test_letters_wait_in_the_order_in_which_they_came(self, store, scene):
        for key in ("9", "10", "8"):
            await store.put("telegram", key, key)
            scene.clock.advance(seconds=1)
        assert [letter.key for letter in await store.waiting("telegram")] == ["9", "10", "8"]


class MemoryContract:
    async def test_what_is_kept_is_found_again_and_written_over(self, store):
        assert await store.kept("telegram", "clip:1") is None
        await store.keep("telegram", "clip:1", "file-a")
        await store.keep("telegram", "clip:1", "file-b")
        await store.keep("discord", "clip:1", "other")
        assert await store.kept("telegram", "clip:1") == "file-b"
        await store.keep("telegram", "clip:1", "")
        assert await store.kept("telegram", "clip:1") is None


class RelocatingContract:
    async def test_limits_wallet_and_jobs_go_with_their_community(self, store, scene):
        await scene.rich()
        await store.set_limits(OLD, LimitSet(member_daily=50), "admin")
        await store.grant(str(OLD), Grant("gift", 30, "op", "gift"))
        job = await scene.queued(community=OLD)
        for _ in range(2):
            await store.relocate(OLD, NEW)
        assert (await store.limits_of(NEW)).member_daily == 50
        assert (await store.limits_of(OLD)) == LimitSet()
        assert (await store.wallet(str(NEW))).balance == 30
        assert (await store.job(job.id)).community == NEW
        assert await store.verify() == []
        assert [found.id for found in await store.jobs_of(ANN.id, 5)] == [job.id]
        assert (await store.job(job.id)).state is State.QUEUED

    async def test_what_the_new_id_has_of_its_own_stays(self, store):
        await store.set_limits(OLD, LimitSet(member_daily=50), "admin")
        await store.set_limits(NEW, LimitSet(member_daily=7), "admin")
        await store.grant(str(OLD), Grant("old", 30, "op", "gift"))
        await store.grant(str(NEW), Grant("new", 5, "op", "gift"))
        await store.relocate(OLD, NEW)
        assert (await store.limits_of(NEW)).member_daily == 7
        assert (await store.wallet(str(NEW))).balance == 5
        assert (await store.wallet(str(OLD))).balance == 30
        assert await store.verify() == []
