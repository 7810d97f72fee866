import re

import pytest

from bot.core.model import CommunityId, LimitSet

GUILD = CommunityId("discord", "77")


def shown(text: str) -> dict[str, str]:
    """The table of limits, where two spaces at least stand between name and value."""
    return dict(re.split(r"\s{2,}", line.strip(), maxsplit=1) for line in text.splitlines()[1:])


def test_a_limit_is_set_and_switched_off(cli):
    assert cli.text("limits", "set", "discord:77", "member_daily", 50) == "member_daily of discord:77 is now 50.\n"
    assert cli.json("limits", "show", "discord:77")["member_daily"] == 50
    assert cli.json("limits", "set", "discord:77", "member_daily", "off")["member_daily"] is None


def test_limits_are_shown_as_people_set_them(cli):
    async def narrow(scene):
        own = {"members": {"9": None, "12": 5}, "roles": {"7": 0}}
        allowed = LimitSet(per_video=30, models=frozenset({"b", "a"}), channels=frozenset(), pool=True, **own)
        await scene.store.set_limits(GUILD, allowed, "test")

    cli.prepare(narrow)

    assert shown(cli.text("limits", "show", "discord:77")) == {
        "member_daily": "off",
        "server_daily": "off",
        "server_monthly": "off",
        "member_running": "2",
        "per_video": "30",
        "models": "a, b",
        "channels": "none",
        "pool": "on",
        "age_restricted": "any",
        "spoiler": "off",
        "member_daily of member 12": "5",
        "member_daily of member 9": "off",
        "member_daily of role 7": "0",
    }
    assert cli.json("limits", "show", "discord:77")["models"] == ["a", "b"]


def test_the_whole_bot_has_no_limits_until_the_operator_sets_some(cli):
    assert set(shown(cli.text("limits", "show", "bot:everywhere")).values()) == {"off", "all", "any"}


@pytest.mark.parametrize(
    ("words", "field", "value"),
    [
        (("models", "b,A"), "models", ["a", "b"]),
        (("models", "all"), "models", None),
        (("channels", "12, 34"), "channels", ["12", "34"]),
        (("pool", "on"), "pool", True),
        (("spoiler", "on"), "spoiler", True),
        (("age_restricted", "never"), "age_restricted", "never"),
        (("member_running", "default"), "member_running", 2),
        (("member_daily", "5", "--member", "12"), "members", {"12": 5}),
        (("member_daily", "off", "--role", "7"), "roles", {"7": None}),
        (("member_daily", "default", "--role", "7"), "roles", {}),
    ],
)
def test_everything_that_admins_can_set_can_be_set_here(cli, words, field, value):
    assert cli.json("limits", "set", "discord:77", *words)[field] == value
    assert cli.json("limits", "show", "discord:77")[field] == value


def test_the_limit_of_one_member_is_confirmed_with_their_id(cli):
    assert cli.text("limits", "set", "discord:77", "member_daily", 5, "--member", 12) == (
        "member_daily of discord:77 for member 12 is now 5.\n"
    )
    assert cli.text("limits", "set", "discord:77", "member_daily", 5, "--role", 7) == (
        "member_daily of discord:77 for role 7 is now 5.\n"
    )


def test_in_the_whole_bot_a_member_is_named_with_their_platform(cli):
    set_one = ("limits", "set", "bot:everywhere", "member_daily", "5", "--member")

    assert cli.json(*set_one, "discord:12")["members"] == {"discord:12": 5}
    assert cli.refusal(*set_one, "12") == "“12” names nobody: write platform:id, for example discord:123."


@pytest.mark.parametrize(
    "words", [("models", "a"), ("channels", "1"), ("pool", "on"), ("member_daily", "5", "--role", "7")]
)
def test_the_whole_bot_has_numbers_alone(cli, words):
    assert cli.refusal("limits", "set", "bot:everywhere", *words) == (
        "bot:everywhere has numbers and single members only: no models, channels, pool or roles."
    )


@pytest.mark.parametrize(
    "words", [("per_video", "5", "--member", "1"), ("member_daily", "5", "--member", "1", "--role", "2")]
)
def test_only_the_daily_limit_can_be_somebodys_own_and_one_bodys_at_a_time(cli, words):
    assert cli.refusal("limits", "set", "discord:77", *words) == (
        "member_daily alone can be set for one member or one role."
    )


def test_an_unknown_limit_is_answered_with_those_there_are(cli):
    assert cli.refusal("limits", "set", "discord:77", "daily", 5) == (
        "“daily” is no limit. There is: member_daily, server_daily, server_monthly, member_running, per_video, "
        "models, channels, pool, age_restricted, spoiler."
    )


@pytest.mark.parametrize("value", ["-3", "many", "1.5", "²", "1000000001", "9" * 20, "9" * 5000])
def test_a_limit_that_is_no_number_is_refused(cli, value):
    cli.text("limits", "set", "discord:77", "per_video", 9)

    assert cli.refusal("limits", "set", "discord:77", "per_video", value) == (
        f"“{value}” is neither off nor a whole number up to 1000000000."
    )


def test_a_pool_is_on_or_off(cli):
    assert cli.refusal("limits", "set", "discord:77", "pool", "maybe") == "“maybe” is neither on nor off."
    assert cli.refusal("limits", "set", "discord:77", "age_restricted", "maybe") == (
        "“maybe” is none of any, only, never."
    )


def test_the_log_says_who_changed_what_from_what(cli):
    async def changes(scene):
        await scene.store.set_limits(GUILD, LimitSet(per_video=5), "discord:1")
        wider = LimitSet(per_video=5, pool=True, members={"12": 7})
        await scene.store.set_limits(GUILD, wider, "discord:2")

    cli.prepare(changes)
    _, *lines = cli.text("limits", "log", "discord:77").splitlines()

    assert re.sub(r"\d{4}-\d\d-\d\d \d\d:\d\d", "|", " ".join(" ".join(lines).split())) == (
        "| discord:2 pool: off → on "
        "| discord:2 member_daily of member 12: as for everybody else → 7 "
        "| discord:1 per_video: off → 5"
    )
    newest, oldest = cli.json("limits", "log", "discord:77")
    assert (newest["actor"], newest["old"]["pool"], newest["new"]["pool"]) == ("discord:2", False, True)
    assert len(cli.json("limits", "log", "discord:77", "--most", 1)) == 1
    assert oldest["old"]["per_video"] is None


def test_a_change_of_an_older_version_is_shown_against_the_first_limits(cli):
    cli.text("limits", "set", "discord:77", "per_video", 9)
    cli.sql('UPDATE limit_changes SET "before" = NULL')

    assert cli.text("limits", "log", "discord:77").splitlines()[1].endswith("per_video: off → 9")


def test_where_nobody_has_changed_anything_the_log_says_so(cli):
    assert cli.text("limits", "log", "discord:77") == "Nobody has changed anything yet.\n"
