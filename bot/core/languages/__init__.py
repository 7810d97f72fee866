"""The languages the bot speaks: a file of words each, and a line each below."""

from collections.abc import Mapping

from bot.core.language import Language
from bot.core.languages.de import GERMAN
from bot.core.languages.en import ENGLISH
from bot.core.languages.es import SPANISH
from bot.core.languages.zh import CHINESE

LANGUAGES: Mapping[str, Language] = {"en": ENGLISH, "de": GERMAN, "es": SPANISH, "zh": CHINESE}
"""By the first part of the codes that chats and browsers call languages by (RFC 5646); what we do not speak is English.

Whoever reads any kind of Chinese or Spanish is spoken to in the one there is.
"""


def language_named(words: str) -> str | None:
    """The code of the language that somebody calls by its own name, its code, or a longer code such as `es-MX`."""
    name = words.lower().partition("-")[0].partition("_")[0]
    return next((code for code, language in LANGUAGES.items() if name in {code, language.name.lower()}), None)
