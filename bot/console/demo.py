"""`reelbot demo`: starts the bot and asks it for a video through the web chat, as a person with a browser would."""

import asyncio
import errno
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import replace

from bot.app import House, open_house
from bot.console.printing import Refusal, sentence
from bot.console.progress import JobBar
from bot.console.visitor import Entry, Visitor
from bot.core.ports import BadClip
from bot.media.shop import MediaShop
from bot.media.workshop import Workshop
from bot.settings import Settings
from bot.settings_values import Switch
from bot.stopping import stopped_by_signal
from providers.sample import draw_sample

PROMPT = "/video a cat smiling [Zoom in]"
PATIENCE = 180.0
"""Seconds that the whole clip may take before the demo gives up."""


async def demo(settings: Settings, *, once: bool) -> None:
    """Make one clip through the web chat, then stay until a signal, or end at once with *once*.

    Raises:
        Refusal: There is no clip that plays.
    """
    # Whoever watches the demo sits at this machine: nobody else is let in, and nobody has to log in.
    here = settings.listen if settings.listen.loopback else replace(settings.listen, host="127.0.0.1")
    settings = settings.model_copy(update={"web_chat": Switch.ON, "preview": Switch.ON, "listen": here})
    with stopped_by_signal() as stop:
        async with _opened(settings) as house:
            address = house.server.address if house.server else ""
            sentence(f"Reelbot runs at {address}")
            sentence(f"Asking in its web chat, with a photo: {PROMPT}")
            entry = await _ask(settings, address)
            clip = settings.data_dir / "demo.mp4"
            await _prove(entry, settings, address)
            sentence(f"Clip: {await asyncio.to_thread(clip.absolute)}", style="bold")
            sentence(f"Receipt: {entry.receipt}")
            if once:
                return
            sentence(f"Web chat: {address} – your turn. Ctrl-C ends the bot.", style="bold")  # noqa: RUF001 typography
            await stop.wait()


@asynccontextmanager
async def _opened(settings: Settings) -> AsyncGenerator[House]:
    """The bot at its address, or at a free one where another program has taken it."""
    try:
        async with open_house(settings) as house:
            yield house
    except OSError as taken:
        if taken.errno != errno.EADDRINUSE:
            raise
        sentence(f"{settings.listen} is taken by another program; using a free port instead.")
        free = settings.model_copy(update={"listen": replace(settings.listen, port=0)})
        async with open_house(free) as house:
            yield house


async def _ask(settings: Settings, address: str) -> Entry:
    photo = settings.data_dir / "sample.jpg"
    await asyncio.to_thread(draw_sample, photo)
    try:
        async with asyncio.timeout(PATIENCE), Visitor(address) as visitor:
            with JobBar() as bar:
                entry = await visitor.ask(PROMPT, photo, draw=lambda e: bar.draw(e.headline, e.percent))
            if entry.clip_url is None:
                raise Refusal(f"No clip was made: {entry.headline} {entry.receipt}")
            await visitor.save(entry.clip_url, settings.data_dir / "demo.mp4")
    except TimeoutError:
        raise Refusal(f"No clip after {PATIENCE:.0f} seconds: the log says why.") from None
    return entry


async def _prove(entry: Entry, settings: Settings, address: str) -> None:
    """Believe in the clip only after decoding it."""
    try:
        facts = await MediaShop(workshop=Workshop()).probe(settings.data_dir / "demo.mp4")
    except BadClip as broken:
        raise Refusal(f"The clip of {address} does not play: {broken}.") from broken
    sentence(f"{entry.headline} {facts.width} x {facts.height}, {facts.seconds:.1f} s, {facts.codec}")
