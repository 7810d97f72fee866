"""AI/ML API on loopback: two paths with field names of their own, a task known only where it was made."""

from aiohttp import web

from tests.fakes.apis.server import FakeApi, OnSubmit, Phase

FIRST_PATH = "/v2/generate/video/minimax/generation"
PATH = "/v2/video/generations"
_HAILUO = {"duration": {6, 10}, "resolution": {"768P", "1080P"}, "enhance_prompt": {True, False}}
_PICTURE = "picture"
FIELDS = {
    (FIRST_PATH, "video-01"): {"first_frame_image": _PICTURE, "prompt_optimizer": {True, False}},
    (PATH, "video-01-live2d"): {"image_url": _PICTURE, "enhance_prompt": {True, False}},
    (PATH, "minimax/hailuo-02"): {"image_url": _PICTURE, "last_image_url": _PICTURE, **_HAILUO},
    (PATH, "minimax/hailuo-2.3"): {"image_url": _PICTURE, **_HAILUO},
    (PATH, "minimax/hailuo-2.3-fast"): {"image_url": _PICTURE, **_HAILUO},
    (PATH, "minimax/h3"): {
        "image_url": _PICTURE,
        "last_image_url": _PICTURE,
        "duration": set(range(4, 16)),
        "resolution": {"2K"},
        "ratio": {"adaptive", "21:9", "16:9", "4:3", "1:1", "3:4", "9:16"},
    },
}
"""Path and model to the optional fields and what each may be."""
NEEDS_PICTURE = {"video-01-live2d", "minimax/hailuo-2.3-fast"}
SCHEMA_WORDS = {Phase.QUEUED: "queued", Phase.RUNNING: "generating", Phase.FAILED: "error"}
SAMPLE_WORDS = {Phase.QUEUED: "waiting", Phase.RUNNING: "active", Phase.FAILED: "failed"}
_ERRORS = {
    Phase.FAILED: {"name": "InternalError", "message": "The generation failed"},
    Phase.FAILED_CONTENT: {"name": "Error", "message": "output new_sensitive (1027)"},
}
_REFUSALS = {
    OnSubmit.BUSY: ("429", "Too Many Requests"),
    OnSubmit.BAD_KEY: (401, "This request requires a valid API key, not {key}."),
    OnSubmit.NO_BALANCE: (403, "You've run out of credits. Please top up your balance to continue."),
    OnSubmit.BAD_CONTENT: (400, "The prompt was rejected by moderation"),
    OnSubmit.BAD_INPUT: ("400", "Body validation error\nInvalid enum value. Expected 6 | 10, received 7"),
}


class FakeAimlapi(FakeApi):
    """Bodies are kept with the path they came on, as `path`."""

    def __init__(self, *, words=SCHEMA_WORDS, id_name="generation_id"):
        super().__init__()
        self.words = words
        self.id_name = id_name
        self.asked_paths = []
        self.answer_without_id = {"status": "queued", "meta": None}

    def routes(self):
        return [make(path, verb) for path in (FIRST_PATH, PATH) for make, verb in self._verbs()]

    def _verbs(self):
        return (web.post, self.submit), (web.get, self._ask)

    async def _ask(self, request):
        self.asked_paths.append(request.path)
        if set(":/") & set(request.raw_path.partition("?")[2]):
            self.wrong_requests.append("the id is not escaped")
        return await self.poll(request)

    async def poll_task(self, request, id):
        task = self.tasks.get(id)
        elsewhere = task is not None and task.body["path"] != request.path
        return self.no_such_task() if elsewhere else await super().poll_task(request, id)

    def asked_id(self, request):
        return request.query.get("generation_id", "")

    async def read_body(self, request):
        return await request.json() | {"path": request.path}

    def new_id(self, number):
        return f"34986501716{number:04}:minimax/hailuo-2.3"

    def complaints(self, body):
        model, prompt = body.get("model"), body.get("prompt")
        fields = FIELDS.get((body["path"], model))
        if fields is None:
            return [f"no model {model} at {body['path']}"]
        given = {name: value for name, value in body.items() if name not in {"path", "model", "prompt"}}
        found = [f"{name} may not be so" for name, value in given.items() if not _allowed(fields.get(name), value)]
        if not prompt or len(prompt) > (7000 if model == "minimax/h3" else 2000):
            found.append("prompt is required and has a longest length")
        if model in NEEDS_PICTURE and "image_url" not in given:
            found.append("image_url is required")
        if given.get("resolution") == "1080P" and given.get("duration") == 10:
            found.append("1080P lasts 6 seconds")
        return found

    def accepted(self, task):
        answer = {self.id_name: task.id, "status": "queued"}
        if task.body["path"] == PATH:
            answer["meta"] = {"usage": {"credits_used": 588000}}
        return web.json_response(answer, status=201)

    def without_id(self):
        return web.json_response(self.answer_without_id)

    def progress(self, task, phase, link, word=None):
        words = self.words | {Phase.DONE: "completed", Phase.FAILED_CONTENT: self.words[Phase.FAILED]}
        answer = {"id": task.id, "status": word or words[phase], "error": _ERRORS.get(phase), "video": None}
        if phase is Phase.DONE:
            answer["video"] = {"url": link} if link else None
            answer["meta"] = {"usage": {"credits_used": 588000, "usd_spent": 0.294}}
        return web.json_response(answer)

    def refusal(self, why):
        status, message = _REFUSALS[why]
        return self._error(status, message.format(key=self.key))

    def no_such_task(self):
        return self._error(404, "Generation not found")

    def _error(self, status, message):
        told = {"message": message, "path": PATH, "requestId": "798b860e", "statusCode": status}
        return web.json_response(told | {"timestamp": "2025-03-11T07:13:27.813Z"}, status=int(status))


def _allowed(rule, value):
    if rule is _PICTURE:
        return value.startswith(("https://", "data:image/jpeg;base64,", "data:image/png;base64,"))
    return rule is not None and value in rule
