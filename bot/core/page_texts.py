"""Which words the web pages speak: those of the language that a browser asks for and we know."""

from collections.abc import Mapping

from bot.core.languages import LANGUAGES

USUAL = "en"


def page_texts(language: str) -> Mapping[str, str]:
    """The page's words in *language*, in English where we do not know it."""
    return LANGUAGES.get(language, LANGUAGES[USUAL]).page


def preferred_language(accept_language: str) -> str:
    """The language that a browser would rather have than any other we speak; English if it knows none of them.

    Args:
        accept_language: The `Accept-Language` header (RFC 9110 §12.5.4).
    """
    wanted = [_weighed(part) for part in accept_language[:500].split(",")]
    spoken = [(language, weight) for language, weight in wanted if language in LANGUAGES and weight > 0]
    return max(spoken, key=lambda pair: pair[1])[0] if spoken else USUAL


def _weighed(part: str) -> tuple[str, float]:
    tag, _, weight = part.strip().partition(";")
    digits = weight.strip().removeprefix("q=") or "1"
    try:
        return tag.strip().partition("-")[0].lower(), float(digits)
    except ValueError:
        return "", 0.0
