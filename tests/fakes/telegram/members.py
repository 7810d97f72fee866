"""Who belongs to a chat, as what, and what they may do there."""

from dataclasses import dataclass, field
from typing import Any

_ADMIN_RIGHTS = (
    "can_manage_chat", "can_delete_messages", "can_manage_video_chats", "can_restrict_members", "can_promote_members",
    "can_change_info", "can_invite_users", "can_post_stories", "can_edit_stories", "can_delete_stories",
    "can_pin_messages", "can_manage_topics",
)  # fmt: skip
SEND_RIGHTS = (
    "can_send_messages", "can_send_audios", "can_send_documents", "can_send_photos", "can_send_videos",
    "can_send_video_notes", "can_send_voice_notes", "can_send_polls", "can_send_other_messages",
    "can_add_web_page_previews", "can_react_to_messages",
)  # fmt: skip
_OTHER_RIGHTS = ("can_edit_tag", "can_change_info", "can_invite_users", "can_pin_messages", "can_manage_topics")


@dataclass(frozen=True)
class Member:
    """One person or bot in one chat."""

    user: dict[str, Any]
    status: str = "member"
    """`creator`, `administrator`, `member`, `restricted`, `left` or `kicked`."""
    rights: frozenset[str] = field(default=frozenset())
    """What an administrator may do, or what a restricted member still may."""
    hidden: bool = False
    """An administrator whom the group does not see by name."""

    @property
    def present(self) -> bool:
        return self.status not in {"left", "kicked"}

    @property
    def is_admin(self) -> bool:
        return self.status in {"creator", "administrator"}

    def may(self, right: str) -> bool:
        if self.status == "creator":
            return True
        if self.status == "administrator":
            return right in self.rights or right.startswith("can_send")
        return right in self.rights if self.status == "restricted" else self.present

    def to_json(self) -> dict[str, Any]:
        """The `ChatMember`."""
        body: dict[str, Any] = {"status": self.status, "user": self.user}
        if self.status == "creator":
            return body | {"is_anonymous": False}
        if self.status == "administrator":
            given = {right: right in self.rights for right in _ADMIN_RIGHTS}
            return body | {"can_be_edited": False, "is_anonymous": self.hidden} | given
        if self.status == "restricted":
            given = {right: right in self.rights for right in (*SEND_RIGHTS, *_OTHER_RIGHTS)}
            return body | {"is_member": True, "until_date": 0} | given
        return body | ({"until_date": 0} if self.status == "kicked" else {})
