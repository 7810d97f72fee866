"""People and servers in the console: found, given credits, limited."""

import pytest

from bot.core.model import LimitSet, User, UserId
from tests.contracts.store_scene import ANN, BEN, GUILD
from tests.fakes.admin_house import admin_house
from tests.web.console_client import Operator

ANN_PAGE = "/admin/people/web:ann"
GUILD_PAGE = "/admin/servers/discord:77"


@pytest.fixture
async def house(tmp_path):
    async with admin_house(tmp_path) as house:
        yield house


@pytest.fixture
def operator(house, client):
    return Operator(house, client)


async def test_people_are_found_by_their_names(house, operator):
    await house.scene.rich(ANN)
    await house.scene.rich(BEN)
    said = await operator.says("/admin/people?find=ann")
    assert "web:ann Ann en 2026-11-21 09:00:00 100 0" in said
    assert "web:ben" not in said
    assert "Nobody was found." in await operator.says("/admin/people?find=zoe")


async def test_a_long_list_of_people_goes_on(house, operator):
    for number in range(52):
        await house.store.welcome(User(UserId("web", f"p{number:02}"), f"Person {number:02}", "en"), [])
        house.clock.advance(seconds=1)
    page = await operator.get("/admin/people?find=Person")
    older = await operator.says(page.split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&"))
    assert "web:p01" in older
    assert "web:p00" in older
    assert "web:p02" not in older


async def test_servers_are_listed_with_what_they_made(house, operator):
    await house.scene.rich()
    await house.scene.queued(community=GUILD)
    assert "discord:77 1 0 0 as at first" in await operator.says("/admin/servers")
    await house.store.set_limits(GUILD, LimitSet(per_video=5), "op")
    assert "discord:77 1 0 0 set" in await operator.says("/admin/servers?find=77")
    assert "No server was found." in await operator.says("/admin/servers?find=99")


async def test_a_long_list_of_servers_goes_on(house, operator):
    for number in range(51):
        community = GUILD.__class__("discord", f"{number:02}")
        await house.store.set_limits(community, LimitSet(per_video=5), "op")
    page = await operator.get("/admin/servers")
    older = await operator.says(page.split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&"))
    assert "discord:50" in older
    assert "discord:49" not in older


@pytest.mark.parametrize("path", ["people/nobody", "people/web:nobody", "servers/nowhere"])
async def test_who_is_not_known_is_not_there(operator, path):
    assert await operator.status(f"/admin/{path}") == 404


async def test_a_page_shows_a_persons_wallet_jobs_and_movements(house, operator):
    await house.scene.rich(ANN, 50)
    job = await house.scene.delivered(ANN, price=5)
    said = await operator.says(ANN_PAGE)
    assert "Credits 45 Held 0" in said
    assert job.id in said
    assert "spend -5" in said


class TestCredits:
    async def test_every_act_is_logged(self, house, operator, captured_log):
        await house.scene.rich(ANN, 10)
        await operator.send(ANN_PAGE, "/credits", act="give", amount="5", reason="gift")
        await operator.send(ANN_PAGE, "/credits", act="take", amount="50", reason="fine")
        acts = [entry for entry in captured_log.entries if entry["event"] == "operator's form"]
        assert [(act["actor"], act["path"], act["refused"]) for act in acts] == [
            ("console", "/admin/people/web:ann/credits", False),
            ("console", "/admin/people/web:ann/credits", True),
        ]

    async def test_credits_are_given_with_a_reason(self, house, operator):
        await house.scene.rich(ANN, 10)
        said = await operator.send(ANN_PAGE, "/credits", act="give", amount="1,500", reason="won the contest")
        assert said == "web:ann now has 1,510 credits."
        line = (await house.store.receipts("web:ann", 1))[0]
        assert (line.actor, line.reason, line.balance_change) == ("console", "won the contest", 1500)

    async def test_a_form_sent_twice_gives_once(self, house, operator):
        await house.scene.rich(ANN, 10)
        where, fields = await operator.form(ANN_PAGE, "/credits")
        filled = fields | {"act": "give", "amount": "5", "reason": "gift"}
        assert await operator.post(where, filled) == "web:ann now has 15 credits."
        assert await operator.post(where, filled) == "web:ann now has 15 credits."

    async def test_credits_are_taken_if_there_are_as_many(self, house, operator):
        await house.scene.rich(ANN, 10)
        take = {"act": "take", "reason": "a mistake"}
        assert await operator.send(ANN_PAGE, "/credits", amount="4", **take) == "web:ann now has 6 credits."
        assert await operator.send(ANN_PAGE, "/credits", amount="7", **take) == (
            "web:ann has 6 credits; nothing was taken."
        )
        assert await house.store.verify() == []

    @pytest.mark.parametrize("amount", ["", "0", "-5", "1.5", "many", "٣", "1000000001", "9" * 30])
    async def test_what_is_no_amount_moves_nothing(self, house, operator, amount):
        await house.scene.rich(ANN, 10)
        said = await operator.send(ANN_PAGE, "/credits", amount=amount, reason="gift")
        assert said == f"“{amount}” is not a whole number from 1 to 1,000,000,000."
        assert await house.scene.wallet() == (10, 0)

    @pytest.mark.parametrize("reason", ["", "  ", "x" * 201])
    async def test_no_credits_move_without_a_reason(self, house, operator, reason):
        await house.scene.rich(ANN, 10)
        said = await operator.send(ANN_PAGE, "/credits", amount="5", reason=reason)
        assert said.startswith("Please give a reason")

    async def test_a_form_without_its_key_moves_nothing(self, house, operator):
        await house.scene.rich(ANN, 10)
        said = await operator.send(ANN_PAGE, "/credits", amount="5", reason="gift", key="")
        assert said == "This form is damaged: load the page again."

    async def test_a_servers_wallet_is_filled_in_the_same_way(self, house, operator):
        said = await operator.send(GUILD_PAGE, "/credits", act="give", amount="500", reason="pool")
        assert said == "discord:77 now has 500 credits."
        assert "Credits 500" in await operator.says(GUILD_PAGE)

    async def test_nobody_is_given_anything_by_a_wrong_name(self, house, operator):
        _, fields = await operator.form(GUILD_PAGE, "/credits")
        filled = fields | {"amount": "5", "reason": "gift"}
        # The answer to a form leads back to a page that is not there.
        headers = house.session | {"Origin": house.server.address}
        address = f"{house.server.address}/admin/people/nobody/credits"
        async with operator.client.post(address, data=filled, headers=headers) as answer:
            assert answer.status == 404
        assert await house.store.known_wallet("nobody") is None


class TestLimits:
    async def test_limits_are_set_and_switched_off(self, house, operator):
        await house.store.set_limits(GUILD, LimitSet(server_daily=9, models=frozenset({"b", "a"})), "discord:1")
        said = await operator.send(GUILD_PAGE, "/limits", per_video="30", server_daily="off", member_running="")
        assert said == "The limits of discord:77 are changed."
        assert await house.store.limits_of(GUILD) == LimitSet(
            per_video=30, member_running=None, models=frozenset({"a", "b"})
        )
        assert (await house.store.deeds(None, 1))[0].actor == "console"
        assert "models a, b" in await operator.says(GUILD_PAGE)

    async def test_overrides_and_the_pool_are_shown(self, house, operator):
        await house.store.set_limits(GUILD, LimitSet(pool=True, roles={"9": 5, "8": None}), "discord:1")
        said = await operator.says(GUILD_PAGE)
        assert "models all channels all pool on members none roles 9: 5, 8: off" in said

    async def test_who_changed_them_is_shown(self, house, operator):
        assert "Nobody has changed them yet." in await operator.says(GUILD_PAGE)
        await house.store.set_limits(GUILD, LimitSet(per_video=30, roles={"9": 5}), "discord:1")
        assert (
            "discord:1 per_video: off → 30 credits, member_daily of role 9: as for everybody else → 5 credits"
            in await operator.says(GUILD_PAGE)
        )

    async def test_the_same_again_is_no_change(self, operator):
        assert await operator.send(GUILD_PAGE, "/limits") == "Nothing was changed."

    async def test_what_is_no_limit_changes_nothing(self, house, operator):
        said = await operator.send(GUILD_PAGE, "/limits", per_video="lots", server_daily="5")
        assert said == "“lots” is not a whole number from 0 to 1,000,000,000."
        assert await house.store.limits_of(GUILD) == LimitSet()
