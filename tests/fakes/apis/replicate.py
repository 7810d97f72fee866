"""Replicate on loopback: predictions of MiniMax's models, cancelling, and signed callbacks."""

import base64
import hashlib
import hmac
import json
from enum import Enum, auto

from aiohttp import web

from tests.fakes.apis.server import FakeApi, OnSubmit, Phase

SECRET = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD"

_WORDS = {
    Phase.QUEUED: "starting",
    Phase.RUNNING: "processing",
    Phase.DONE: "succeeded",
    Phase.FAILED: "failed",
    Phase.FAILED_CONTENT: "failed",
}
_REFUSALS = {
    OnSubmit.BUSY: (429, "Too many requests", "Request was throttled. Your rate limit resets in ~30s."),
    OnSubmit.BAD_KEY: (401, "Unauthenticated", "You did not pass a valid authentication token: {key}"),
    OnSubmit.NO_BALANCE: (402, "Insufficient credit", "You have insufficient credit to run this model."),
    OnSubmit.BAD_CONTENT: (422, "Input validation failed", "The prompt was flagged as sensitive"),
    OnSubmit.BAD_INPUT: (422, "Input validation failed", "- input.duration: Must be one of the following: 6, 10"),
}
_OLD = {(None, None)}
_USUAL = {("768p", 6), ("768p", 10), ("1080p", 6)}
_TAKES = {
    "video-01": (_OLD, "may have"),
    "video-01-live": (_OLD, "needs"),
    "video-01-director": (_OLD, "may have"),
    "hailuo-02": (_USUAL | {("512p", 6)}, "may have two"),
    "hailuo-02-fast": ({(None, 6), (None, 10)}, "needs"),
    "hailuo-2.3": (_USUAL, "may have"),
    "hailuo-2.3-fast": (_USUAL, "needs"),
}
"""Size and length that a model takes, and whether it makes a clip with a picture."""
_FIELDS = {"prompt", "duration", "resolution", "first_frame_image", "last_frame_image"}


class OnCancel(Enum):
    """What becomes of a prediction that is to be cancelled."""

    NEVER_BEGAN = auto()  # canceled without having begun
    ABORTED = auto()
    JUST_BEGAN = auto()  # canceled, after it had begun in between
    SLOWLY = auto()  # still `starting` in the answer, canceled a moment later
    REFUSED = auto()  # 409, whatever the reason


class FakeReplicate(FakeApi):
    def __init__(self):
        super().__init__()
        self.secret = SECRET
        self.secrets_asked = 0
        self.on_cancel = OnCancel.NEVER_BEGAN
        self.cancels = 0
        self.account = {"type": "organization", "username": "acme", "name": "Acme Corp, Inc."}
        self.ended = {}
        """Status and start of predictions that were cancelled, by id."""
        self.removed = False
        """Whether the hour after which results are deleted is over."""
        self.removed_ids = set()
        """Predictions of which it is over, if it is not for all."""

    def routes(self):
        return [
            web.post("/v1/models/minimax/{model}/predictions", self.submit),
            web.get("/v1/predictions/{id}", self.poll),
            web.post("/v1/predictions/{id}/cancel", self._cancel),
            web.get("/v1/webhooks/default/secret", self._secret),
            web.get("/v1/account", self._account),
        ]

    def new_id(self, number):
        return f"x18c1re8mxrma0crb3x8wb{number:04}"

    async def read_body(self, request):
        return {"model": request.match_info["model"], **await request.json()}

    def complaints(self, body):
        put = body.get("input", {})
        wrong = [f"unknown field {name}" for name in set(body) - {"model", "input", "webhook", "webhook_events_filter"}]
        wrong += [f"unknown input {name}" for name in set(put) - _FIELDS]
        if not put.get("prompt"):
            wrong.append("prompt is required")
        if "webhook" in body and body.get("webhook_events_filter") != ["completed"]:
            wrong.append("a callback for every step")
        return wrong + self._unfit(body["model"], put)

    def _unfit(self, model, put):
        shapes, with_picture = _TAKES[model]
        shape = put.get("resolution"), put.get("duration")
        first, last = put.get("first_frame_image", ""), put.get("last_frame_image", "")
        wrong = [] if shape in shapes else [f"{model} does not make {shape}"]
        if not first and (with_picture == "needs" or last or shape[0] == "512p"):
            wrong.append("a picture is needed")
        if last and (with_picture != "may have two" or shape[0] == "512p"):
            wrong.append("no last frame here")
        links = [link for link in (first, last) if link and not link.startswith(("https://", "data:image/"))]
        return wrong + [f"no picture: {link}" for link in links]

    def callback_in(self, body):
        return body.get("webhook")

    def accepted(self, task):
        return web.json_response(self._prediction(task, Phase.QUEUED), status=201)

    def progress(self, task, phase, link, word=None):
        return web.json_response(self._prediction(task, phase, link, word))

    def _prediction(self, task, phase, link=None, word=None):
        errors = {
            Phase.FAILED: "Prediction interrupted; please retry (code: PA)",
            Phase.FAILED_CONTENT: "The input or output was flagged as sensitive. Please try again (E005)",
        }
        status, started = self.ended.get(
            task.id, (word or _WORDS[phase], None if phase is Phase.QUEUED else "2026-07-30T01:38:08Z")
        )
        removed = self.removed or task.id in self.removed_ids
        return {
            "id": task.id,
            "model": f"minimax/{task.body['model']}",
            "version": "hidden",
            "input": task.body["input"],
            "logs": "",
            "output": None if removed else link,
            "data_removed": removed,
            "error": errors.get(phase),
            "status": status,
            "created_at": "2026-07-30T01:38:07.143Z",
            "started_at": started,
            "urls": {"get": f"{self.base_url}/v1/predictions/{task.id}"},
        }

    def refusal(self, why):
        status, title, detail = _REFUSALS[why]
        problem = {"title": title, "detail": detail.format(key=self.key), "status": status}
        return web.json_response(problem, status=status, content_type="application/problem+json")

    def no_such_task(self):
        return web.json_response({"detail": "The requested resource could not be found.", "status": 404}, status=404)

    async def _cancel(self, request):
        task, how = self.tasks[request.match_info["id"]], self.on_cancel
        self.cancels += 1
        if how is OnCancel.REFUSED:
            return web.json_response({"title": "Conflict", "detail": "already completed", "status": 409}, status=409)
        before = self._prediction(task, Phase.QUEUED)
        began = "2026-07-30T01:38:08Z" if how is OnCancel.JUST_BEGAN else None
        self.ended[task.id] = ("aborted" if how is OnCancel.ABORTED else "canceled", began)
        task.phases = [Phase.QUEUED]
        return web.json_response(before if how is OnCancel.SLOWLY else self._prediction(task, Phase.QUEUED))

    async def _secret(self, request):
        self.secrets_asked += 1
        if not self._key_holds(request):
            return self.refusal(OnSubmit.BAD_KEY)
        return web.json_response({"key": self.secret})

    async def _account(self, request):
        if not self._key_holds(request):
            return self.refusal(OnSubmit.BAD_KEY)
        return web.json_response(self.account)

    def callback(self, about, seconds, secret=SECRET):
        """What it sends about a prediction at *seconds* since 1970: headers and body."""
        prediction = {"id": about, "status": "succeeded", "output": "https://evil.example/x.mp4"}
        return self.signed(json.dumps(prediction).encode(), seconds, secret)

    def signed(self, body, seconds, secret=SECRET):
        key = base64.b64decode(secret.removeprefix("whsec_"))
        digest = hmac.new(key, f"msg_1.{seconds}.".encode() + body, hashlib.sha256).digest()
        headers = {
            "Webhook-Id": "msg_1",
            "Webhook-Timestamp": str(seconds),
            "Webhook-Signature": f"v1,{base64.b64encode(digest).decode()}",
        }
        return headers, body
