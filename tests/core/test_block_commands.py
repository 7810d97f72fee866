import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.block_commands import AT_ONCE, BlockSomebody, BlockWords, ReportJob, ShowBlocked
from bot.core.blocks import BlockKind
from bot.core.commands import BadCommand, parse
from bot.core.texts import Say


def words(*given, here=False, lift=False):
    return BlockWords(tuple((BlockKind.WORD, word) for word in given), here, lift)


def pattern(typed, *before):
    return BlockWords(
        (*((BlockKind.WORD, word) for word in before), (BlockKind.PATTERN, typed)), here=False, lift=False
    )


def somebody(kind, who="", reason="", *, here=False, lift=False):
    return BlockSomebody(kind, who, reason, here, lift)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("/block words Gun", words("gun")),
        ("/block@reelbot WORD gun gun GUN", words("gun")),
        ('/block words gun "red  carpet" x', words("gun", "red carpet", "x")),
        ("/block words “red carpet”", words("red carpet")),
        ("/block words “red carpet„ «a b»", words("red carpet", "a b")),
        ("/block here words gun", words("gun", here=True)),
        ("/unblock words gun", words("gun", lift=True)),
        ("/block words re:G.n “x” $", pattern("G.n “x” $")),
        ("/block words a RE: b", pattern("b", "a")),
        ("/block words more:less", words("more:less")),
        ("/block person discord:12", somebody(BlockKind.PERSON, "discord:12")),
        ("/block here person discord:12 he  spams", somebody(BlockKind.PERSON, "discord:12", "he spams", here=True)),
        ("/unblock person discord:12", somebody(BlockKind.PERSON, "discord:12", lift=True)),
        ("/block server", somebody(BlockKind.SERVER)),
        ("/block server too much", somebody(BlockKind.SERVER, "", "too much")),
        ("/block server discord:7\ttoo much", somebody(BlockKind.SERVER, "discord:7", "too much")),
        ("/unblock server discord:7", somebody(BlockKind.SERVER, "discord:7", lift=True)),
        ("/blocked", ShowBlocked()),
        ("/report K3F9Q0X2AB", ReportJob("k3f9q0x2ab", "")),
        ("/report #k3f9q0x2ab my face", ReportJob("k3f9q0x2ab", "my face")),
    ],
)
def test_typed_text_becomes_the_command_that_was_meant(text, meant):
    assert parse(text) == meant


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("/block", Say.BLOCK_USAGE),
        ("/unblock", Say.BLOCK_USAGE),
        ("/block words", Say.BLOCK_USAGE),
        ("/block person", Say.BLOCK_USAGE),
        ("/block here", Say.BLOCK_USAGE),
        ("/block here server", Say.BLOCK_USAGE),
        ("/block dance", Say.BLOCK_USAGE),
        ("/block words re:", Say.WORDS_USAGE),
        ("/block words " + " ".join(map(str, range(AT_ONCE + 1))), Say.WORDS_USAGE),
        ('/block words ""', Say.BAD_WORD),
        ("/block words \u200b...", Say.BAD_WORD),
        ("/block words " + "x" * 101, Say.BAD_WORD),
        ("/block person ana", Say.NAMES_NO_PERSON),
        ("/report", Say.REPORT_USAGE),
        ("/report that cat", Say.NOT_A_JOB_ID),
    ],
)
def test_what_cannot_be_meant_is_answered_with_one_sentence(text, answer):
    with pytest.raises(BadCommand) as refusal:
        parse(text)
    assert refusal.value.sentence.say is answer


@given(st.sampled_from(("/block ", "/unblock here ", "/block words ", "/report ")), st.text(max_size=100))
def test_no_text_at_all_breaks_the_parser(verb, text):
    with contextlib.suppress(BadCommand):
        parse(verb + text)
