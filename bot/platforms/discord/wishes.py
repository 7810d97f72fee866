"""Typed options of a Discord command become the text that a person would have typed elsewhere."""

import re
from dataclasses import dataclass

from bot.core.commands import BadCommand, camera_moves
from bot.core.texts import Say, Sentence
from providers.contract import CAMERA_MOVES


@dataclass(frozen=True, slots=True)
class Choices:
    """What was picked beside the prompt; None leaves it to the catalogue."""

    model: str | None = None
    seconds: int | None = None
    resolution: str | None = None
    camera: str | None = None
    spoiler: bool = False


def video_text(prompt: str, choices: Choices) -> str:
    """The wish as text: options go behind the prompt, where they win over words of the prompt that look like one.

    Raises:
        BadCommand: A camera move is none; Discord lets people type anything into an option.
    """
    parts = [prompt.strip()]
    if choices.camera:
        parts.append(_bracket(choices.camera))
    for name, value in (("model", choices.model), ("seconds", choices.seconds), ("resolution", choices.resolution)):
        if value:
            # A value is one word, whatever was typed into the option.
            parts.append(f"{name}={'-'.join(str(value).split())}")
    if choices.spoiler:
        parts.append("spoiler=on")
    text = " ".join(part for part in parts if part)
    return f"/video {text}" if text.startswith("/") else text


def _bracket(camera: str) -> str:
    known = frozenset(CAMERA_MOVES)
    words = camera.replace("[", " ").replace("]", " ").strip()[:80]
    if not camera_moves(f"[{words}]", known):
        raise BadCommand(Sentence(Say.UNKNOWN_CAMERA_MOVE, {"given": words[:40]}))
    return f"[{words}]"


_OPTIONS = re.compile(r"(?:(?:model|seconds|resolution|photo|spoiler)=\S+\s+)*")


def split_compose(compose: str) -> tuple[str, str]:
    """The text of Edit prompt as its two fields: the options in front, and the prompt."""
    text = compose.removeprefix("/video").lstrip() + " "
    found = _OPTIONS.match(text)
    options = found.group() if found else ""
    return options.strip(), text[len(options) :].strip()


def joined(options: str, prompt: str) -> str:
    """Both fields as one text again, the options behind the prompt: they win over words in it that look like one."""
    return " ".join(part for part in ("/video", prompt.strip(), *options.split()) if part)
