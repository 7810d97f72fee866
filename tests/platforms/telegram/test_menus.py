"""The menus themselves: one for each kind of chat and each language."""

from collections import defaultdict

import pytest

from bot.platforms.telegram.menus import DESCRIPTION_MOST, menus


def by_scope():
    found = defaultdict(dict)
    for scope, code, commands in menus():
        found[scope.type][code] = commands
    return found


def test_every_kind_of_chat_has_a_menu_in_every_language_and_one_for_all_others():
    for languages in by_scope().values():
        assert set(languages) == {None, "de", "es", "zh"}
        names = [[one.command for one in commands] for commands in languages.values()]
        assert names == [names[0]] * 4


@pytest.mark.parametrize(
    ("code", "words"),
    [(None, "Make a video"), ("de", "Ein Video machen"), ("es", "Haz un video"), ("zh", "制作视频")],
)
def test_a_menu_speaks_its_language(code, words):
    assert {languages[code][0].description for languages in by_scope().values()} == {words}


def test_every_description_is_as_short_as_telegram_wants_it_without_being_cut():
    assert all(len(one.description) < DESCRIPTION_MOST for _, _, commands in menus() for one in commands)
