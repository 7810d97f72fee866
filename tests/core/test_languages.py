"""Every language says the same as English, in words of its own that fit where they are shown."""

import re
import string
from collections import Counter

import pytest

from bot.core.languages import LANGUAGES
from bot.core.model import Reason, State
from bot.core.sentences import Say

ENGLISH = LANGUAGES["en"]
OTHERS = sorted(LANGUAGES.keys() - {"en"})
SAME_IN_EVERY_LANGUAGE = {
    Say.MODEL_LINE, Say.PRICE, Say.VIDEOS, Say.FAILED, Say.CANCELLED, Say.UNDELIVERED, Say.MADE_OF, Say.HELD,
    Say.JOB_LINE, Say.USAGE_SPENDER, Say.DIALOG_OPTIONS_HINT, Say.TELEGRAM_LIMIT_BUTTON,
}  # fmt: skip
"""Values with marks between them, and what is typed like that in every language."""
SAME_BY_CHANCE = {"de": {Say.USAGE_CREDITS}, "es": {Say.BUTTON_NO}}
SAME_ON_THE_PAGE = {"title", "example_4", "second_unit", "percent", "clip_of"}
TELEGRAM_NOTICES = {
    Say.TELEGRAM_NOT_YOURS, Say.TELEGRAM_OLD_BUTTON, Say.TELEGRAM_RIGHTS_UNKNOWN, Say.TELEGRAM_IN_PRIVATE,
    Say.TELEGRAM_START_FIRST, Say.TELEGRAM_LIMIT_MEANWHILE, Say.ANSWERED_BEFORE, Say.CANCEL_ASKED, Say.CANCEL_TOO_LATE,
    Say.REDELIVERING, Say.DELETED, Say.STILL_UNDER_WAY, Say.NOTHING_TO_DELETE, Say.ADMINS_ONLY, Say.REPORTED,
    Say.REPORTED_HERE, Say.REPORTED_BEFORE, Say.REPORTS_ENOUGH, Say.NOTHING_TO_REPORT, Say.PERSON_BLOCKED,
    Say.PERSON_BLOCKED_HERE, Say.SERVER_BLOCKED, Say.LIMIT_UNCHANGED, Say.TROUBLE,
}  # fmt: skip
BUTTONS = {name for name in Say if name.value.startswith("button_")} | {
    Say.WATCH_CLIP, Say.TELEGRAM_OPEN, Say.TELEGRAM_CHOOSE, Say.TELEGRAM_MAKE, Say.TELEGRAM_LIMIT_OTHER,
    Say.TELEGRAM_LIMIT_BACK,
}  # fmt: skip
LABELS = {name for name in Say if name.value.startswith("dialog_")} - {
    Say.DIALOG_EXPIRED, Say.DIALOG_PROMPT_HINT, Say.DIALOG_OPTIONS_HINT,
}  # fmt: skip
DESCRIPTIONS = {name for name in Say if name.value.startswith(("about_", "option_", "choice_", "limit_age_"))}
MOST_CHARACTERS = {
    **dict.fromkeys(DESCRIPTIONS, 100),  # Discord, Application Commands; Telegram takes more
    **dict.fromkeys(TELEGRAM_NOTICES, 200),  # Bot API, answerCallbackQuery
    **dict.fromkeys(BUTTONS, 30),  # Discord takes 80, but then a phone shows one button a line
    **dict.fromkeys(LABELS, 45),  # Discord, Component Reference: labels and titles
    **dict.fromkeys((Say.DIALOG_PROMPT_HINT, Say.DIALOG_OPTIONS_HINT), 100),  # likewise: placeholders
    Say.ANIMATE_THIS: 32,  # Discord, Application Commands: a name
}


def values(text):
    """Every value in a sentence, how often, and how it is to be said."""
    return Counter((name, spec) for _, name, spec, _ in string.Formatter().parse(text) if name)


@pytest.mark.parametrize("code", sorted(LANGUAGES))
def test_every_language_has_every_sentence_reason_state_and_page_word(code):
    language = LANGUAGES[code]

    assert set(language.sentences) == set(Say)
    assert set(language.reasons) == set(Reason)
    assert set(language.states) == {state.value for state in State}
    assert set(language.page) == set(ENGLISH.page)


@pytest.mark.parametrize("code", OTHERS)
def test_every_language_says_the_same_values_in_the_same_way(code):
    language = LANGUAGES[code]

    assert {name: values(text) for name, text in language.sentences.items()} == {
        name: values(text) for name, text in ENGLISH.sentences.items()
    }
    assert {name: values(text) for name, text in language.page.items()} == {
        name: values(text) for name, text in ENGLISH.page.items()
    }


@pytest.mark.parametrize("code", OTHERS)
def test_every_sentence_has_as_many_lines_as_in_english(code):
    assert {name: text.count("\n") for name, text in LANGUAGES[code].sentences.items()} == {
        name: text.count("\n") for name, text in ENGLISH.sentences.items()
    }


@pytest.mark.parametrize("code", sorted(LANGUAGES))
def test_nothing_is_empty_and_nothing_has_blanks_around_it(code):
    language = LANGUAGES[code]
    texts = [
        *language.sentences.values(),
        *language.reasons.values(),
        *language.states.values(),
        *language.page.values(),
        *language.names.values(),
    ]

    assert [text for text in texts if not text or text != text.strip()] == []


@pytest.mark.parametrize("code", OTHERS)
def test_nothing_was_left_in_english(code):
    language = LANGUAGES[code]
    same = {name for name, text in language.sentences.items() if text == ENGLISH.sentences[name]}
    same_on_the_page = {name for name, text in language.page.items() if text == ENGLISH.page[name]}

    assert same <= SAME_IN_EVERY_LANGUAGE | SAME_BY_CHANCE.get(code, set())
    assert same_on_the_page <= SAME_ON_THE_PAGE
    assert not set(language.reasons.values()) & set(ENGLISH.reasons.values())
    assert not set(language.states.values()) & set(ENGLISH.states.values())


@pytest.mark.parametrize("code", sorted(LANGUAGES))
def test_everything_fits_where_it_is_shown(code):
    sentences = LANGUAGES[code].sentences

    too_long = {name: len(sentences[name]) for name, most in MOST_CHARACTERS.items() if len(sentences[name]) > most}

    assert too_long == {}


@pytest.mark.parametrize("code", sorted(LANGUAGES))
def test_a_moment_to_come_is_followed_by_how_long_that_is_in_brackets(code):
    # Discord and Telegram find it there and show each reader their own clock instead.
    for text in LANGUAGES[code].sentences.values():
        parts = list(string.Formatter().parse(text))
        for place, (_, _, spec, _) in enumerate(parts):
            if spec == "duration" and any(earlier == "when" for _, _, earlier, _ in parts[:place]):
                before, after = parts[place][0], parts[place + 1][0]
                assert before.startswith(" (")
                assert ")" in after


@pytest.mark.parametrize("code", OTHERS)
def test_commands_and_options_keep_their_names_inside_sentences(code):
    def typed(text):
        return Counter(re.findall(r"/[a-z]+|[a-z]+=[a-z0-9…]+", text))

    sentences = LANGUAGES[code].sentences
    assert {name: typed(text) for name, text in sentences.items()} == {
        name: typed(text) for name, text in ENGLISH.sentences.items()
    }


@pytest.mark.parametrize("code", OTHERS)
def test_camera_moves_in_examples_are_those_that_can_be_typed(code):
    for name in ("example_1", "example_2", "example_3"):
        move = ENGLISH.page[name].partition("[")[2]
        assert LANGUAGES[code].page[name].endswith(f"[{move}")
