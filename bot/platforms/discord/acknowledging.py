"""The three seconds: an acknowledgement is repeated until Discord has taken it or says that it is too late."""

import asyncio
from dataclasses import dataclass
from typing import Any, Final

import discord
import structlog
from aiohttp import ClientError

from bot.platforms.discord.asked import Manner
from bot.platforms.discord.rest import meaning

ACKNOWLEDGE_WITHIN: Final = 2.8
"""Seconds; Discord gives three from the moment it sent the interaction."""
TRY_AGAIN_SECONDS: Final = 0.2
ALREADY_ACKNOWLEDGED: Final = 40060
LOST = (ClientError, OSError, RuntimeError)
"""No answer came. The last one is aiohttp's word for connections that are closed, as all are once listening is over."""
log = structlog.get_logger("reelbot.discord")


class TooLate(Exception):
    """Discord does not take an acknowledgement of this interaction any more."""


@dataclass(frozen=True, slots=True)
class Taken:
    """How far an acknowledgement came."""

    sure: bool
    """False if every answer of Discord was lost: it may have been taken or not."""
    message: int | None = None
    """Our response, where Discord said its id."""


UNSURE: Final = Taken(sure=False)


async def acknowledge(interaction: discord.Interaction[Any], manner: Manner) -> Taken:
    """Acknowledge an interaction, as often as it takes.

    Raises:
        TooLate: Discord does not take it any more, and has taken none of our tries.
    """
    tried = False
    try:
        async with asyncio.timeout(ACKNOWLEDGE_WITHIN):
            while True:
                taken = await _try(interaction, manner)
                if taken.sure:
                    return taken
                tried = True
                await asyncio.sleep(TRY_AGAIN_SECONDS)
    except TooLate:
        if not tried:
            raise
        # An earlier try, whose answer was lost, may have been in time.
        return UNSURE
    except TimeoutError:
        return UNSURE


async def _try(interaction: discord.Interaction[Any], manner: Manner) -> Taken:
    try:
        return Taken(sure=True, message=await _defer(interaction, manner))
    except discord.HTTPException as refusal:
        if refusal.code == ALREADY_ACKNOWLEDGED:
            # An earlier try arrived, and only its answer was lost.
            return Taken(sure=True)
        if refusal.status < 500:  # noqa: PLR2004 RFC 9110
            raise TooLate from refusal
    except LOST as trouble:
        log.info("an acknowledgement is tried again", detail=type(trouble).__name__)
    return UNSURE


async def _defer(interaction: discord.Interaction[Any], manner: Manner) -> int | None:
    """Acknowledge it once; the id of the message that takes the answer."""
    quiet = manner is Manner.QUIET
    callback = await interaction.response.defer(thinking=not quiet, ephemeral=manner is Manner.PRIVATE)
    if quiet:
        return interaction.message.id if interaction.message is not None else None
    return callback.message_id if callback is not None else None


async def refuse(interaction: discord.Interaction[Any], words: str) -> None:
    """Answer at once and to the person alone; nothing is saved and nothing starts."""
    try:
        async with asyncio.timeout(ACKNOWLEDGE_WITHIN):
            await interaction.response.send_message(words, ephemeral=True)
    except (discord.DiscordException, *LOST) as trouble:
        log.info("an answer did not arrive", detail=str(meaning(trouble)))
