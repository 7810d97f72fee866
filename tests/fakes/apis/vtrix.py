"""Vtrix on loopback: `/model/v1/generation` with wrapped parameters, errors as objects or text, two sets of words."""

from aiohttp import web

from tests.fakes.apis.server import FakeApi, OnSubmit, Phase

PICTURE_MODELS = {"minimax_i2v_01_live"}
PICTURES = ("https://", "http://", *(f"data:image/{kind};base64," for kind in ("jpeg", "jpg", "png", "webp")))
PARAMETERS = {
    "first_frame_image": str,
    "prompt": str,
    "duration": int,
    "resolution": str,
    "prompt_optimizer": bool,
    "callback_url": str,
    "aigc_watermark": bool,
}

CLIENT_WORDS = {Phase.QUEUED: "in_progress", Phase.RUNNING: "in_progress"}
MANUAL_WORDS = {Phase.QUEUED: "pending", Phase.RUNNING: "processing"}
_ENDED = {Phase.DONE: "completed", Phase.FAILED: "failed", Phase.FAILED_CONTENT: "failed"}
_ERRORS = {
    Phase.FAILED: (
        {"code": "010006095", "error_message": "Internal generation error"},
        {"code": 10006095, "error_message": "Internal generation error"},
        {"code": "010006096", "error_message": "Result parsing error"},
        {"code": 10006097, "error_message": "HTTP error response"},
        {"code": "010006098", "error_message": "Status check error"},
        {"code": "010006099", "error_message": "Task creation error"},
    ),
    Phase.FAILED_CONTENT: (
        {"code": 10006099, "error_message": "task creation error: upstream status_code=1027"},
        {"code": "010006099", "error_message": "task creation error: upstream status_code=1026"},
    ),
}
_REFUSALS = {
    OnSubmit.BUSY: ((429, {"message": "rate limit exceeded"}),),
    OnSubmit.BAD_KEY: ((401, {"error": "invalid api key"}),),
    OnSubmit.NO_BALANCE: (
        (403, {"message": "insufficient balance"}),
        (402, {"status": {"code": 402, "message": "Insufficient credits", "error_code": 40201}, "data": None}),
    ),
    OnSubmit.BAD_CONTENT: ((400, {"error": {"error_message": "prompt contains sensitive words"}}),),
    OnSubmit.BAD_INPUT: ((400, {"message": "first_frame_image is required"}),),
}


class FakeVtrix(FakeApi):
    def __init__(self, *, words=CLIENT_WORDS, errors_as_text=False):
        super().__init__()
        self.words = words
        self.errors_as_text = errors_as_text
        self.answer_without_id = {"status": "in_progress", "error": None}

    def routes(self):
        return [
            web.post("/model/v1/generation", self.submit),
            web.get("/model/v1/generation/task/{id}", self.poll),
        ]

    def new_id(self, number):
        return f"d{number:03}/7f1e"

    def complaints(self, body):
        params = _params(body)
        if params is None:
            return ["input must be a list of one object with params"]
        model, picture = body.get("model"), params.get("first_frame_image", "")
        found = [] if model in PICTURE_MODELS else ["unknown model"]
        found += [f"unknown field {name}" for name in set(body) - {"model", "input"}]
        found += [f"unknown parameter {name}" for name in set(params) - set(PARAMETERS)]
        found += [f"{name} is no {kind.__name__}" for name, kind in PARAMETERS.items() if _other(params, name, kind)]
        if (model in PICTURE_MODELS) != bool(picture) or (picture and not picture.startswith(PICTURES)):
            found.append("a picture where none belongs, or none where one is needed")
        return found + _wrong_values(params)

    def accepted(self, task):
        answer = {"id": task.id, "status": "in_progress", "model": task.body["model"], "created_at": 1766000000}
        return web.json_response(answer)

    def without_id(self):
        return web.json_response(self.answer_without_id)

    def callback_in(self, body):
        return _params(body).get("callback_url")

    def progress(self, task, phase, link, word=None):
        answer = {
            "id": task.id,
            "status": word or (self.words | _ENDED)[phase],
            "model": task.body["model"],
            "metadata": {},
        }
        if phase is Phase.DONE:
            content = [{"type": "video", "url": link, "jobId": "9"}] if link else []
            usage = {"cost": "0.0065", "discount": 1, "quantity": 1, "unit_price": "0.0065"}
            answer |= {"progress": 1, "output": [{"content": content}], "usage": usage}
        if phase in _ERRORS:
            error = self.choose(_ERRORS[phase])
            answer["error"] = f"{error['code']} {error['error_message']}" if self.errors_as_text else error
        return web.json_response(answer)

    def trouble(self):
        error = self.choose(_ERRORS[Phase.FAILED])
        return web.json_response({"error": error}, status=self.choose((500, 200)))

    def refusal(self, why):
        status, body = self.choose(_REFUSALS[why])
        if why is OnSubmit.BAD_KEY:
            body = {"error": f"invalid api key {self.key}"}
        return web.json_response(body, status=status)

    def no_such_task(self):
        return web.json_response({"message": "task not found"}, status=404)


def _params(body):
    match body.get("input"):
        case [{"params": dict() as params, **rest}] if not rest:
            return params
    return None


def _other(params, name, kind):
    value = params.get(name)
    return value is not None and (not isinstance(value, kind) or (kind is int and isinstance(value, bool)))


def _wrong_values(params):
    found = []
    if len(params.get("prompt", "")) > 2000:
        found.append("prompt is too long")
    if params.get("duration", 6) != 6 or params.get("resolution", "720P") != "720P":
        found.append("6 seconds in 720P are all there is")
    if not params.get("callback_url", "https://").startswith(("https://", "http://")):
        found.append("callback_url is no address")
    return found
