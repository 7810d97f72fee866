"""How MiniMax's second contract words things: real statuses, `{"task": …}`, a list, and a DELETE with two meanings."""

from aiohttp import web

from tests.fakes.apis.server import OnSubmit, Phase

SIZES = {"MiniMax-H3": ({"768P", "2K"}, range(4, 16)), "MiniMax-H3-Max": ({"480P", "768P"}, range(5, 16))}
RATIOS = {"21:9", "16:9", "4:3", "1:1", "3:4", "9:16"}
_FIELDS = {"model", "content", "resolution", "duration", "ratio", "callback_url", "extra"}
_WORDS = {
    Phase.QUEUED: "queued",
    Phase.RUNNING: "running",
    Phase.DONE: "succeeded",
    Phase.FAILED: "failed",
    Phase.FAILED_CONTENT: "failed",
}
ERRORS = {
    Phase.FAILED: (
        {"code": "1000", "message": "internal error"},
        {"code": "1033", "message": "system error"},
        {"code": "2013", "message": "invalid params"},
    ),
    Phase.FAILED_CONTENT: (
        {"code": "1026", "message": "video description contains sensitive content"},
        {"code": "1027", "message": "generated video contains sensitive content"},
    ),
}
"""What a task that has failed may say of itself."""
TROUBLES = (
    (500, "server_error", "internal error (1000)"),
    (529, "overloaded_error", "the server cluster is under high load, please retry later"),
)
_REFUSALS = {
    OnSubmit.BUSY: (429, "rate_limit_error", "rate limit, please retry later (1002)"),
    OnSubmit.BAD_KEY: (401, "authorized_error", "login fail: {key} is no API secret key (1004)"),
    OnSubmit.NO_BALANCE: (402, "insufficient_balance_error", "insufficient balance (1008)"),
    OnSubmit.BAD_CONTENT: (
        422, "unprocessable_entity_error", "video description contains sensitive content (1026)"
    ),
    OnSubmit.BAD_INPUT: (400, "bad_request_error", "invalid params, content must include a non-empty text item (2013)"),
}  # fmt: skip


def error(status, kind, message):
    told = {"type": kind, "message": message, "http_code": str(status)}
    body = {"type": "error", "error": told, "request_id": "021785229015510a2c883cf675b9804d"}
    return web.json_response(body, status=status)


def refusal(why, key):
    status, kind, message = _REFUSALS[why]
    return error(status, kind, message.format(key=key))


def no_such_task():
    return error(500, "server_error", "record not found (1000)")


def task_object(task, phase, created_at, *, link=None, word=None, error=None):
    """A task as questions, lists and callbacks have it; `usage` counts only once there is a clip."""
    seconds, pictures = task.body["duration"], _frames(task.body)
    usage = {
        "total_seconds": seconds,
        "input_seconds": 0,
        "output_seconds": seconds,
        "input_image_count": len(pictures),
    }
    return {
        "id": task.id,
        "model": task.body["model"],
        "status": word or _WORDS[phase],
        "created_at": created_at,
        "updated_at": created_at + task.polls,
        "resolution": task.body["resolution"],
        "duration": seconds,
        "ratio": task.body.get("ratio", "adaptive"),
        "task_type": "generation",
        "modality": "video",
        "usage": usage if phase is Phase.DONE else {},
        **({"content": {"url": link}} if link else {}),
        **({"error": error} if error and word is None else {}),
    }


def complaints(body):
    found = [f"unknown parameter {name}" for name in set(body) - _FIELDS]
    resolutions, seconds = SIZES.get(body.get("model"), ((), ()))
    if body.get("resolution") not in resolutions or body.get("duration") not in seconds:
        found.append("no such model, or not in this size")
    found += _complaints_about_content(body.get("content", []))
    frames = _frames(body)
    if frames and "ratio" in body:
        found.append("ratio is ignored where there are frames")
    if not frames and body.get("ratio") not in RATIOS:
        found.append("text alone needs a concrete ratio")
    return found


def _complaints_about_content(content):
    texts = [part.get("text", "") for part in content if part.get("type") == "text"]
    found = (
        [] if len(texts) == 1 and 0 < len(texts[0].strip()) <= 7000 else ["exactly one text of 1 to 7000 characters"]
    )
    pictures = [part for part in content if part.get("type") == "image_url"]
    roles = [part.get("role") for part in pictures]
    if set(roles) - {"first_frame", "last_frame"} or len(set(roles)) != len(roles):
        found.append("one first and one last frame at most")
    if any(not part["image_url"]["url"].startswith(("data:image/", "https://", "http://")) for part in pictures):
        found.append("a picture is a data URL or a public address")
    return found + ["a part of an unknown type"] * (len(texts) + len(pictures) != len(content))


def _frames(body):
    return [part for part in body.get("content", []) if part.get("type") == "image_url"]
