"""Everything behind the server: the bot, its chats, their files, its updates and menus. The methods change it."""

import asyncio
import itertools
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from tests.fakes.telegram.chats import Chat, find_chat
from tests.fakes.telegram.files import Files
from tests.fakes.telegram.posts import Post
from tests.fakes.telegram.spec import Spec
from tests.fakes.telegram.updates import Updates

BOT_ID = 7_000_000_001
BOT_NAME = "reel_test_bot"


@dataclass(eq=False)
class Query:
    """One press of a button."""

    id: str
    post: Post
    data: str
    answers: list[dict[str, Any]] = field(default_factory=list)
    """What the bot said to it; more than one is a mistake that the server refuses."""
    expired: bool = False


class TelegramWorld:
    """The state of one Telegram, with one bot in it."""

    def __init__(self, spec: Spec | None):
        self.spec = spec
        self.complaints: list[str] = []
        """What contradicts the public description of the API, or what the real server would not like."""
        self.privacy = True
        """Privacy mode: in groups the bot hears commands and replies to its own messages alone."""
        self.bot: dict[str, Any] = {
            "id": BOT_ID,
            "is_bot": True,
            "first_name": "Reel",
            "username": BOT_NAME,
        }
        self.chats: dict[int, Chat] = {}
        self.files = Files()
        self.updates = Updates(self.now, self._check_update)
        self.queries: dict[str, Query] = {}
        self.commands: dict[tuple[str, str], list[dict[str, Any]]] = {}
        """The menus, by scope (as JSON) and language."""
        self.profile: dict[tuple[str, str], str] = {}
        """Name and descriptions, by field and language."""
        self.local_folder: Any = None
        """A folder, where this is a local server: it hands out paths instead of addresses."""
        self.most_upload = 50_000_000
        self.next_without_id = False
        self.next_as_animation = False
        self._change = asyncio.Event()
        self._users = itertools.count(1001)
        self._groups = itertools.count(4001)
        self._supergroups = itertools.count(1_002_000_001)

    def now(self) -> int:
        return int(time.time())

    def changed(self) -> None:
        self._change.set()
        self._change = asyncio.Event()

    async def until(self, holds: Callable[[], Any], seconds: float = 5.0) -> Any:
        """Wait until *holds* returns something true, and return that; it is asked after every change, and often."""
        async with asyncio.timeout(seconds):
            while not (found := holds()):
                # It may look at more than this Telegram, which announces nothing of other things.
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._change.wait(), 0.05)
        return found

    def announce(self, kind: str, body: dict[str, Any]) -> dict[str, Any] | None:
        update = self.updates.announce(kind, body)
        self.changed()
        return update

    def _check_update(self, update: dict[str, Any]) -> None:
        if self.spec is not None:
            self.complaints += self.spec.wrong("Update", update)

    def me(self) -> dict[str, Any]:
        """What `getMe` says."""
        no = ("can_connect_to_business", "supports_inline_queries", "has_main_web_app", "has_topics_enabled")
        more = {"can_join_groups": True, "can_read_all_group_messages": not self.privacy}
        return self.bot | more | dict.fromkeys(no, False)

    def chat(self, wanted: Any) -> Chat:
        return find_chat(self.chats, wanted)

    def new_user_id(self) -> int:
        return next(self._users)

    def new_chat_id(self, type: str) -> int:
        return -next(self._groups) if type == "group" else -1_000_000_000_000 - next(self._supergroups)

    def open(self, chat: Chat) -> Chat:
        self.chats[chat.id] = chat
        return chat
