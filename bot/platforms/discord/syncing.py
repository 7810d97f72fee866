"""Handing our commands to Discord: only when they changed, because each time replaces all of them."""

import asyncio
import hashlib
import json

import discord
import structlog
from aiohttp import ClientError

from bot.core.store import Memory, StoreTrouble
from bot.platforms.discord.languages import Words
from bot.platforms.discord.listener import Listener
from bot.platforms.discord.places import NAME

PAUSE_SECONDS = 30.0
KEY = "commands"
log = structlog.get_logger("reelbot.discord")


async def sync(listener: Listener, memory: Memory) -> None:
    """Hand the commands over if they are not what we handed over last; tries until it succeeds."""
    words = Words()
    await listener.tree.set_translator(words)
    fingerprint = await _fingerprint(listener, words)
    while True:
        try:
            if await memory.kept(NAME, KEY) != fingerprint:
                await listener.tree.sync()
                await memory.keep(NAME, KEY, fingerprint)
                log.info("commands handed over")
        except (discord.HTTPException, discord.RateLimited, ClientError, OSError, StoreTrouble) as trouble:
            log.warning("commands could not be handed over; trying again", detail=str(trouble)[:300])
            await asyncio.sleep(PAUSE_SECONDS)
        else:
            return


async def _fingerprint(listener: Listener, words: Words) -> str:
    """Of the application and everything Discord is told about its commands."""
    payload = [await command.get_translated_payload(listener.tree, words) for command in listener.tree.get_commands()]
    payload += [
        await menu.get_translated_payload(listener.tree, words)
        for menu in listener.tree.get_commands(type=discord.AppCommandType.message)
    ]
    text = json.dumps([listener.application_id, payload], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()
