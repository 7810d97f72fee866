import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.admin_commands import (
    HERE,
    MoveCredits,
    Pause,
    Resume,
    SetAgeRule,
    SetChannels,
    SetLimit,
    SetModels,
    SetPool,
    SetSpoiler,
    ShowLimits,
    parse_limits,
)
from bot.core.commands import BadCommand, parse
from bot.core.model import AgeRule
from bot.core.texts import Say


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("/limits", ShowLimits()),
        ("/limits@reelbot SHOW", ShowLimits()),
        ("/limits set member_daily 50", SetLimit("member_daily", 50)),
        ("/limits\tset\nmember_daily   50", SetLimit("member_daily", 50)),
        ("/limits set Server_Daily OFF", SetLimit("server_daily", None)),
        ("/limits set member_running default", SetLimit("member_running", None, usual=True)),
        ("/limits set member_daily 0 member:12", SetLimit("member_daily", 0, member="12")),
        ("/limits set member_daily off ROLE:A-b", SetLimit("member_daily", None, role="A-b")),
        ("/limits models all", SetModels(None)),
        ("/limits models Hailuo-02, live", SetModels(frozenset({"hailuo-02", "live"}))),
        ("/limits channels ALL", SetChannels(None)),
        ("/limits channels 12 Here,34", SetChannels(frozenset({"12", HERE, "34"}))),
        ("/limits pool ON", SetPool(on=True)),
        ("/limits pool off", SetPool(on=False)),
        ("/limits spoiler on", SetSpoiler(on=True)),
        ("/limits spoiler OFF", SetSpoiler(on=False)),
        ("/limits age-restricted only", SetAgeRule(AgeRule.ONLY)),
        ("/limits Age_Restricted never", SetAgeRule(AgeRule.NEVER)),
        ("/limits age-restricted any", SetAgeRule(AgeRule.ANY)),
        ("/grant discord:12 100 for a prize", MoveCredits("discord:12", 100, "for a prize", take=False)),
        ("/take Me 5 x", MoveCredits("me", 5, "x", take=True)),
        ("/grant SERVER 5 x", MoveCredits("server", 5, "x", take=False)),
        ("/pause", Pause(None)),
        ("/pause Acme", Pause("acme")),
        ("/pause Acme a new Key  is coming", Pause("acme", "a new Key  is coming")),
        ("/pause all the weekend", Pause(None, "the weekend")),
        ("/resume acme it came", Resume("acme", "it came")),
        ("/resume", Resume(None)),
        ("/resume acme", Resume("acme")),
    ],
)
def test_typed_text_becomes_the_command_that_was_meant(text, meant):
    assert parse(text) == meant


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("/limits dance", Say.LIMITS_USAGE),
        ("/limits set", Say.LIMITS_USAGE),
        ("/limits set member_daily", Say.LIMITS_USAGE),
        ("/limits set member_daily 5 member:1 role:2", Say.LIMITS_USAGE),
        ("/limits pool", Say.LIMITS_USAGE),
        ("/limits pool maybe", Say.LIMITS_USAGE),
        ("/limits spoiler", Say.LIMITS_USAGE),
        ("/limits age-restricted sometimes", Say.LIMITS_USAGE),
        ("/limits set daily 5", Say.NO_SUCH_LIMIT),
        ("/limits set member_daily many", Say.BAD_LIMIT),
        ("/limits set member_daily -1", Say.BAD_LIMIT),
        ("/limits set member_daily ٣", Say.BAD_LIMIT),
        ("/limits set member_daily 1000000001", Say.BAD_LIMIT),
        ("/limits set member_daily " + "9" * 5000, Say.BAD_LIMIT),
        ("/limits set member_daily 5 ana", Say.BAD_OVERRIDE),
        ("/limits set member_daily 5 member:", Say.BAD_OVERRIDE),
        ("/limits set per_video 5 member:1", Say.BAD_OVERRIDE),
        ("/limits models", Say.LIST_USAGE),
        ("/limits channels ,", Say.LIST_USAGE),
        ("/limits channels " + ",".join(map(str, range(101))), Say.LIST_USAGE),
        ("/grant", Say.GRANT_USAGE),
        ("/grant me 5", Say.GRANT_USAGE),
        ("/take ana 5 x", Say.NAMES_NOBODY),
        ("/grant Discord:1 5 x", Say.NAMES_NOBODY),
        ("/grant me 0 x", Say.BAD_AMOUNT),
        ("/grant me -5 x", Say.BAD_AMOUNT),
        ("/grant me 1.5 x", Say.BAD_AMOUNT),
        ("/grant me 1000000001 x", Say.BAD_AMOUNT),
    ],
)
def test_what_cannot_be_meant_is_answered_with_one_sentence(text, answer):
    with pytest.raises(BadCommand) as refusal:
        parse(text)
    assert refusal.value.sentence.say is answer


@given(st.text(max_size=100))
def test_no_text_at_all_breaks_the_parser_of_limits(text):
    with contextlib.suppress(BadCommand):
        parse_limits(text)
