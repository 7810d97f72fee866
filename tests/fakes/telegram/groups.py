"""A group: who is in it, what they may do, and what happens to it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.fakes.telegram.chats import Chat
from tests.fakes.telegram.members import SEND_RIGHTS, Member
from tests.fakes.telegram.posts import Post

if TYPE_CHECKING:
    from tests.fakes.telegram.person import Person
    from tests.fakes.telegram.world import TelegramWorld

EVERY_RIGHT = frozenset({
    "can_manage_chat", "can_delete_messages", "can_manage_video_chats", "can_restrict_members", "can_promote_members",
    "can_change_info", "can_invite_users", "can_pin_messages", "can_manage_topics",
})  # fmt: skip


class Group(Chat):
    """A basic group, a supergroup or a forum, with the bot in it as an ordinary member."""

    world: TelegramWorld

    def found(self, owner: dict[str, Any], members: list[dict[str, Any]]) -> None:
        self.members[owner["id"]] = Member(owner, "creator")
        for user in (*members, self.world.bot):
            self.members[user["id"]] = Member(user)

    @property
    def owner(self) -> dict[str, Any]:
        return self._creator()

    def promote(self, person: Person, rights: frozenset[str] = EVERY_RIGHT, *, hidden: bool = False) -> None:
        """Make somebody an administrator who may do this; *hidden* shows nobody who they are."""
        self.set_status(Member(person.user, "administrator", rights, hidden), by=self.owner)

    def demote(self, person: Person) -> None:
        self.set_status(Member(person.user), by=self.owner)

    def remove(self, person: Person) -> None:
        self.set_status(Member(person.user, "left"), by=person.user)

    def promote_bot(self, rights: frozenset[str] = EVERY_RIGHT) -> None:
        self.set_status(Member(self.world.bot, "administrator", rights), by=self.owner)

    def kick_bot(self) -> None:
        self.set_status(Member(self.world.bot, "kicked"), by=self.owner)

    def let_bot_in(self) -> None:
        self.set_status(Member(self.world.bot), by=self.owner)

    def mute_bot(self, still: frozenset[str] = frozenset()) -> None:
        """The bot may read, and do nothing but *still* (say, `can_send_messages` without videos)."""
        self.set_status(Member(self.world.bot, "restricted", still & frozenset(SEND_RIGHTS)), by=self.owner)

    def delete(self) -> None:
        """The whole group goes."""
        self.gone = True
        self.drop(self.posts)

    def upgrade(self) -> Group:
        """Become a supergroup with a new id: nothing can be posted to the old one any more."""
        world = self.world
        new = Group(world, world.new_chat_id("supergroup"), "supergroup", title=self.title)
        new.members = dict(self.members)
        world.open(new)
        self.migrated_to = new.id
        left = self.add(self.owner, service={"migrate_to_chat_id": new.id})
        came = new.add(self.owner, service={"migrate_from_chat_id": self.id})
        for post in (left, came):
            world.announce("message", post.to_json())
        return new

    def bot_hears(self, post: Post) -> bool:
        """Whether the bot is told of a message: privacy mode shows it commands and replies to itself."""
        member = self.members.get(self.world.bot["id"])
        if member is None or not member.present:
            return False
        if not self.world.privacy or member.is_admin or post.service:
            return True
        if post.reply_to is not None and post.reply_to.by_bot:
            return True
        return _is_for_bot(post, self.world.bot["username"])


def _is_for_bot(post: Post, name: str) -> bool:
    """Whether it begins with a command that names this bot or none."""
    word = post.text.split(maxsplit=1)[0] if post.text.strip() else ""
    command, _, bot = word.partition("@")
    return command.startswith("/") and len(command) > 1 and bot.lower() in {"", name.lower()}
