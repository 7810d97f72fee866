"""Buttons that work after any restart: all they need stands in their own id."""

import re
from collections.abc import Awaitable, Callable
from typing import Any, Self

import discord
from discord import ui

from bot.core.model import Button, ButtonAction, JobId

LABEL_MOST = 80
_STYLES = {
    ButtonAction.YES: discord.ButtonStyle.success,
    ButtonAction.DELETE: discord.ButtonStyle.danger,
}
_ACTIONS = "|".join(ButtonAction)
PATTERN = rf"reel:(?P<action>{_ACTIONS}):(?P<job>[0-9a-z]{{10}}):(?P<owner>[0-9]{{1,20}})"

Press = Callable[[discord.Interaction[Any], ButtonAction, JobId, int], Awaitable[None]]


def button_id(action: ButtonAction, job: JobId, owner: int) -> str:
    """What a button is known by; anybody who sees it can read it, so the owner is checked at every press."""
    return f"reel:{action}:{job}:{owner}"


def job_button(button: Button, owner: int) -> ui.Button[Any]:
    """Draw a button."""
    return ui.Button(
        label=button.label[:LABEL_MOST],
        style=_STYLES.get(button.action, discord.ButtonStyle.secondary),
        custom_id=button_id(button.action, button.job, owner),
    )


class JobButton(ui.DynamicItem[ui.Button[Any]], template=PATTERN):
    """A pressed button, made again from its id."""

    press: Press
    """Set by `pressed_by` on a class of its own."""

    def __init__(self, item: ui.Button[Any], match: re.Match[str]) -> None:
        super().__init__(item)
        self._action = ButtonAction(match["action"])
        self._job = JobId(match["job"])
        self._owner = int(match["owner"])

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction[Any], item: ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        """Called by the library within the three seconds, before anything of ours."""
        del interaction
        if not isinstance(item, ui.Button):
            raise TypeError("a button's id on something else")
        return cls(item, match)

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """The press itself."""
        await type(self).press(interaction, self._action, self._job, self._owner)


def pressed_by(press: Press) -> type[JobButton]:
    """The class that the library makes pressed buttons of, which hands every press to *press*."""

    class Pressed(JobButton, template=PATTERN):
        pass

    Pressed.press = staticmethod(press)
    return Pressed
