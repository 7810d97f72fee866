"""Every way to ask on Discord, each turned into one thing asked: commands, buttons, dialogs, the menu of a message."""

import asyncio
from typing import Any, Final

import discord
import structlog
from aiohttp import ClientError

from bot.core.model import ButtonAction, JobId
from bot.core.store import StoreTrouble
from bot.core.texts import Say, Sentence, say
from bot.platforms.discord.acknowledging import ACKNOWLEDGE_WITHIN, refuse
from bot.platforms.discord.asked import Attached, Manner, asked_of, language_of
from bot.platforms.discord.dialogs import ANIMATE, EDIT, animate_dialog, answers_of, dialog_id, edit_dialog
from bot.platforms.discord.door import Door
from bot.platforms.discord.picked import Picked
from bot.platforms.discord.pictures import pictures_in
from bot.platforms.discord.places import NAME
from bot.platforms.discord.rest import meaning
from bot.platforms.discord.wishes import joined, split_compose

Interaction = discord.Interaction[Any]
READ_WITHIN: Final = 1.5
"""Seconds for reading a prompt: a dialog opens within three or not at all."""
_MANNERS: Final = {
    ButtonAction.AGAIN: Manner.PUBLIC,
    ButtonAction.JOB: Manner.PUBLIC,
    ButtonAction.REPORT: Manner.PRIVATE,
}
log = structlog.get_logger("reelbot.discord")


class FrontDesk:
    """Hands everything to the door.

    Args:
        door: Where what was asked goes in.
        picked: Keeps the pictures of a message while somebody writes what shall become of them.
    """

    def __init__(self, *, door: Door, picked: Picked) -> None:
        self._door = door
        self._picked = picked

    async def ask(
        self, interaction: Interaction, manner: Manner, text: str, attached: tuple[Attached, ...] = ()
    ) -> None:
        """A command."""
        await self._door.enter(interaction, asked_of(interaction, manner, text, attached))

    async def pressed(self, interaction: Interaction, action: ButtonAction, job: JobId, owner: int) -> None:
        """A button under a job of *owner*."""
        if interaction.user.id != owner and not action.for_all:
            _log_foreign(interaction, f"/{action} {job}")
            await self._refuse(interaction, Say.NOT_YOUR_BUTTON)
        elif action is ButtonAction.EDIT:
            await self._edit(interaction, job, owner)
        else:
            await self.ask(interaction, _MANNERS.get(action, Manner.QUIET), f"/{action} {job}")

    async def animate(self, interaction: Interaction, message: discord.Message) -> None:
        """The menu of a message: ask what shall become of its pictures."""
        pictures = pictures_in(message)
        if not pictures:
            await self._refuse(interaction, Say.NO_PICTURE_THERE)
            return
        try:
            await self._picked.keep(interaction.id, tuple(one for _, one in pictures))
        except StoreTrouble as trouble:
            log.warning("pictures could not be written down", detail=repr(trouble))
            await self._refuse(interaction, Say.TROUBLE)
            return
        names = [name for name, _ in pictures]
        await _open(interaction, animate_dialog(interaction.id, names, language_of(interaction)))

    async def submitted(self, interaction: Interaction) -> None:
        """A dialog was sent."""
        custom_id = dialog_id(interaction)
        filled = answers_of(interaction)
        if found := EDIT.fullmatch(custom_id):
            if interaction.user.id != int(found["owner"]):
                _log_foreign(interaction, f"/{ButtonAction.EDIT} {found['job']}")
                await self._refuse(interaction, Say.NOT_YOUR_BUTTON)
                return
            text = joined(filled.get("options", ""), filled.get("prompt", ""))
            await self.ask(interaction, Manner.PUBLIC, text)
        elif found := ANIMATE.fullmatch(custom_id):
            await self._animate(interaction, int(found["picked"]), dict(filled))

    async def _animate(self, interaction: Interaction, picked: int, filled: dict[str, str]) -> None:
        try:
            pictures = await self._picked.of(picked)
        except StoreTrouble as trouble:
            log.warning("pictures could not be looked up", detail=repr(trouble))
            await self._refuse(interaction, Say.TROUBLE)
            return
        chosen = [int(filled[menu]) for menu in ("first", "last") if filled.get(menu, "").isdigit()] or [0]
        attached = tuple(pictures[number] for number in dict.fromkeys(chosen) if number < len(pictures))
        if not attached:
            await self._refuse(interaction, Say.DIALOG_EXPIRED)
            return
        await self.ask(interaction, Manner.PUBLIC, f"/video {filled.get('prompt', '').strip()}".strip(), attached)

    async def _edit(self, interaction: Interaction, job: JobId, owner: int) -> None:
        """Read the prompt and open the dialog at once; nothing is started by that."""
        asked = asked_of(interaction, Manner.PRIVATE, f"/{ButtonAction.EDIT} {job}")
        try:
            async with asyncio.timeout(READ_WITHIN):
                reply = await self._door.hear(asked)
        except TimeoutError:
            await self._refuse(interaction, Say.TROUBLE)
            return
        if reply is None:
            return
        if reply.compose is None:
            await refuse(interaction, reply.text)
            return
        options, prompt = split_compose(reply.compose)
        await _open(interaction, edit_dialog(job, owner, options, prompt, asked.language))

    async def _refuse(self, interaction: Interaction, name: Say) -> None:
        await refuse(interaction, say(Sentence(name), language_of(interaction)))


def _log_foreign(interaction: Interaction, what: str) -> None:
    log.warning("refused a foreign button", who=f"{NAME}:{interaction.user.id}", what=what)


async def _open(interaction: Interaction, dialog: discord.ui.Modal) -> None:
    try:
        async with asyncio.timeout(ACKNOWLEDGE_WITHIN):
            await interaction.response.send_modal(dialog)
    except (discord.DiscordException, ClientError, OSError) as trouble:
        # Nothing was started; the person presses again.
        log.info("a dialog did not open", detail=str(meaning(trouble)))
