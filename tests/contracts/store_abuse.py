"""What must hold of blocks, of wishes refused for their content, and of reports."""

from datetime import timedelta

import pytest

from bot.core.blocks import Ban, BlockKind, Report
from bot.core.model import EVERYWHERE, CommunityId, Reason, State
from bot.core.store import Change
from tests.contracts.store_scene import ANN, BEN, GUILD

GUN = Ban(GUILD, BlockKind.WORD, "gun")
CHAT = CommunityId("telegram", "-1")


class BlocksContract:
    async def test_the_same_block_stands_once(self, store, scene):
        assert await store.block(GUN, "web:ann", "no guns")
        assert not await store.block(GUN, "web:ben", "again")

        (block,) = await store.blocks(GUILD)
        assert (block.ban, block.actor, block.reason) == (GUN, "web:ann", "no guns")
        assert block.at == scene.clock.now()

    async def test_lists_are_apart_and_in_the_order_of_their_making(self, store):
        bans = [
            Ban(EVERYWHERE, BlockKind.PATTERN, "gun"),
            Ban(EVERYWHERE, BlockKind.SERVER, "discord:77"),
            Ban(GUILD, BlockKind.WORD, "gun"),
            Ban(GUILD, BlockKind.PERSON, "discord:1:2"),
        ]
        for ban in reversed(bans):
            await store.block(ban, "web:ann", "")

        assert [block.ban for block in await store.blocks(EVERYWHERE)] == [bans[1], bans[0]]
        assert [block.ban for block in await store.blocks(GUILD)] == [bans[3], bans[2]]
        assert [block.ban for block in await store.blocks(None)] == [bans[1], bans[0], bans[3], bans[2]]
        assert await store.blocks(CHAT) == []

    async def test_a_block_is_lifted_once_and_can_be_set_again(self, store):
        await store.block(GUN, "web:ann", "")

        assert await store.unblock(GUN, "web:ann")
        assert not await store.unblock(GUN, "web:ann")
        assert await store.blocks(GUILD) == []
        assert await store.block(GUN, "web:ann", "")
        assert len(await store.blocks(GUILD)) == 1

    @pytest.mark.parametrize("other", [Ban(EVERYWHERE, BlockKind.WORD, "gun"), Ban(GUILD, BlockKind.PATTERN, "gun")])
    async def test_nothing_else_is_lifted(self, store, other):
        await store.block(GUN, "web:ann", "")

        assert not await store.unblock(other, "web:ann")
        assert len(await store.blocks(GUILD)) == 1

    async def test_being_forgotten_lifts_no_block_and_hides_who_set_it(self, store, scene):
        await scene.rich()
        ban = Ban(EVERYWHERE, BlockKind.PERSON, str(ANN.id))
        await store.block(ban, str(ANN.id), "")
        await store.block(GUN, str(ANN.id), "")
        await store.unblock(GUN, str(ANN.id))
        await store.forget(ANN.id)

        (block,) = await store.blocks(EVERYWHERE)
        assert block.ban == ban
        assert block.actor.startswith("forgotten:")

    async def test_blocks_follow_a_community_to_its_new_id(self, store):
        both, old = Ban(GUILD, BlockKind.WORD, "both"), Ban(GUILD, BlockKind.WORD, "old")
        await store.block(Ban(CHAT, BlockKind.WORD, "both"), "web:ann", "")
        for ban in (both, old, GUN):
            await store.block(ban, "web:ann", "")
        await store.unblock(GUN, "web:ann")
        await store.block(Ban(EVERYWHERE, BlockKind.SERVER, str(GUILD)), "web:ann", "")
        for _ in range(2):
            await store.relocate(GUILD, CHAT)

        assert sorted(block.ban.what for block in await store.blocks(CHAT)) == ["both", "old"]
        assert [block.ban.what for block in await store.blocks(EVERYWHERE)] == [str(CHAT)]


class RejectionsContract:
    async def test_a_wish_refused_for_its_content_is_remembered_with_its_time(self, store, scene):
        await scene.rich()
        await scene.rich(BEN)
        begin = scene.clock.now()
        for reason in (Reason.CONTENT, Reason.INPUT, Reason.CONTENT):
            scene.clock.advance(minutes=1)
            await store.move(await scene.submitting(), Change(State.FAILED, reason=reason))

        first, second = await store.rejections(ANN.id, begin)
        assert (first, second) == (begin + timedelta(minutes=1), begin + timedelta(minutes=3))
        assert await store.rejections(ANN.id, second) == [second]
        assert await store.rejections(BEN.id, begin) == []

    async def test_being_forgotten_forgets_no_rejection_before_its_time(self, store, scene):
        await scene.rich()
        begin = scene.clock.now()
        await store.move(await scene.submitting(), Change(State.FAILED, reason=Reason.CONTENT))
        await store.forget(ANN.id)

        assert len(await store.rejections(ANN.id, begin)) == 1
        scene.clock.advance(days=8)
        await store.expired_files(begin)
        assert await store.rejections(ANN.id, begin) == []


class ReportsContract:
    async def test_a_job_is_reported_once_by_each_person(self, store, scene):
        await scene.rich()
        begin, job = scene.clock.now(), await scene.queued(community=GUILD)

        assert await store.report(Report(job.id, BEN.id, GUILD, "mine"))
        assert not await store.report(Report(job.id, BEN.id, GUILD, "again"))
        assert await store.report(Report(job.id, ANN.id, None, ""))
        assert await store.reports_of(job.id, GUILD) == 1
        assert await store.reports_of(job.id, CHAT) == 0
        assert await store.reports_of("nobodys000", GUILD) == 0
        assert await store.reports_since(BEN.id, begin) == 1
        assert await store.reports_since(BEN.id, begin + timedelta(seconds=1)) == 0

    async def test_being_forgotten_leaves_no_name_on_a_report(self, store, scene):
        await scene.rich()
        begin, job = scene.clock.now(), await scene.queued()
        await store.report(Report(job.id, BEN.id, None, "my name is Ben"))
        await store.forget(BEN.id)

        assert await store.reports_since(BEN.id, begin) == 0

    async def test_reports_are_dropped_after_a_season(self, store, scene):
        await scene.rich()
        begin, job = scene.clock.now(), await scene.queued()
        await store.report(Report(job.id, BEN.id, GUILD, ""))
        await store.relocate(GUILD, CHAT)
        scene.clock.advance(days=89)
        await store.expired_files(begin)
        assert await store.reports_since(BEN.id, begin) == 1
        scene.clock.advance(days=2)
        await store.expired_files(begin)

        assert await store.reports_since(BEN.id, begin) == 0
