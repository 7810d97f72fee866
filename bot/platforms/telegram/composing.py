"""What an answer to a message of ours means: the message says how its answer begins, the answer says the rest."""

import re

_CHOICES = re.compile(r"^/video(?: (?:model|seconds|resolution|photo|spoiler)=\S+)+(?= |$)", re.MULTILINE)
_LIMIT = re.compile(r"^/limits set [a-z_]+\Z", re.MULTILINE)
"""Nobody else's words end a message of ours with a line of their own."""


def completed(text: str, composed: str) -> str:
    """What somebody means who answers *composed*, a message of ours.

    New words keep the choices of an earlier video, and a number is what the limit that was asked about shall be.
    """
    begun = _CHOICES.search(composed) or _LIMIT.search(composed)
    if begun is None or text.startswith("/"):
        return text
    # A photo may come without a word.
    return f"{begun[0]} {text}".strip()
