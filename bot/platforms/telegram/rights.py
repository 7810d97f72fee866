"""Who may set a group's limits: its owner, and administrators who may change its description."""

from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime, timedelta

from telegram import Bot, ChatMemberAdministrator, ChatMemberOwner
from telegram.error import TelegramError

from bot.core.ports import Clock
from bot.platforms.telegram.troubles import meaning

CACHED = timedelta(seconds=60)
"""Telegram does not tell everybody when somebody stops being an administrator."""
CHATS_REMEMBERED = 1_000


@dataclass(frozen=True, slots=True)
class _Admins:
    """Who may set limits in one chat, as seen at some moment."""

    at: datetime
    members: frozenset[int]
    hidden: frozenset[int]
    """Those of them who do not show in the group who they are."""


class Rights:
    """Looks up administrators, and remembers them for a minute.

    Args:
        bot: Asks for them; unlike `getChatMember`, `getChatAdministrators` is guaranteed for every bot in the group
            (Bot API, getChatMember).
        clock: Ages what is remembered.
    """

    def __init__(self, *, bot: Bot, clock: Clock) -> None:
        self._bot = bot
        self._clock = clock
        self._seen: OrderedDict[int, _Admins] = OrderedDict()

    async def may_set_limits(
        self, chat: int, member: int, *, as_the_group: bool = False, at_once: bool = False
    ) -> bool:
        """Whether somebody may set the limits of a chat at this moment.

        Args:
            chat: The chat; in a private one its person may.
            member: The person.
            as_the_group: They wrote in the name of the group itself, which only its anonymous administrators can.
            at_once: Look again at somebody who is remembered as one who may: they may be none any more.

        Raises:
            NotNow, Unsent, MaybeDone: It could not be found out.
            PlaceGone, Refused: It cannot be found out.
        """
        if chat > 0:
            return chat == member
        seen = self._seen.get(chat)
        if at_once and seen is not None and member in seen.members:
            self.changed(chat)
        return as_the_group or member in await self.admins(chat)

    def hides(self, chat: int, member: int) -> bool:
        """Whether somebody was an anonymous administrator when this chat was looked at last: name them to nobody."""
        seen = self._seen.get(chat)
        return seen is not None and member in seen.hidden

    def changed(self, chat: int) -> None:
        """Somebody's rights in this chat have changed: look again."""
        self._seen.pop(chat, None)

    async def admins(self, chat: int) -> frozenset[int]:
        """The people who may set a group's limits.

        Raises:
            NotNow, Unsent, MaybeDone: It could not be found out.
            PlaceGone, Refused: It cannot be found out.
        """
        seen = self._seen.get(chat)
        if seen is not None and self._clock.now() - seen.at < CACHED:
            return seen.members
        try:
            admins = await self._bot.get_chat_administrators(chat)
        except TelegramError as error:
            raise meaning(error) from error
        able = [
            admin
            for admin in admins
            if isinstance(admin, ChatMemberOwner)
            or (isinstance(admin, ChatMemberAdministrator) and admin.can_change_info and not admin.user.is_bot)
        ]
        members = frozenset(admin.user.id for admin in able)
        hidden = frozenset(admin.user.id for admin in able if admin.is_anonymous)
        self._seen[chat] = _Admins(self._clock.now(), members, hidden)
        if len(self._seen) > CHATS_REMEMBERED:
            self._seen.popitem(last=False)
        return members
