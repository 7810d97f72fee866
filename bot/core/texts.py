"""Speaks: a sentence and its values become words in somebody's language; nothing else in the house says a word.

The sentences have their names in `sentences.py`, and their words in `languages/`.
"""

import string
from collections.abc import Callable, Mapping
from typing import Any

from bot.core.language import Language
from bot.core.languages import LANGUAGES
from bot.core.sentences import Say, Sentence

__all__ = ["LANGUAGES", "MOMENT", "Language", "Say", "Sentence", "say"]

MOMENT = "%Y-%m-%d %H:%M UTC"
"""How a moment is written, followed where it is still to come by how long that is in brackets: chats that can show
each reader the time of their own clock find it by that."""


class _Speaker(string.Formatter):
    """Fills a sentence; the words after the colon are kinds of values that a language says in its own way."""

    def __init__(self, language: Language) -> None:
        self.sentences = language.sentences
        self._ways: Mapping[str, Callable[[Any], str]] = {
            "credits": language.counts.credits,
            "videos": language.counts.videos,
            "duration": language.counts.duration,
            "when": lambda moment: moment.strftime(MOMENT),
            "reason": language.reasons.__getitem__,
            "state": language.states.__getitem__,
        }

    def format_field(self, value: object, format_spec: str) -> str:
        if format_spec in self._ways:
            return str(self._ways[format_spec](value))
        return str(super().format_field(value, format_spec))


_SPEAKERS = {code: _Speaker(language) for code, language in LANGUAGES.items()}


def say(sentence: Sentence, language: str) -> str:
    """Speak a sentence in *language*, in English where we do not know it."""
    speaker = _SPEAKERS.get(language, _SPEAKERS["en"])
    return speaker.vformat(speaker.sentences[sentence.say], (), dict(sentence.values))
