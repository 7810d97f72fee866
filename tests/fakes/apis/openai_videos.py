"""A server of the OpenAI Videos shape on loopback: strict like vLLM-Omni, SGLang or a gateway, as the test wishes."""

import re
from enum import Enum, auto

from aiohttp import web

from tests.fakes.apis.server import FakeApi, OnSubmit, Phase

_WORDS = {
    Phase.QUEUED: "queued",
    Phase.RUNNING: "in_progress",
    Phase.DONE: "completed",
    Phase.FAILED: "failed",
    Phase.FAILED_CONTENT: "failed",
}
_REFUSALS = {
    OnSubmit.BUSY: (429, "Rate limit reached", "rate_limit_error", "rate_limit_exceeded"),
    OnSubmit.BAD_KEY: (401, "Incorrect API key provided: {key}", "invalid_request_error", "invalid_api_key"),
    OnSubmit.NO_BALANCE: (429, "You exceeded your current quota", "insufficient_quota", "insufficient_quota"),
    OnSubmit.BAD_CONTENT: (400, "Your request was blocked", "image_generation_user_error", "moderation_blocked"),
}
_FIELDS = {"model", "prompt", "seconds", "size", "input_reference"}


class OnDelete(Enum):
    """What happens when a video that is being made is to be deleted."""

    GONE = auto()  # aborted and forgotten
    KEPT = auto()  # aborted, and the record says so
    TOO_EARLY = auto()  # 409, as long as the abort has not come through
    FINISHED = auto()  # 200, but the video was finished a moment earlier and is kept
    NOT_KNOWN = auto()  # 405


class FakeOpenaiVideos(FakeApi):
    """A server with ways of its own.

    Args:
        takes: `multipart`, `json`, or `mixed` as SGLang does it.
        models: Those it knows; with none it takes no name.
        lists: Where it lists its models, if anywhere.
        link: The field in which a gateway gives a link of somewhere else.
    """

    def __init__(self, *, takes="multipart", models=(), lists="/v1/models", link=None):
        super().__init__()
        self._takes = takes
        self._models = models
        self._lists = lists
        self._link = link
        self.on_delete = OnDelete.GONE
        self.shown_link = None
        """Shown in the place of the true one."""
        self.deleted = []
        self.fetched_without_key = 0

    def routes(self):
        return [
            web.post("/v1/videos", self.submit),
            web.get("/v1/videos/{id}", self.poll),
            web.delete("/v1/videos/{id}", self._delete),
            web.get("/v1/videos/{name}/content", self._content),
            *([web.get(self._lists, self._list)] if self._lists else []),
        ]

    def new_id(self, number):
        """As long and as full of signs as LiteLLM's, which hold the model."""
        return f"litellm:custom_llm_provider:hosted_vllm;model_id:wan/2.2?a=b&c;video_id:video {number:03}%2F"

    async def read_body(self, request):
        if request.content_type == "application/json":
            return {"packed": "json", **await request.json()}
        fields = dict(await request.post())
        file = fields.get("input_reference")
        if isinstance(file, web.FileField):
            fields["input_reference"] = {"name": file.filename, "kind": file.content_type, "bytes": file.file.read()}
        return {"packed": request.content_type, **fields}

    def complaints(self, body):
        put = {name: value for name, value in body.items() if name != "packed"}
        wrong = [f"unknown field {name}" for name in set(put) - _FIELDS]
        if not put.get("prompt"):
            wrong.append("prompt is required")
        if put.get("model") not in (self._models or {None}):
            wrong.append("no such model")
        if not re.fullmatch(r"[1-9]\d*", put.get("seconds", "")) or not re.fullmatch(r"\d+x\d+", put.get("size", "")):
            wrong.append("seconds and size are text")
        return wrong + self._wrongly_packed(body["packed"], put.get("input_reference"))

    def _wrongly_packed(self, packed, picture):
        form = self._takes == "multipart" or (self._takes == "mixed" and picture is not None)
        wrong = [] if packed == ("multipart/form-data" if form else "json") else ["wrongly packed"]
        if picture is not None:
            right = picture.get("bytes") if form else picture.get("image_url", "").startswith("data:image/")
            wrong += [] if right else ["the picture is none"]
        return wrong

    def accepted(self, task):
        return self.progress(task, Phase.QUEUED, None)

    def progress(self, task, phase, link, word=None):
        errors = {
            Phase.FAILED: {"code": "server_error", "message": "CUDA out of memory"},
            Phase.FAILED_CONTENT: {"code": "moderation_blocked", "message": "Your request was blocked"},
        }
        shown = self.shown_link or link
        return web.json_response(
            {
                "id": task.id,
                "object": "video",
                "model": task.body.get("model", "sora-2"),
                "status": word or _WORDS[phase],
                "progress": {Phase.RUNNING: 42, Phase.DONE: 100}.get(phase, 0),
                "created_at": 1765000000,
                "seconds": task.body["seconds"],
                "size": task.body["size"],
                "error": errors.get(phase),
            }
            | ({self._link: shown} if self._link else {})
        )

    def refusal(self, why):
        if why is OnSubmit.BAD_INPUT:
            detail = [
                {"loc": ["body", "size"], "msg": "String should match pattern", "type": "string_pattern_mismatch"}
            ]
            return web.json_response({"detail": detail}, status=422)
        status, message, kind, code = _REFUSALS[why]
        error = {"message": message.format(key=self.key), "type": kind, "param": None, "code": code}
        # Some gateways give their own request's id here, where a video's would stand.
        return web.json_response({"id": "req_1", "error": error}, status=status)

    def no_such_task(self):
        return web.json_response({"detail": "Video not found"}, status=404)

    def _key_holds(self, request):
        return super()._key_holds(request) if self.key else "Authorization" not in request.headers

    async def _list(self, request):
        if not self._key_holds(request):
            return self.refusal(OnSubmit.BAD_KEY)
        return web.json_response({"object": "list", "data": [{"id": model} for model in self._models]})

    async def _content(self, request):
        task = self.tasks.get(request.match_info["name"])
        if not self._key_holds(request):
            return self.refusal(OnSubmit.BAD_KEY)
        if task is None or task.phase is not Phase.DONE:
            return web.json_response({"detail": "Generation is still in-progress"}, status=404)
        return await self.fetch(request)

    async def fetch(self, request):
        self.fetched_without_key += "Authorization" not in request.headers
        return await super().fetch(request)

    async def _delete(self, request):
        video = request.match_info["id"]
        self.deleted.append(video)
        if self.on_delete in {OnDelete.TOO_EARLY, OnDelete.NOT_KNOWN}:
            status = {OnDelete.TOO_EARLY: 409, OnDelete.NOT_KNOWN: 405}[self.on_delete]
            return web.json_response({"detail": "Cancellation in progress. Please try again later."}, status=status)
        if self.on_delete is OnDelete.GONE:
            del self.tasks[video]
        elif self.on_delete is OnDelete.KEPT:
            self.tasks[video].phases = [Phase.FAILED]
        else:
            self.tasks[video].phases = [Phase.DONE]
        return web.json_response({"id": video, "object": "video.deleted", "deleted": True})
