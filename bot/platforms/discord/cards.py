"""How a job looks on Discord: one card that shows progress, then the clip, and the receipt."""

from collections.abc import Sequence
from dataclasses import dataclass

import discord
from discord import ui

from bot.core.model import Note, State
from bot.platforms.discord.buttons import job_button
from bot.platforms.discord.markdown import excerpt, plain

PROMPT_SHOWN = 300
"""Characters of the prompt on a card; Discord takes 4000 in all."""
ALT_MOST = 1024
BAR_CELLS = 10
WORKING, GOOD, BAD = 0x5865F2, 0x57F287, 0xED4245
_COLOURS = {
    State.DELIVERED: GOOD,
    State.FAILED: BAD,
    State.CANCELLED: BAD,
    State.UNDELIVERED: BAD,
    State.UNSURE: BAD,
    State.OVERDUE: BAD,
}


@dataclass(frozen=True, slots=True)
class Link:
    """Where a clip can be watched that no message can carry."""

    label: str
    url: str


def card(
    note: Note,
    owner: int,
    *,
    clip: str | None = None,
    link: Link | None = None,
    ping: bool = False,
    spoiler: bool = False,
) -> ui.LayoutView:
    """Draw a note.

    Args:
        note: What to say.
        owner: Discord's id of whoever asked: the buttons are theirs.
        clip: Name of the attached file, where there is one.
        link: Shown instead of a file.
        ping: Name the owner, so that a new message notifies them.
        spoiler: Cover the clip until somebody wants to see it.
    """
    box: ui.Container[ui.LayoutView] = ui.Container(accent_colour=_COLOURS.get(note.state, WORKING))
    if clip is not None:
        alt = excerpt(note.prompt, ALT_MOST) or None
        # The item itself covers it (Discord, Component Reference, "Media Gallery"); its name stays as it is.
        film = discord.MediaGalleryItem(f"attachment://{clip}", description=alt, spoiler=spoiler)
        box.add_item(ui.MediaGallery(film))
    box.add_item(ui.TextDisplay("\n".join(_lines(note, owner, ping=ping))))
    for row in _rows(note, owner, link):
        box.add_item(row)
    return _sealed(box)


def words(text: str) -> ui.LayoutView:
    """A card that only says something."""
    return _sealed(ui.Container(ui.TextDisplay(plain(text)), accent_colour=WORKING))


def _sealed(box: "ui.Container[ui.LayoutView]") -> ui.LayoutView:
    view = ui.LayoutView(timeout=None)
    view.add_item(box)
    # Stopped before it is sent: the library then keeps no copy of every card in memory. The buttons do not need one.
    view.stop()
    return view


def _lines(note: Note, owner: int, *, ping: bool) -> list[str]:
    headline = f"**{plain(note.headline)}**"
    lines = [f"<@{owner}> {headline}" if ping else headline]
    if prompt := excerpt(note.prompt, PROMPT_SHOWN):
        lines.append(plain(prompt))
    if note.percent is not None and not note.state.ended:
        lines.append(bar(note.percent))
    lines += [f"-# {plain(detail)}" for detail in note.details]
    return lines


def bar(percent: float) -> str:
    """Progress as a row of cells, 0 to 100."""
    full = round(percent / 100 * BAR_CELLS)
    return f"{'▰' * full}{'▱' * (BAR_CELLS - full)} {percent:.0f} %"


def _rows(note: Note, owner: int, link: Link | None) -> Sequence["ui.ActionRow[ui.LayoutView]"]:
    buttons: list[ui.Item[ui.LayoutView]] = []
    if link is not None:
        buttons.append(ui.Button(label=link.label, url=link.url))
    buttons += [job_button(one, owner) for one in note.buttons]
    return [ui.ActionRow(*buttons)] if buttons else []


def file_name(job: str) -> str:
    """What a job's clip is called, so that it can be found again in a channel."""
    return f"reelbot-{job}.mp4"
