"""How Discord says no: its JSON error codes, their HTTP statuses and words."""

from dataclasses import dataclass, field
from typing import Any

WORDS: dict[int, tuple[int, str]] = {
    0: (401, "401: Unauthorized"),
    10003: (404, "Unknown Channel"),
    10004: (404, "Unknown Guild"),
    10007: (404, "Unknown Member"),
    10008: (404, "Unknown Message"),
    10013: (404, "Unknown User"),
    10015: (404, "Unknown Webhook"),
    10062: (404, "Unknown interaction"),
    30034: (429, "Max number of daily application command creates has been reached (200)"),
    30046: (429, "Maximum number of edits to messages older than 1 hour reached. Try again later"),
    40005: (413, "Request entity too large"),
    40058: (400, "Cannot message this channel until post is created"),
    40060: (400, "Interaction has already been acknowledged."),
    40094: (400, "This interaction has reached the maximum number of follow-up messages"),
    50001: (403, "Missing Access"),
    50005: (403, "Cannot edit a message authored by another user"),
    50006: (400, "Cannot send an empty message"),
    50007: (403, "Cannot send messages to this user"),
    50013: (403, "Missing Permissions"),
    50027: (401, "Invalid Webhook Token"),
    50035: (400, "Invalid Form Body"),
    50083: (400, "Thread is archived"),
    50109: (400, "The request body contains invalid JSON."),
    160002: (400, "Cannot reply without permission to read message history"),
    160005: (403, "Thread is locked"),
}
"""https://docs.discord.com/developers/topics/opcodes-and-status-codes#json; the statuses are those people report."""


@dataclass
class Refusal(Exception):
    """What Discord answers instead of doing what it was asked for."""

    status: int
    code: int
    message: str
    more: dict[str, Any] = field(default_factory=dict)
    """Further fields of the body."""

    @classmethod
    def of(cls, code: int, *, status: int | None = None) -> "Refusal":
        usual, message = WORDS[code]
        return cls(status or usual, code, message)

    @classmethod
    def of_form(cls, field_name: str, complaint: str) -> "Refusal":
        """A field of the body is wrong."""
        errors = {field_name: {"_errors": [{"code": "BASE_TYPE_BAD", "message": complaint}]}}
        return cls(400, 50035, "Invalid Form Body", {"errors": errors})

    def to_body(self) -> dict[str, Any]:
        return {"message": self.message, "code": self.code, **self.more}
