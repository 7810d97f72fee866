"""The two dialogs: another prompt for a clip, and what shall become of a picture. Neither needs memory of ours to open.

A dialog has to be the very first answer to an interaction, so nothing is acknowledged before it. What is sent in it
comes back as an interaction of its own, told apart by the dialog's id, after a restart too; the library is therefore
handed stopped dialogs, of which it keeps no copy.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

import discord
from discord import ui

from bot.core.model import JobId
from bot.core.texts import Say, Sentence, say

PROMPT_MOST: Final = 4000
OPTIONS_MOST: Final = 200
TITLE_MOST: Final = 45
LABEL_MOST: Final = 45
PICTURES_MOST: Final = 25
"""Choices of a menu (Discord, Component Reference)."""
EDIT: Final = re.compile(r"reel-edit:(?P<job>[0-9a-z]{10}):(?P<owner>[0-9]{1,20})")
ANIMATE: Final = re.compile(r"reel-animate:(?P<picked>[0-9]{1,20})")


def edit_dialog(job: JobId, owner: int, options: str, prompt: str, language: str) -> ui.Modal:
    """Change a prompt and what was picked beside it."""
    modal = _dialog(f"reel-edit:{job}:{owner}", Say.DIALOG_TITLE_EDIT, language)
    modal.add_item(_prompt_field(prompt, language))
    field: ui.TextInput[Any] = ui.TextInput(
        custom_id="options",
        default=options[:OPTIONS_MOST],
        placeholder=_words(Say.DIALOG_OPTIONS_HINT, language),
        max_length=OPTIONS_MOST,
        required=False,
    )
    modal.add_item(_labelled(Say.DIALOG_OPTIONS, field, language))
    modal.stop()
    return modal


def animate_dialog(picked: int, names: Sequence[str], language: str) -> ui.Modal:
    """Say what happens in a picture; with several, which one comes first and which last."""
    modal = _dialog(f"reel-animate:{picked}", Say.DIALOG_TITLE_ANIMATE, language)
    modal.add_item(_prompt_field("", language))
    if len(names) > 1:
        modal.add_item(_labelled(Say.DIALOG_FIRST_FRAME, _menu("first", names, chosen=0), language))
        modal.add_item(_labelled(Say.DIALOG_LAST_FRAME, _menu("last", names, chosen=None), language))
    modal.stop()
    return modal


def dialog_id(interaction: discord.Interaction[Any]) -> str:
    """Which dialog was sent."""
    data: Mapping[str, Any] = interaction.data or {}
    return str(data.get("custom_id", ""))


def answers_of(interaction: discord.Interaction[Any]) -> Mapping[str, str]:
    """What was filled in, by the ids of the fields; of a menu the first choice."""
    data: Mapping[str, Any] = interaction.data or {}
    return dict(_filled(data.get("components", ())))


def _filled(components: Sequence[Mapping[str, Any]]) -> Iterator[tuple[str, str]]:
    for component in components:
        yield from _filled([*component.get("components", ()), *_single(component)])
        chosen = component.get("values") or [component.get("value")]
        if "custom_id" in component and chosen[0] is not None:
            yield component["custom_id"], str(chosen[0])


def _single(component: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    inner = component.get("component")
    return [inner] if inner else []


def _dialog(custom_id: str, title: Say, language: str) -> ui.Modal:
    return ui.Modal(title=_words(title, language)[:TITLE_MOST], custom_id=custom_id, timeout=None)


def _prompt_field(prompt: str, language: str) -> "ui.Label[Any]":
    field: ui.TextInput[Any] = ui.TextInput(
        custom_id="prompt",
        style=discord.TextStyle.paragraph,
        default=prompt[:PROMPT_MOST],
        placeholder=_words(Say.DIALOG_PROMPT_HINT, language),
        max_length=PROMPT_MOST,
        required=False,
    )
    return _labelled(Say.DIALOG_PROMPT, field, language)


def _menu(custom_id: str, names: Sequence[str], *, chosen: int | None) -> ui.Select[Any]:
    options = [
        discord.SelectOption(label=f"{number + 1}. {name}"[:100], value=str(number), default=number == chosen)
        for number, name in enumerate(names[:PICTURES_MOST])
    ]
    needed = chosen is not None
    return ui.Select(custom_id=custom_id, options=options, required=needed, min_values=1 if needed else 0)


def _labelled(label: Say, field: ui.Item[Any], language: str) -> "ui.Label[Any]":
    return ui.Label(text=_words(label, language)[:LABEL_MOST], component=field)


def _words(name: Say, language: str) -> str:
    return say(Sentence(name), language)
