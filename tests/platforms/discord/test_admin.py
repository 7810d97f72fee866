"""What admins and operators do on Discord, and what everybody else is told who tries."""

import pytest
from discord.gateway import DiscordWebSocket
from discord.http import Route

from bot.core.model import CommunityId, Paper, Reply, UserId
from tests.fakes.charts import SVG
from tests.fakes.discord.offers import NotOffered
from tests.fakes.discord.rights import May
from tests.fakes.discord.server import FakeDiscord
from tests.fakes.discord.spec_file import open_spec
from tests.fakes.discord.world import Kind
from tests.platforms.discord.stage import offer, scene
from tests.platforms.discord.story_house import Discords, give, purse, shows_clip


@pytest.fixture
async def house(tmp_path, in_ci):
    """A scene in which Ana is an admin; every request is compared with Discord's description."""
    async with scene(tmp_path, check=open_spec(in_ci=in_ci).request_problems) as made, made.running():
        made.guild.members[made.ana.user.id].roles.append(made.guild.role("admins", May.MANAGE_GUILD))
        made.core.replies["*"] = Reply(text="Done.")
        yield made
        assert made.discord.wrong_requests == []


async def said(house, command, by=None, **options):
    """The text that the core heard; what was answered is for the person alone."""
    heard = len(house.core.heard)
    await (by or house.ana).slash(command, **options).answered()
    await house.answered()
    [incoming] = house.core.heard[heard:]
    assert house.channel.posts == []
    return incoming.text


# ------------------------------------------------------------------------------------------------ limits


async def test_limits_are_shown_to_the_admin_alone(house):
    assert await said(house, "limits show") == "/limits show"
    assert house.core.heard[-1].admin
    assert [message.content for message in house.ana.seen()] == ["Done."]
    assert house.ben.seen() == []


async def test_ids_in_limits_are_shown_as_names(house):
    ben, channel, role = house.ben.user.id, house.channel.id, house.guild.role("artists").id
    text = f"member_daily of member {ben}: 90\nmember_daily of role {role}: 5000\nchannels: {channel}."
    house.core.replies["/limits"] = Reply(text=text)
    await said(house, "limits show")
    shown = house.ana.seen()[-1]
    assert shown.content.splitlines() == [
        f"member\\_daily of <@{ben}>: 90", f"member\\_daily of <@&{role}>: 5000", f"channels: <#{channel}>.",
    ]  # fmt: skip
    assert house.ben.pings() == []


async def test_a_limit_is_picked_and_its_value_typed(house):
    assert await said(house, "limits set", limit="server_daily", value="500") == "/limits set server_daily 500"
    assert await said(house, "limits set", limit="per_video", value=" off ") == "/limits set per_video off"


async def test_a_limit_for_one_member_or_one_role_is_picked(house):
    role, ben = house.guild.role("artists"), house.ben.user
    text = await said(house, "limits set", limit="member_daily", value="90", member=ben)
    assert text == f"/limits set member_daily 90 member:{ben.id}"
    text = await said(house, "limits set", limit="member_daily", value="default", role=role)
    assert text == f"/limits set member_daily default role:{role.id}"


async def test_a_limit_for_somebody_who_left_can_still_be_set(house):
    gone = house.discord.person("gone").user
    text = await said(house, "limits set", limit="member_daily", value="default", member=gone)
    assert text == f"/limits set member_daily default member:{gone.id}"


async def test_a_limit_for_the_role_that_everybody_has_is_the_limit_itself(house):
    text = await said(house, "limits set", limit="member_daily", value="90", role=house.guild.everyone)
    assert text == "/limits set member_daily 90"


async def test_a_target_is_never_read_as_a_value(house):
    text = await said(house, "limits set", limit="member_daily", value=" ", member=house.ben.user)
    assert text == f"/limits set member_daily - member:{house.ben.user.id}"


async def test_only_limits_that_there_are_can_be_picked(house):
    with pytest.raises(NotOffered, match="no choice"):
        house.ana.slash("limits set", limit="everything", value="1")


async def test_models_are_suggested_one_after_the_other(house):
    house.offers.append(offer("hai"))
    first = await house.ana.types("limits models", focus="names", names="").answered()
    assert [choice["value"] for choice in first.choices] == ["all", "preview", "hai"]
    second = await house.ana.types("limits models", focus="names", names="preview, h").answered()
    assert [choice["value"] for choice in second.choices] == ["preview, hai"]
    assert await said(house, "limits models", names="preview, hai") == "/limits models preview, hai"


async def test_channels_are_picked_and_a_thread_counts_as_its_channel(house):
    stage, thread = house.guild.channel("stage"), house.channel.thread("cats")
    assert await said(house, "limits channels", channel=house.channel) == f"/limits channels {house.channel.id}"
    text = await said(house, "limits channels", channel=thread, channel_2=stage, channel_3=house.channel)
    assert text == f"/limits channels {house.channel.id},{stage.id}"


async def test_all_channels_are_allowed_again(house):
    assert await said(house, "limits channels", all=True) == "/limits channels all"
    assert await said(house, "limits channels", all=True, channel=house.channel) == "/limits channels all"


@pytest.mark.parametrize("where", ["any", "only", "never"])
async def test_the_rule_for_channels_for_adults_is_picked(house, where):
    assert await said(house, "limits age-restricted", where=where) == f"/limits age-restricted {where}"


async def test_only_rules_that_there_are_can_be_picked(house):
    with pytest.raises(NotOffered, match="no choice"):
        house.ana.slash("limits age-restricted", where="sometimes")


@pytest.mark.parametrize(("on", "word"), [(True, "on"), (False, "off")])
async def test_spoilers_are_switched(house, on, word):
    assert await said(house, "limits spoiler", on=on) == f"/limits spoiler {word}"


async def test_moments_in_an_answer_are_shown_by_the_readers_own_clock(house):
    house.core.replies["/limits"] = Reply(text="A new day begins at 2026-11-22 00:00 UTC (in 5 hours).")
    await said(house, "limits show")
    assert house.ana.seen()[-1].content == "A new day begins at <t:1795305600:f> (<t:1795305600:R>)."


async def test_choosing_no_channel_changes_nothing(house):
    assert await said(house, "limits channels") == "/limits channels"


@pytest.mark.parametrize(("on", "word"), [(True, "on"), (False, "off")])
async def test_the_pool_is_switched(house, on, word):
    assert await said(house, "limits pool", on=on) == f"/limits pool {word}"


async def test_d64_limits_are_shown_to_those_who_manage_the_server(house):
    with pytest.raises(NotOffered, match="not shown to this person"):
        house.ben.slash("limits show")


async def test_limits_belong_to_servers_that_have_the_bot(house):
    house.ana.goes_to_dm()
    with pytest.raises(NotOffered, match="not for this kind of place"):
        house.ana.slash("limits show")
    house.ana.user.has_installed = True
    elsewhere = house.discord.guild("dogs", installed=False)
    elsewhere.join(house.ana.user)
    house.ana.goes_to(elsewhere.channel("bones"))
    with pytest.raises(NotOffered, match=r"not (shown|installed)"):
        house.ana.slash("limits show")


# ------------------------------------------------------------------------------------------------ operators


@pytest.mark.parametrize("name", ["grant", "take"])
async def test_credits_go_to_whoever_is_mentioned_or_named(house, name):
    ben = house.ben.user
    text = await said(house, name, who=ben.mention, amount=500, reason=" a prize ")
    assert text == f"/{name} discord:{ben.id} 500 a prize"
    assert await said(house, name, who="server", amount=1, reason="so") == f"/{name} server 1 so"
    assert await said(house, name, who="telegram:7", amount=1, reason="so") == f"/{name} telegram:7 1 so"


@pytest.mark.parametrize("amount", [0, -5, 1_000_000_001])
async def test_an_amount_that_cannot_be_meant_is_not_taken(house, amount):
    with pytest.raises(NotOffered, match="does not take"):
        house.ana.slash("grant", who="me", amount=amount, reason="so")


@pytest.mark.parametrize("name", ["pause", "resume"])
async def test_one_provider_or_every_one_is_stopped(house, name):
    assert await said(house, name) == f"/{name}"
    assert await said(house, name, provider="hai luo") == f"/{name} hai-luo"
    assert await said(house, name, provider="acme", reason="a new key") == f"/{name} acme a new key"
    assert await said(house, name, reason="a new key") == f"/{name} all a new key"


async def test_operators_commands_are_hidden_from_nobody_and_work_in_private(house):
    house.ben.goes_to_dm()
    assert await said(house, "pause", by=house.ben) == "/pause"
    assert await said(house, "blocked", by=house.ben) == "/blocked"


# ------------------------------------------------------------------------------------------------ blocks


@pytest.mark.parametrize("name", ["block", "unblock"])
async def test_words_patterns_people_and_servers_are_blocked_and_free_again(house, name):
    ben = house.ben.user
    text = await said(house, f"{name} words", words='gun "big bang"', pattern="b+ang")
    assert text == f'/{name} words gun "big bang" re:b+ang'
    assert await said(house, f"{name} words", pattern="x y", here=True) == f"/{name} here words re:x y"
    text = await said(house, f"{name} person", who=ben, reason="spam", here=True)
    assert text == f"/{name} here person discord:{ben.id} spam"
    assert await said(house, f"{name} server") == f"/{name} server"
    assert await said(house, f"{name} server", server="discord:5", reason="spam") == f"/{name} server discord:5 spam"


async def test_what_is_blocked_is_shown(house):
    assert await said(house, "blocked") == "/blocked"


async def test_anybody_reports_a_video(house):
    text = await said(house, "report", by=house.ben, job="k3f9q0x2ab", reason="not nice")
    assert text == "/report k3f9q0x2ab not nice"


# ------------------------------------------------------------------------------------------------ usage


async def test_usage_is_a_picture_in_the_answer_with_the_same_in_words(house):
    words = "Your videos\nSince 2026-01-01: 3_4 videos."
    house.core.replies["/usage"] = Reply(text=words, picture=Paper("usage.png", b"\x89PNG"))
    assert await said(house, "usage", days=7) == "/usage 7"
    [message] = house.ana.seen()
    assert "3\\_4 videos" in message.content
    [picture] = message.attachments
    assert (picture.name, picture.content) == ("usage.png", b"\x89PNG")
    assert picture.description == "Your videos Since 2026-01-01: 3_4 videos."
    assert house.ben.seen() == []


async def test_long_words_go_on_below_the_picture(house):
    house.core.replies["/usage"] = Reply(text="a day\n" * 500, picture=Paper("usage.png", b"\x89PNG"))
    assert await said(house, "usage") == "/usage"
    first, second = house.ana.seen()
    assert (len(first.attachments), len(second.attachments)) == (1, 0)


# ------------------------------------------------------------------------------------------------ the whole house


@pytest.fixture
async def discord(monkeypatch, tmp_path):
    monkeypatch.setattr(Route, "BASE", Route.BASE)
    monkeypatch.setattr(DiscordWebSocket, "DEFAULT_GATEWAY", DiscordWebSocket.DEFAULT_GATEWAY)
    async with FakeDiscord().serve() as server:
        yield Discords(server, tmp_path)
        assert server.wrong_requests == []


@pytest.fixture
def general(discord):
    return discord.server.guild().channel("general")


@pytest.fixture
def ana(discord, general):
    """An admin."""
    ana = discord.server.person("ana", general.guild).goes_to(general)
    general.guild.members[ana.user.id].roles.append(general.guild.role("admins", May.MANAGE_GUILD))
    return ana


@pytest.fixture
def ben(discord, general):
    """The operator."""
    return discord.server.person("ben", general.guild).goes_to(general)


def user_id(person):
    return UserId("discord", str(person.user.id))


async def test_an_admin_sets_a_limit_that_holds_at_once(discord, general, ana, ben):
    async with discord.bot() as house:
        await ana.slash("limits set", limit="per_video", value="5").answered()
        await ana.reads("per\\_video is now 5 credits")
        community = CommunityId("discord", str(general.guild.id))
        assert (await house.store.limits_of(community)).per_video == 5
        await ben.slash("video", prompt="a cat").answered()
        await ben.reads("Nothing was charged.")
        await ana.slash("limits show").answered()
        await ana.reads("per\\_video, one video: 5 credits")
        assert await purse(house, ben) == (100, 0)
    assert general.posts == [] or all(message.deleted for message in general.posts)


async def test_d64_whoever_was_let_see_the_command_is_refused_all_the_same(discord, general, ana, ben):
    async with discord.bot() as house:
        for command in discord.server.application.commands[None]:
            command["default_member_permissions"] = None
        await ben.slash("limits pool", on=True).answered()
        await ben.reads("Only the admins here may do that.")
        assert not (await house.store.limits_of(CommunityId("discord", str(general.guild.id)))).pool


async def test_the_operator_gives_and_takes_and_nobody_else_does(discord, general, ana, ben):
    async with discord.bot(operators=(user_id(ben),)) as house:
        await ben.slash("grant", who=ana.user.mention, amount=50, reason="a prize").answered()
        await ben.reads("now has 50 credits")
        assert await purse(house, ana) == (50, 0)
        await ben.slash("take", who=ana.user.mention, amount=20, reason="a mistake").answered()
        await ben.reads("now has 30 credits")
        await ana.slash("grant", who="me", amount=500, reason="why not").answered()
        await ana.reads("Only whoever runs this bot may do that.")
        # What everybody begins with came with the first word.
        assert await purse(house, ana) == (130, 0)
        assert await house.books_balance()
    assert general.posts == []


async def test_usage_shows_what_was_made(discord, general, ana, ben):
    async with discord.bot(operators=(user_id(ben),)) as house:
        await give(house, ana, 100)
        await ana.slash("video", prompt="a cat").answered()
        await ana.sees(shows_clip)
        await ben.slash("usage", days=7).answered()
        answer = await ben.reads("Everybody's videos")
        assert [file.content for file in answer.attachments] == [SVG]
        assert answer.ephemeral_for is ben.user


async def test_a_blocked_word_is_refused_and_a_reported_clip_reaches_the_operator(discord, general, ana, ben):
    async with discord.bot(operators=(user_id(ben),)):
        await ana.slash("block words", words="gun").answered()
        await ana.reads("Blocked here: gun.")
        await ana.slash("video", prompt="a gun").answered()
        await ana.reads("not allowed here")
        await ana.slash("report", job="k3f9q0x2ab", reason="not nice").answered()
        await ana.reads("no video with the id")
        await ana.slash("unblock words", words="gun").answered()
        await ana.reads("No longer blocked: gun.")


async def test_a_thread_of_an_allowed_channel_is_allowed(discord, general, ana, ben):
    other = general.guild.channel("other", kind=Kind.ANNOUNCEMENT)
    async with discord.bot():
        await ana.slash("limits channels", channel=general.thread("films")).answered()
        await ana.reads("channels is now")
        ben.goes_to(other)
        await ben.slash("video", prompt="a cat").answered()
        await ben.reads("do not allow videos in this channel")
        ben.goes_to(general.thread("cats"))
        await ben.slash("video", prompt="a cat").answered()
        await ben.sees(shows_clip)
