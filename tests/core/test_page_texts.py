import string

import pytest

from bot.core.page_texts import EN_PAGE, PAGES, page_texts, preferred_language


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("", "en"),
        ("de", "de"),
        ("de-AT,de;q=0.9,en;q=0.8", "de"),
        ("en;q=0.3, fr;q=0.9", "fr"),
        ("*", "en"),
        ("<script>", "en"),
        ("de;q=many, fr;q=0.1", "fr"),
        ("de;" + "q" * 10_000, "en"),
    ],
)
def test_a_browser_is_spoken_to_in_the_language_it_asks_for_first(header, language):
    assert preferred_language(header) == language


def test_an_unknown_language_is_answered_in_english():
    assert page_texts("xx") is EN_PAGE


@pytest.mark.parametrize("language", PAGES)
def test_every_language_has_every_sentence_with_the_same_blanks(language):
    def blanks(sentence):
        return {name for _, name, _, _ in string.Formatter().parse(sentence) if name}

    assert {name: blanks(text) for name, text in PAGES[language].items()} == {
        name: blanks(text) for name, text in EN_PAGE.items()
    }
