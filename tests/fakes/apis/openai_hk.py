"""openai-hk on loopback: `/vmodel/generate`, and a task under one or both of its two paths."""

from aiohttp import web

from tests.fakes.apis.server import FakeApi, OnSubmit, Phase

_WORDS = {
    Phase.QUEUED: "starting",
    Phase.RUNNING: "processing",
    Phase.DONE: "succeeded",
    Phase.FAILED: "failed",
    Phase.FAILED_CONTENT: "failed",
}
_REFUSALS = {
    OnSubmit.BUSY: (429, "Rate limit reached"),
    OnSubmit.BAD_KEY: (401, "Invalid key {key}"),
    OnSubmit.NO_BALANCE: (403, "user quota is not enough"),
    OnSubmit.BAD_CONTENT: (400, "the prompt was flagged as sensitive"),
    OnSubmit.BAD_INPUT: (422, "first_frame_image is not reachable"),
}
PARAMETERS = {"prompt", "first_frame_image", "last_frame_image"}
MODELS = {"minimax-i2v", "minimax-t2v", "minimax-i2v-director"}


class FakeOpenaiHk(FakeApi):
    def __init__(self, *, feed=True, plain=True):
        super().__init__()
        self._feed = feed
        self._plain = plain
        self.asked_paths = []

    def routes(self):
        return [
            web.post("/vmodel/generate", self.submit),
            *([web.get("/vmodel/feed/{id}", self._ask)] if self._feed else []),
            *([web.get("/vmodel/{id}", self._ask)] if self._plain else []),
        ]

    async def _ask(self, request):
        self.asked_paths.append(request.path.rpartition("/")[0])
        if request.headers.get("Content-Type") != "application/json":
            self.wrong_requests.append("every request must include Content-Type")
        return await self.poll(request)

    def new_id(self, number):
        return f"xmjmtxergdrgc0cm9sdr13f{number:03}"

    def complaints(self, body):
        put = body.get("input", {})
        first, last = put.get("first_frame_image", ""), put.get("last_frame_image", "")
        found = [] if body.get("model") in MODELS else ["unknown model"]
        if any(picture.startswith("data:") for picture in (first, last)):
            found.append("base64 is not supported")
        if ("i2v" in body.get("model", "")) != bool(first) or (last and not first):
            found.append("a picture where none belongs, or none where one is needed")
        return found + [f"unknown parameter {name}" for name in set(put) - PARAMETERS]

    def accepted(self, task):
        return web.json_response({"id": task.id})

    def progress(self, task, phase, link, word=None):
        errors = {Phase.FAILED: "prediction crashed", Phase.FAILED_CONTENT: "output flagged by content moderation"}
        return web.json_response(
            {
                "id": task.id,
                "model": task.body["model"],
                "input": task.body["input"],
                "output": link,
                "status": word or _WORDS[phase],
                "error": errors.get(phase),
            }
        )

    def refusal(self, why):
        status, message = _REFUSALS[why]
        error = {"message": message.format(key=self.key), "type": "error", "code": None}
        return web.json_response({"error": error}, status=status)

    def no_such_task(self):
        return web.json_response({"error": {"message": "not found"}}, status=404)
