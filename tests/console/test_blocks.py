import pytest

from bot.core.banning import PATTERNS_MOST
from bot.core.blocks import Ban, BlockKind
from bot.core.model import EVERYWHERE


def test_words_are_blocked_shown_and_let_go(cli):
    assert cli.text("blocks", "list") == "Nothing is blocked.\n"
    assert cli.text("blocks", "add", "word", "Gun") == "gun is blocked everywhere.\n"
    assert cli.text("blocks", "add", "word", "GUN", "everywhere") == "gun is blocked already everywhere.\n"
    assert cli.text("blocks", "add", "word", "red  carpet", "discord:77") == (
        '"red carpet" is blocked in discord:77.\n'
    )  # fmt: skip
    assert cli.text("blocks", "add", "word", "re:g.n", "--reason", "no guns") == "re:g.n is blocked everywhere.\n"
    shown = cli.text("blocks", "list")
    for words in ("everywhere", "discord:77", "gun", '"red carpet"', "re:g.n", "no guns"):
        assert words in shown
    assert [one["what"] for one in cli.json("blocks", "list", "everywhere")] == ["gun", "g.n"]
    assert [one["what"] for one in cli.json("blocks", "list", "discord:77")] == ["red carpet"]
    assert cli.text("blocks", "remove", "word", "gun") == "gun is no longer blocked everywhere.\n"
    assert cli.text("blocks", "remove", "word", "gun") == "gun is not blocked everywhere.\n"


def test_people_and_servers_are_blocked(cli):
    assert cli.text("blocks", "add", "person", "discord:12", "discord:77") == "discord:12 is blocked in discord:77.\n"
    assert cli.json("blocks", "add", "server", "discord:77", "--reason", "spam") == {
        "where": "everywhere", "kind": "server", "what": "discord:77", "blocked": True,
    }  # fmt: skip
    (one,) = cli.json("blocks", "list", "everywhere")
    assert (one["kind"], one["what"], one["reason"]) == ("server", "discord:77", "spam")
    assert one["by"].startswith("operator@")
    assert not cli.json("blocks", "remove", "server", "discord:77")["blocked"]


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("word", "re:("), "That pattern cannot be used: missing ) at position 1."),
        (("word", "..."), "A word has a letter or a digit in it and at most 100 characters."),
        (("word", "x" * 101), "A word has a letter or a digit in it and at most 100 characters."),
        (("person", "ana"), "“ana” names nobody: write platform:id, for example discord:123."),
        (("word", "gun", "there"), "“there” names nobody: write platform:id, for example discord:123."),
        (("server", "discord:7", "discord:8"), "A server is blocked in the whole bot: leave out where."),
        (("dance", "x"), "“dance” cannot be blocked. There is: word, person, server."),
    ],
)
def test_what_cannot_be_blocked_is_refused(cli, words, why):
    cli.text("db", "upgrade")

    assert cli.refusal("blocks", "add", *words) == why


def test_a_full_list_takes_no_more(cli):
    async def fill(scene):
        for number in range(PATTERNS_MOST):
            await scene.store.block(Ban(EVERYWHERE, BlockKind.PATTERN, f"x{number}"), "test", "")

    cli.prepare(fill)

    assert cli.refusal("blocks", "add", "word", "re:one more") == (
        "The list is full: it takes 500 entries, and 50 patterns among them."
    )
