"""Edit prompt: a text to tap, change and send back, with the choices of the earlier video in front of it."""

import re

_CHOICES = re.compile(r"^/video(?: (?:model|seconds|resolution|photo|spoiler)=\S+)+(?= |$)", re.MULTILINE)


def completed(text: str, composed: str) -> str:
    """What somebody means who answers *composed*, a message of ours: new words keep the earlier choices."""
    choices = _CHOICES.search(composed)
    if choices is None or text.startswith("/"):
        return text
    # A photo may come without a word.
    return f"{choices[0]} {text}".strip()
