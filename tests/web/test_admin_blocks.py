"""Blocks in the console: seen list by list, set and lifted with a reason, on a page of their own and on somebody's."""

import pytest

from bot.core.banning import PATTERNS_MOST
from bot.core.blocks import Ban, BlockKind, Report
from bot.core.model import EVERYWHERE
from tests.contracts.store_scene import ANN, BEN, GUILD
from tests.fakes.admin_house import admin_house
from tests.web.console_client import Operator

PAGE = "/admin/blocks"
ANN_PAGE = "/admin/people/web:ann"
GUILD_PAGE = "/admin/servers/discord:77"
ANN_EVERYWHERE = Ban(EVERYWHERE, BlockKind.PERSON, "web:ann")


@pytest.fixture
async def house(tmp_path):
    async with admin_house(tmp_path) as house:
        await house.scene.rich(ANN)
        yield house


@pytest.fixture
def operator(house, client):
    return Operator(house, client)


async def standing(house):
    return [block.ban for block in await house.store.blocks(None)]


async def add(operator, **fields):
    return await operator.send(PAGE, "/blocks/block", **fields)


class TestLists:
    @pytest.mark.parametrize(
        ("fields", "ban", "said"),
        [
            ("word Big  BANG", Ban(EVERYWHERE, BlockKind.WORD, "big bang"), '"big bang" everywhere'),
            ("pattern b+ang", Ban(EVERYWHERE, BlockKind.PATTERN, "b+ang"), "re:b+ang everywhere"),
            ("server discord:77", Ban(EVERYWHERE, BlockKind.SERVER, "discord:77"), "discord:77 everywhere"),
            ("person web:ann", ANN_EVERYWHERE, "web:ann everywhere"),
        ],
    )
    async def test_something_is_blocked_shown_and_free_again(self, house, operator, fields, ban, said):
        fields = dict(zip(("kind", "what"), fields.split(" ", 1), strict=True))
        assert await add(operator, **fields, reason="because") == f"{said} is blocked."
        assert await standing(house) == [ban]
        assert await add(operator, **fields) == f"{said} is blocked already."
        assert ": because by console, 2026-11-21 09:00:00" in await operator.says(PAGE)
        assert await operator.send(PAGE, "/blocks/lift", reason="a mistake") == f"{said} is no longer blocked."
        assert await standing(house) == []

    async def test_a_list_is_shown_alone(self, house, operator):
        await house.store.block(ANN_EVERYWHERE, "op", "")
        await house.store.block(Ban(GUILD, BlockKind.WORD, "gore"), "op", "")
        for path in (PAGE, f"{PAGE}?where=Everywhere"):
            assert "web:ann" in await operator.says(path)
            assert "gore" not in await operator.says(path)
        said = await operator.says(f"{PAGE}?where=discord:77")
        assert "gore" in said
        assert "web:ann" not in said
        assert "names nobody" in await operator.says(f"{PAGE}?where=77")

    async def test_a_form_leads_back_to_the_list_it_stood_on(self, house, operator):
        where, fields = await operator.form(f"{PAGE}?where=discord:77", "/block?where=discord%3A77")
        assert fields["where"] == "discord:77"
        await operator.post(where, fields | {"kind": "word", "what": "gore"})
        assert await standing(house) == [Ban(GUILD, BlockKind.WORD, "gore")]

    async def test_lifting_what_is_not_blocked_is_said(self, operator):
        await add(operator, kind="word", what="gore")
        where, fields = await operator.form(PAGE, "/blocks/lift")
        await operator.post(where, fields)
        assert await operator.post(where, fields) == "gore everywhere was not blocked."

    @pytest.mark.parametrize(
        ("fields", "said"),
        [
            ({"kind": "word", "what": "!?"}, "A word has a letter or a digit in it"),
            ({"kind": "word", "what": "x" * 101}, "A word has a letter or a digit in it"),
            ({"kind": "pattern", "what": "("}, "That pattern cannot be used: missing )"),
            ({"kind": "pattern", "what": ""}, "Say what is to be blocked"),
            ({"kind": "person", "what": "ann"}, "“ann” names nobody"),
            ({"kind": "server", "what": "discord:7", "where": "discord:8"}, "A server is blocked in the whole bot"),
            ({"kind": "word", "what": "gore", "where": "here"}, "“here” names nobody"),
            ({"kind": "mood", "what": "gore"}, "Say what is to be blocked"),
            ({"kind": "word", "what": "gore", "reason": "x" * 201}, "Please give a reason, of at most 200"),
        ],
    )
    async def test_what_cannot_be_blocked_is_refused_in_a_sentence(self, house, operator, fields, said):
        assert (await add(operator, **fields)).startswith(said)
        assert await standing(house) == []

    async def test_a_full_list_takes_no_more(self, house, operator):
        for number in range(PATTERNS_MOST):
            await house.store.block(Ban(EVERYWHERE, BlockKind.PATTERN, f"a{number}"), "op", "")
        assert (await add(operator, kind="pattern", what="b+")).startswith("The list is full")


class TestReports:
    async def test_reported_clips_are_listed_newest_first_with_their_jobs(self, house, operator):
        assert "Nobody has reported anything." in await operator.says(PAGE)
        jobs = [await house.scene.delivered(ANN), await house.scene.delivered(ANN, community=GUILD)]
        for job, reason in zip(jobs, ("gory", ""), strict=True):
            await house.store.report(Report(job.id, BEN.id, job.community, reason))
            house.clock.advance(minutes=1)
        said = await operator.says(PAGE)
        newest = f"{jobs[1].id} 2026-11-21 09:01:00 web:ben discord:77"
        assert f"{newest} {jobs[0].id} 2026-11-21 09:00:00 web:ben gory" in said


class TestOnSomebodysPage:
    async def test_a_person_is_blocked_and_freed_with_reasons_that_the_log_keeps(self, house, operator):
        assert await operator.send(ANN_PAGE, "/block", act="block", reason="spam") == "web:ann everywhere is blocked."
        assert await standing(house) == [ANN_EVERYWHERE]
        said = await operator.says(ANN_PAGE)
        assert "Blocked Everywhere since 2026-11-21 09:00:00 by console: spam" in said
        house.clock.advance(minutes=1)
        await operator.send(ANN_PAGE, "/block", act="lift", reason="said sorry")
        assert await standing(house) == []
        said = await operator.says("/admin/log")
        assert "2026-11-21 09:01:00 console unblock web:ann person, everywhere: said sorry" in said
        assert "2026-11-21 09:00:00 console block web:ann person, everywhere: spam" in said

    async def test_where_admins_have_blocked_somebody_is_shown(self, house, operator):
        await house.store.block(Ban(GUILD, BlockKind.PERSON, "web:ann"), "discord:9", "rude")
        assert "In discord:77 since 2026-11-21 09:00:00 by discord:9: rude" in await operator.says(ANN_PAGE)

    async def test_a_server_is_blocked(self, house, operator):
        await operator.send(GUILD_PAGE, "/block", act="block", reason="spam")
        assert await standing(house) == [Ban(EVERYWHERE, BlockKind.SERVER, "discord:77")]

    async def test_nobody_is_blocked_without_a_reason(self, house, operator):
        said = await operator.send(ANN_PAGE, "/block", act="block")
        assert said == "Please give a reason, of at most 200 characters: the log keeps it."
        assert await standing(house) == []
