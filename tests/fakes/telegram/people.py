"""The persons and groups of the fake: people write, press and look; their chats change under the bot."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.fakes.telegram.chats import GENERAL, Topic
from tests.fakes.telegram.groups import Group
from tests.fakes.telegram.person import Person

if TYPE_CHECKING:
    from tests.fakes.telegram.world import TelegramWorld


class People:
    """Makes persons and groups in a `TelegramWorld`."""

    def person(self: Any, name: str, *, language: str | None = "en", started: bool = True) -> Person:
        """Somebody with an account; unless *started* they have never written to the bot."""
        person = Person(self, self.new_user_id(), name, language)
        self.open(person.chat)
        if started:
            person.open_chat()
        return person

    def group(self: Any, title: str, owner: Person, members: tuple[Person, ...] = ()) -> Group:
        """A basic group: small, and may be upgraded."""
        return _make(self, "group", title, owner, members)

    def supergroup(self: Any, title: str, owner: Person, members: tuple[Person, ...] = ()) -> Group:
        return _make(self, "supergroup", title, owner, members)

    def forum(
        self: Any, title: str, owner: Person, members: tuple[Person, ...] = (), *, topics: tuple[str, ...] = ()
    ) -> Group:
        """A supergroup with topics; General is always there."""
        forum = _make(self, "supergroup", title, owner, members)
        forum.is_forum = True
        forum.topics[GENERAL] = Topic(GENERAL, "General")
        for name in topics:
            forum.create_topic(name)
        return forum


def _make(world: TelegramWorld, type: str, title: str, owner: Person, members: tuple[Person, ...]) -> Group:
    group = Group(world, world.new_chat_id(type), type, title=title)
    group.found(owner.user, [member.user for member in members])
    world.open(group)
    return group
