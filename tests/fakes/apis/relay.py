"""A relay of the new-api family on loopback: MiniMax's v1 under `/minimax`, answering in any of its shapes."""

from enum import Enum, auto

from aiohttp import web

from tests.fakes.apis.minimax_v1 import VERDICTS, FakeMinimaxV1
from tests.fakes.apis.server import OnSubmit, Phase

SPACED = "prompt_optimizer "
_RECORD_WORDS = {
    Phase.QUEUED: ("QUEUED", "10%"),
    Phase.RUNNING: ("IN_PROGRESS", "50%"),
    Phase.DONE: ("SUCCESS", "100%"),
    Phase.FAILED: ("FAILURE", "100%"),
    Phase.FAILED_CONTENT: ("FAILURE", "100%"),
}
_VIDEO_WORDS = {
    Phase.QUEUED: "queued",
    Phase.RUNNING: "processing",
    Phase.DONE: "succeeded",
    Phase.FAILED: "failed",
    Phase.FAILED_CONTENT: "failed",
}
_REFUSALS = {
    OnSubmit.BUSY: ((429, "rate_limited", "too many requests"), (503, "get_channel_failed", "no available channel")),
    OnSubmit.NO_BALANCE: (
        (403, "quota_not_enough", "user quota is not enough"),
        (403, "insufficient_user_quota", "user quota is not enough"),
        (403, "pre_consume_token_quota_failed", "token quota is not enough"),
    ),
    OnSubmit.BAD_CONTENT: ((400, "1026", "hailuo api error: input new_sensitive"),),
    OnSubmit.BAD_INPUT: ((400, "2013", "hailuo api error: invalid params"),),
}


class Shape(Enum):
    """How it answers."""

    PLAIN = auto()
    RECORD = auto()
    RECORD_WITHOUT_FILE = auto()  # the file has to be asked for
    VIDEO = auto()
    WRAPPED_VIDEO = auto()


class FakeRelay(FakeMinimaxV1):
    def __init__(self, shape=Shape.PLAIN, *, prefix="/minimax", serves_retrieve=True, empty_for_unknown=False):
        self._serves_retrieve = serves_retrieve
        super().__init__(prefix=prefix, models=("MiniMax-Hailuo-02", "MiniMax-Hailuo-2.3"), callback_keys=())
        self.shape = shape
        self._empty_for_unknown = empty_for_unknown
        self.spaced = []
        """Values of the key that one page spells with a space at its end: it has no effect."""
        self.refusal_instead = None
        """HTTP status and body that every call gets; None for its own answers."""

    def routes(self):
        submit, query, retrieve = super().routes()
        file = web.get(f"{self.prefix}/v1/file", self.retrieve)
        return [submit, query, retrieve if self._serves_retrieve else file]

    async def submit(self, request):
        if self.refusal_instead is not None:
            self.knocks += 1
        return self._instead() or await super().submit(request)

    async def poll(self, request):
        return self._instead() or await super().poll(request)

    def _instead(self):
        if self.refusal_instead is None:
            return None
        status, body = self.refusal_instead
        return web.json_response(body, status=status)

    def complaints(self, body):
        if SPACED in body:
            self.spaced.append(body[SPACED])
        found = super().complaints({key: value for key, value in body.items() if key != SPACED})
        small = ["512P is not on the list"] if body.get("resolution") == "512P" else []
        return found + small

    def accepted(self, task):
        if self.shape is Shape.PLAIN:
            return super().accepted(task)
        if self.shape is Shape.VIDEO:
            return web.json_response(
                {"id": task.id, "object": "video", "model": task.body["model"], "status": "queued", "progress": 0}
            )
        times = {"created_at": 1756453472, "updated_at": 1756453472}
        return self._wrapped({"id": 4711, "task_id": task.id, "task_status": "submitted"} | times)

    def without_id(self):
        return super().without_id() if self.shape is Shape.PLAIN else self._wrapped({"task_id": ""})

    def _wrapped(self, record):
        return web.json_response({"code": "success", "message": "", "request_id": "r-1", "data": record})

    def refusal(self, why):
        if why is OnSubmit.BAD_KEY:
            error = {"message": f"Invalid token {self.key}", "type": "new_api_error", "code": ""}
            return web.json_response({"error": error}, status=401)
        if self.shape is Shape.PLAIN:
            return super().refusal(why)
        status, code, message = self.choose(_REFUSALS[why])
        return web.json_response({"code": code, "message": message, "data": None}, status=status)

    def progress(self, task, phase, link, word=None):
        if self.shape is Shape.PLAIN:
            return super().progress(task, phase, link, word)
        if self.shape in {Shape.RECORD, Shape.RECORD_WITHOUT_FILE}:
            return self._wrapped(self._record(task, phase, link, word))
        return self._video(task, phase, link, word)

    def _record(self, task, phase, link, word):
        status, percent = _RECORD_WORDS[phase]
        made = phase is Phase.DONE and link is not None
        code, message = self.choose(VERDICTS[phase]) if phase in VERDICTS else (0, "success")
        inner = {"task_id": task.id, "status": status.title(), "file_id": self._file_id(task) if made else ""}
        inner["base_resp"] = {"status_code": code, "status_msg": message}
        if made and self.shape is Shape.RECORD:
            inner["file"] = self.file(task)
        return {
            "id": 4711,
            "task_id": task.id,
            "action": "video_generation",
            "status": word or status,
            "fail_reason": inner["file_id"] or (message if phase in VERDICTS else ""),
            "submit_time": 1756453472,
            "start_time": 0,
            "finish_time": 1756453535 if made else 0,
            "progress": percent,
            "data": inner,
        }

    def _video(self, task, phase, link, word):
        code, message = self.choose(VERDICTS[phase]) if phase in VERDICTS else (None, None)
        status = word or _VIDEO_WORDS[phase]
        error = {"code": str(code), "message": message} if code else None
        if self.shape is Shape.VIDEO:
            bare = {"id": task.id, "object": "video", "model": task.body["model"], "progress": 30, "error": error}
            status = "completed" if status == "succeeded" else status
            return web.json_response(bare | {"status": status, "metadata": {"url": link} if link else None})
        told = {"task_id": task.id, "status": status, "url": link or "", "format": "mp4", "metadata": None}
        return self._wrapped(told | {"error": error})

    def no_such_task(self):
        if self._empty_for_unknown:
            return web.json_response({"code": "success", "message": "", "data": None})
        if self.shape is Shape.PLAIN:
            return super().no_such_task()
        return web.json_response({"code": "task_not_exist", "message": "task_not_exist", "data": None}, status=400)
