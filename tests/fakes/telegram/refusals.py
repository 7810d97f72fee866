"""How the Bot API says no: the status, the words and the parameters that the real server uses."""

from typing import Any


class Refusal(Exception):
    """An answer with `ok: false`."""

    def __init__(self, status: int, description: str, **parameters: Any):
        super().__init__(description)
        self.status = status
        self.description = description
        self.parameters = parameters

    def body(self) -> dict[str, Any]:
        told: dict[str, Any] = {"ok": False, "error_code": self.status, "description": self.description}
        return told | ({"parameters": self.parameters} if self.parameters else {})


def bad_request(words: str, **parameters: Any) -> Refusal:
    return Refusal(400, f"Bad Request: {words}", **parameters)


def forbidden(words: str) -> Refusal:
    return Refusal(403, f"Forbidden: {words}")


def conflict(words: str) -> Refusal:
    return Refusal(409, f"Conflict: {words}")


def too_many(seconds: int) -> Refusal:
    return Refusal(429, f"Too Many Requests: retry after {seconds}", retry_after=seconds)


def migrated(new_id: int) -> Refusal:
    return bad_request("group chat was upgraded to a supergroup chat", migrate_to_chat_id=new_id)


NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same as a current content "
    "and reply markup of the message"
)
OTHER_POLLER = "terminated by other getUpdates request; make sure that only one bot instance is running"
WEBHOOK_ACTIVE = "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
QUERY_TOO_OLD = "query is too old and response timeout expired or query ID is invalid"
