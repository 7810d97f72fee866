"""A chat and everything in it: members, topics, messages, and whether the bot may still post there."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Protocol

from tests.fakes.telegram.members import SEND_RIGHTS, Member
from tests.fakes.telegram.posts import Post
from tests.fakes.telegram.refusals import bad_request, forbidden, migrated

GENERAL = 1
"""The id of a forum's first topic, which no message carries and no sender may name."""
_RIGHT_FOR = {
    "text": ("can_send_messages", "text messages"),
    "video": ("can_send_videos", "videos"),
    "animation": ("can_send_other_messages", "animations"),
    "document": ("can_send_documents", "documents"),
    "photo": ("can_send_photos", "photos"),
}


@dataclass(eq=False)
class Topic:
    """One topic of a forum."""

    id: int
    name: str
    closed: bool = False
    deleted: bool = False


class World(Protocol):
    """What a chat needs of the server."""

    bot: dict[str, Any]

    def now(self) -> int: ...
    def changed(self) -> None: ...
    def announce(self, kind: str, body: dict[str, Any]) -> None: ...


class Chat:
    """One chat of any type. Its history is what happened, deleted messages included."""

    def __init__(self, world: World, id: int, type: str, *, title: str = "", owner: dict[str, Any] | None = None):
        self.world = world
        self.id = id
        self.type = type
        self.title = title
        self.is_forum = False
        self.person = owner if type == "private" else None
        self.members: dict[int, Member] = {}
        self.topics: dict[int, Topic] = {}
        self.posts: list[Post] = []
        self.actions: list[tuple[str, int | None]] = []
        """Every "is uploading a video" the bot showed: the action, and the topic."""
        self.migrated_to: int | None = None
        self.deactivated = False
        self.gone = False
        self._last_id = 0 if type == "private" else GENERAL

    # ------------------------------------------------------------------------------------------- what it holds

    @property
    def general(self) -> Topic:
        return self.topics[GENERAL]

    @property
    def history(self) -> list[Post]:
        """What is there to be seen now, oldest first."""
        return [post for post in self.posts if post.visible]

    @property
    def by_bot(self) -> list[Post]:
        """Everything the bot ever posted here, deleted or not: double posts cannot hide."""
        return [post for post in self.posts if post.by_bot and not post.service]

    @property
    def clips(self) -> list[Post]:
        """The films of the bot that are there to be seen."""
        return [post for post in self.history if post.by_bot and post.clip]

    def topic(self, name: str) -> Topic:
        return next(topic for topic in self.topics.values() if topic.name == name and not topic.deleted)

    def in_topic(self, topic: Topic | None) -> list[Post]:
        """What can be seen in one topic; None is the whole chat."""
        if topic is None:
            return self.history
        wanted = None if topic.id == GENERAL else topic.id
        return [post for post in self.history if post.topic == wanted]

    def find(self, message_id: int) -> Post | None:
        return next((post for post in self.history if post.id == message_id), None)

    def to_json(self) -> dict[str, Any]:
        """The `Chat`."""
        body: dict[str, Any] = {"id": self.id, "type": self.type}
        if self.person is not None:
            return body | {name: self.person[name] for name in ("first_name", "username") if name in self.person}
        return body | {"title": self.title} | ({"is_forum": True} if self.is_forum else {})

    def to_full_json(self) -> dict[str, Any]:
        """The `ChatFullInfo`."""
        gifts = (
            "unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels"
        )  # fmt: skip
        return self.to_json() | {
            "accent_color_id": 1,
            "max_reaction_count": 11,
            "accepted_gift_types": dict.fromkeys(gifts, False),
            **({} if self.person else {"permissions": dict.fromkeys(SEND_RIGHTS, True)}),
        }

    def member(self, user_id: int) -> Member | None:
        return self.members.get(user_id)

    # ------------------------------------------------------------------------------------------- posting

    def add(self, author: dict[str, Any], **fields: Any) -> Post:
        self._last_id += 1
        post = Post(self, self._last_id, self.world.now(), author, **fields)
        self.posts.append(post)
        self.world.changed()
        return post

    def check_bot_may_send(self, kind: str, topic: int | None) -> None:
        """As the real server checks: first the chat, then the bot's rights in it, then the topic."""
        self.check_bot_is_here()
        member = self.members[self.world.bot["id"]]
        right, what = _RIGHT_FOR.get(kind, _RIGHT_FOR["document"])
        if not member.may(right):
            raise bad_request(f"not enough rights to send {what} to the chat")
        self._check_topic(member, topic)

    def check_bot_is_here(self) -> None:
        if self.gone:
            raise bad_request("chat not found")
        if self.migrated_to is not None:
            raise migrated(self.migrated_to)
        member = self.members.get(self.world.bot["id"])
        if self.type == "private":
            self._check_person(member)
        elif member is None or member.status == "left":
            raise forbidden(f"bot is not a member of the {self.type} chat")
        elif member.status == "kicked":
            raise forbidden(f"bot was kicked from the {self.type} chat")

    def _check_person(self, member: Member | None) -> None:
        if self.deactivated:
            raise forbidden("user is deactivated")
        if member is None:
            raise forbidden("bot can't initiate conversation with a user")
        if not member.present:
            raise forbidden("bot was blocked by the user")

    def _check_topic(self, member: Member, id: int | None) -> None:
        if id is None:
            topic = self.topics.get(GENERAL)
        else:
            # General has the id 1, but naming it is an error; and a chain of replies only looks like a topic.
            topic = None if id == GENERAL else self.topics.get(id)
            if topic is None or topic.deleted:
                raise bad_request("message thread not found")
        if topic is not None and topic.closed and not (member.is_admin and member.may("can_manage_topics")):
            raise bad_request("TOPIC_CLOSED")

    def answered(self, parameters: dict[str, Any] | None, topic: int | None) -> Post | None:
        """The message that a reply goes to; None if there is none and that is allowed."""
        if not parameters:
            return None
        post = self.find(parameters["message_id"])
        if post is not None and topic in {None, post.topic, post.id}:
            return post
        # Where the message is in another topic, `allow_sending_without_reply` does not help.
        if post is None and parameters.get("allow_sending_without_reply"):
            return None
        raise bad_request("message to be replied not found")

    # ------------------------------------------------------------------------------------------- what happens to it

    def set_status(self, member: Member, *, by: dict[str, Any]) -> None:
        """Somebody comes, goes, rises or falls; the bot hears of its own fate."""
        who = member.user["id"]
        before = self.members.get(who, Member(member.user, "left"))
        self.members[who] = member
        if who == self.world.bot["id"]:
            body = {"chat": self.to_json(), "from": by, "date": self.world.now()}
            told = {"old_chat_member": before.to_json(), "new_chat_member": member.to_json()}
            self.world.announce("my_chat_member", body | told)
        self.world.changed()

    def drop(self, posts: Iterable[Post]) -> None:
        for post in posts:
            post.deleted = True
        self.world.changed()

    def close_topic(self, topic: Topic) -> None:
        topic.closed = True
        self._topic_news(topic, "forum_topic_closed")

    def reopen_topic(self, topic: Topic) -> None:
        topic.closed = False
        self._topic_news(topic, "forum_topic_reopened")

    def delete_topic(self, topic: Topic) -> None:
        """Its messages go with it; no update says so."""
        topic.deleted = True
        self.drop(post for post in self.posts if topic.id in {post.topic, post.id})

    def _topic_news(self, topic: Topic, field: str) -> None:
        creator = self._creator()
        place = None if topic.id == GENERAL else topic.id
        post = self.add(creator, topic=place, service={field: {}})
        self.world.announce("message", post.to_json())

    def create_topic(self, name: str) -> Topic:
        created = {"forum_topic_created": {"name": name, "icon_color": 7322096}}
        post = self.add(self._creator(), service=created)
        post.topic = post.id
        self.topics[post.id] = Topic(post.id, name)
        self.world.announce("message", post.to_json())
        return self.topics[post.id]

    def _creator(self) -> dict[str, Any]:
        return next(member.user for member in self.members.values() if member.status == "creator")


def find_chat(chats: dict[int, Chat], wanted: Any) -> Chat:
    """The chat that a request names.

    Raises:
        Refusal: There is none.
    """
    try:
        return chats[int(wanted)]
    except (KeyError, TypeError, ValueError):
        raise bad_request("chat not found") from None
