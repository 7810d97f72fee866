import contextlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.wordlist import BadPattern, TooSlow, WordList, check_pattern, plain_word


def finds(word, text):
    return WordList([plain_word(word)], []).finds(text)


@pytest.mark.parametrize(
    ("word", "text"),
    [
        ("gun", "gun"),
        ("Gun", "a gUN!"),
        ("gun", "a\ngun\n"),
        ("gun", "a g\u200bu\u00adn"),
        ("gun", "\uff47\uff55\uff4e"),
        ("café", "CAFE\u0301 at night"),
        ("straße", "STRASSE"),
        ("red carpet", "red \t carpet"),
        ("c++", "c++ code"),
        ("血腥", "很血腥的画面"),
        ("ปืน", "มีปืนอยู่"),
        ("оружие", "ОРУЖИЕ,"),
    ],
)
def test_a_word_is_found_as_people_see_it(word, text):
    assert finds(word, text) is not None


@pytest.mark.parametrize(
    ("word", "text"),
    [
        ("gun", "gunner"),
        ("gun", "begun"),
        ("gun", "gun_ner"),
        ("gun", "gun2"),
        ("red carpet", "red, carpet"),
        ("a", ""),
    ],
)
def test_a_word_inside_of_another_is_another_word(word, text):
    assert finds(word, text) is None


def test_patterns_are_searched_as_typed_whatever_the_case():
    assert WordList([], ["g.n\\b"]).finds("my GUN") == "GUN"
    assert WordList([], ["g.n\\b"]).finds("my guns") is None
    assert WordList(["gun"], ["x"]).finds("neither") is None


def test_a_pattern_that_never_ends_is_cut_off():
    with pytest.raises(TooSlow) as slow:
        WordList([], ["(a|aa)+$"]).finds("a" * 500 + "b")
    assert slow.value.expression == "(a|aa)+$"


@pytest.mark.parametrize("pattern", ["g(u|o)n", "\\d{4}", "[a-z]{3,5}x", "(?:ab{10}){20}", "\\p{Han}{2}"])
def test_ordinary_patterns_can_be_used(pattern):
    check_pattern(pattern)


@pytest.mark.parametrize(
    ("pattern", "why"),
    [
        ("[a", "unterminated character set"),
        ("x" * 201, "more than 200 characters"),
        ("", "it fits every text"),
        ("a?", "it fits every text"),
        ("a{1001}", "more than 1000 times"),
        ("(?:a{100}){,100}", "more than 1000 times"),
        ("a{99999999999999999999999999}", "more than 1000 times"),
        ("(?:(?!a)|(?!c)){30}(?<=x)", "it takes too long"),
        ("\\L<words>", "undefined named list"),
    ],
)
def test_a_pattern_that_cannot_be_used_says_why(pattern, why):
    with pytest.raises(BadPattern, match=why):
        check_pattern(pattern)


@settings(deadline=None)
@given(st.text(alphabet="ab(|)[]{}*+?\\^$.0123456789,:<=!PRx", max_size=30), st.text(max_size=40))
def test_no_pattern_at_all_breaks_the_list(pattern, text):
    with contextlib.suppress(BadPattern, TooSlow):
        check_pattern(pattern)
        WordList([], [pattern]).finds(text)
