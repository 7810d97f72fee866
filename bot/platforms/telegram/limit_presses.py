"""Limits changed by buttons: each press is an admin's command like a typed one, and the same message shows the rest."""

from dataclasses import dataclass, replace

import structlog

from bot.core.admin_commands import ShowLimits
from bot.core.commands import parse
from bot.core.model import Incoming, Reply
from bot.core.ports import NotNow, PlaceGone, Receive
from bot.core.texts import Say, Sentence, say
from bot.platforms.telegram.hearing import Pressed
from bot.platforms.telegram.limit_buttons import LISTS, SWITCHES, Act, LimitButtons, LimitPress, View
from bot.platforms.telegram.places import NAME, community_of, place_of
from bot.platforms.telegram.replies import ANSWER_MOST, Replies
from bot.platforms.telegram.rights import Rights
from bot.platforms.telegram.troubles import Declined

log = structlog.get_logger("reelbot.telegram")


def shows_limits(text: str) -> bool:
    """Whether a command that the core has answered asked for the limits, rather than for a change of them."""
    return isinstance(parse(text), ShowLimits)


@dataclass(frozen=True, slots=True)
class _Seen:
    """The limits at the moment of a press, as the core shows them to whoever pressed."""

    incoming: Incoming
    text: str
    view: View


class LimitPresses:
    """Answers presses under `/limits`.

    Args:
        buttons: Draws the keyboards.
        replies: Says what there is to say.
        rights: Knows who is an admin now.
        receive: The core, which decides.
    """

    def __init__(self, *, buttons: LimitButtons, replies: Replies, rights: Rights, receive: Receive) -> None:
        self._buttons = buttons
        self._replies = replies
        self._rights = rights
        self._receive = receive

    async def answer(self, pressed: Pressed, press: LimitPress) -> None:
        """Do what a button says, for admins of this moment alone."""
        seen = await self._look(pressed)
        if isinstance(seen, str):
            await self._whisper(pressed, seen)
            return
        match press.act:
            case Act.MENU:
                await self._show(pressed, seen)
            case Act.OPEN:
                await self._show(pressed, seen, press)
            case Act.WRITE:
                await self._ask(pressed, press)
            case Act.SET:
                numbered = press.limit not in LISTS and press.limit not in SWITCHES
                await self._set(pressed, press, seen, f"{'set ' if numbered else ''}{press.limit} {press.value}")
            case Act.TICK:
                await self._tick(pressed, press, seen)

    async def _look(self, pressed: Pressed) -> _Seen | str:
        """The limits as they are now, or the sentence that says why whoever pressed does not get to see them."""
        chat, member = pressed.address.chat, pressed.address.asker
        try:
            admin = await self._rights.may_set_limits(chat, member, at_once=True)
        except (OSError, NotNow, PlaceGone, Declined) as trouble:
            log.warning("rights could not be found out", detail=str(trouble))
            return say(Sentence(Say.TELEGRAM_RIGHTS_UNKNOWN), pressed.user.language)
        incoming = Incoming(
            key=f"{NAME}:click:{pressed.query}",
            user=pressed.user,
            place=place_of(pressed.address, forum=pressed.forum),
            text="/limits show",
            community=community_of(chat),
            admin=admin,
        )
        return await self._shown(incoming)

    async def _shown(self, incoming: Incoming) -> _Seen | str:
        reply = await self._receive(incoming)
        if reply.limits is None:
            return reply.text
        return _Seen(incoming, reply.text, View(reply.limits, incoming.user.language, incoming.place.channel))

    async def _tick(self, pressed: Pressed, press: LimitPress, seen: _Seen) -> None:
        names = self._buttons.ticked(press, seen.view)
        if names is None:
            # Two admins at once, or an old message: what it would set is not what it shows.
            await self._whisper(pressed, say(Sentence(Say.TELEGRAM_LIMIT_MEANWHILE), pressed.user.language))
            await self._draw(pressed, seen, press)
        else:
            await self._set(pressed, press, seen, f"{press.limit} {','.join(sorted(names))}")

    async def _set(self, pressed: Pressed, press: LimitPress, seen: _Seen, words: str) -> None:
        reply = await self._receive(replace(seen.incoming, text=f"/limits {words}"))
        if reply.limits is None:
            await self._whisper(pressed, reply.text)
            return
        await self._replies.line.answer(pressed.query, reply.text[:ANSWER_MOST])
        after = await self._shown(seen.incoming)
        if isinstance(after, _Seen):
            await self._draw(pressed, after, press if press.limit in LISTS else None, reply)

    async def _show(self, pressed: Pressed, seen: _Seen, press: LimitPress | None = None) -> None:
        await self._replies.line.answer(pressed.query, "")
        await self._draw(pressed, seen, press)

    async def _draw(
        self, pressed: Pressed, seen: _Seen, press: LimitPress | None = None, changed: Reply | None = None
    ) -> None:
        """The message anew: what was changed just now, all limits, and one of them or the menu to choose from."""
        view, buttons, parts = seen.view, self._buttons, [changed.text] if changed else []
        parts.append(seen.text)
        if press is None:
            markup = buttons.menu(view)
        else:
            ask = Say.TELEGRAM_LIMIT_TICKS if press.limit in LISTS else Say.TELEGRAM_LIMIT_PICK
            parts.append(say(Sentence(ask, {"limit": press.limit}), view.language))
            markup = buttons.page(press.limit, view, buttons.page_of(press, view))
        await self._replies.redraw(pressed.address, "\n\n".join(parts), markup)

    async def _ask(self, pressed: Pressed, press: LimitPress) -> None:
        """Ask for a number; an anonymous admin is not called by name, and answers without being led to it."""
        address = pressed.address
        words = say(Sentence(Say.TELEGRAM_LIMIT_WRITE, {"limit": press.limit}), pressed.user.language)
        await self._replies.line.answer(pressed.query, "")
        hidden = self._rights.hides(address.chat, address.asker)
        await self._replies.ask(address, words, f"/limits set {press.limit}", by_name=not hidden)

    async def _whisper(self, pressed: Pressed, text: str) -> None:
        await self._replies.line.answer(pressed.query, text[:ANSWER_MOST], alert=True)
