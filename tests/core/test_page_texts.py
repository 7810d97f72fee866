import pytest

from bot.core.page_texts import page_texts, preferred_language


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("", "en"),
        ("de", "de"),
        ("de-AT,de;q=0.9,en;q=0.8", "de"),
        ("en;q=0.3, es-419;q=0.9", "es"),
        ("zh-TW, en;q=0.5", "zh"),
        ("fr, de;q=0.4, en;q=0.8", "en"),
        ("fr-CH, fr;q=0.9, de;q=0.7", "de"),
        ("fr, it", "en"),
        ("de;q=0, es;q=0.1", "es"),
        ("*", "en"),
        ("<script>", "en"),
        ("de;q=many, es;q=0.1", "es"),
        ("de;" + "q" * 10_000, "en"),
    ],
)
def test_a_browser_is_spoken_to_in_the_language_it_likes_best_of_ours(header, language):
    assert preferred_language(header) == language


def test_an_unknown_language_is_answered_in_english():
    assert page_texts("xx") is page_texts("en")


def test_a_page_says_which_language_it_is_in():
    # Browsers choose letters, voices and the way of dates by it (HTML, "lang").
    assert [page_texts(code)["language"] for code in ("en", "de", "es", "zh")] == ["en", "de", "es", "zh-Hans"]
