"""MiniMax's v1 on loopback: 200 for nearly everything, `base_resp` in it, files by an id of their own, callbacks."""

from dataclasses import dataclass
from enum import Enum, auto

import aiohttp
from aiohttp import web

from tests.fakes.apis.server import HTML, FakeApi, OnSubmit, Phase

_WORDS = {
    Phase.QUEUED: "Queueing",
    Phase.RUNNING: "Processing",
    Phase.DONE: "Success",
    Phase.FAILED: "Fail",
    Phase.FAILED_CONTENT: "Fail",
}
_CALLBACK_WORDS = {Phase.RUNNING: "processing", Phase.DONE: "success", Phase.FAILED: "failed"}
_REFUSALS = {
    OnSubmit.BUSY: (
        (1002, "rate limit exceeded(RPM)"),
        (1039, "token limit"),
        (1041, "conn limit"),
        (2045, "rate growth limit"),
    ),
    OnSubmit.BAD_KEY: (
        (1004, "login fail: the key {key} is not authorized"),
        (2038, "real-name verification is needed"),
        (2049, "invalid api key"),
        (2061, "your current token plan not support model"),
    ),
    OnSubmit.NO_BALANCE: (
        (1008, "insufficient balance"),
        (1028, "plan quota exhausted"),
        (1030, "plan quota exhausted"),
        (2056, "usage limit exceeded"),
    ),
    OnSubmit.BAD_CONTENT: ((1026, "input new_sensitive"),),
    OnSubmit.BAD_INPUT: ((2013, "invalid params"), (1042, "invisible character ratio limit")),
}
_TROUBLES = (
    (1000, "unknown error"),
    (1001, "request timeout"),
    (1013, "internal service error"),
    (1024, "internal error"),
    (1033, "system error"),
)
VERDICTS = {
    Phase.FAILED: (*_TROUBLES, (1042, "invisible character ratio limit"), (2013, "invalid params")),
    Phase.FAILED_CONTENT: ((1027, "output new_sensitive"), (1026, "input new_sensitive")),
}
"""What a task that has failed says of itself. Every code of the documents stands in one of these three."""
_HAILUO = {("768P", 6), ("768P", 10), ("1080P", 6)}


@dataclass(frozen=True)
class Rules:
    """What the documents say of one model; without sizes, it takes neither length nor resolution."""

    first: bool = False
    """A first frame is needed."""
    text: bool = False
    """It may be left out."""
    last: bool = False
    subject: bool = False
    sizes: frozenset = frozenset()
    sizes_with_first_alone: frozenset = frozenset()


MODELS = {
    "MiniMax-Hailuo-2.3": Rules(text=True, first=True, sizes=frozenset(_HAILUO)),
    "MiniMax-Hailuo-2.3-Fast": Rules(first=True, sizes=frozenset(_HAILUO)),
    "MiniMax-Hailuo-02": Rules(
        text=True,
        first=True,
        last=True,
        sizes=frozenset(_HAILUO),
        sizes_with_first_alone=frozenset({("512P", 6), ("512P", 10)}),
    ),
    "T2V-01-Director": Rules(text=True),
    "T2V-01": Rules(text=True),
    "I2V-01-Director": Rules(first=True),
    "I2V-01-live": Rules(first=True),
    "I2V-01": Rules(first=True),
    "S2V-01": Rules(subject=True),
}
KNOWN = {
    "model",
    "prompt",
    "prompt_optimizer",
    "fast_pretreatment",
    "duration",
    "resolution",
    "first_frame_image",
    "subject_reference",
    "aigc_watermark",
}


class OnFile(Enum):
    """What happens to a question about a file."""

    ANSWER = auto()
    NO_LINK = auto()
    SPARE_LINK = auto()  # only `backup_download_url`
    UNKNOWN = auto()  # 2013, as if the file had never been
    SENSITIVE = auto()  # 1027, and the task has failed for good
    BAD_KEY = auto()
    FAIL_500 = auto()


class FakeMinimaxV1(FakeApi):
    def __init__(
        self,
        *,
        prefix="",
        last_frame_keys=("last_frame_image",),
        callback_keys=("callback_url",),
        models=tuple(MODELS),
        ids_are_numbers=False,
    ):
        super().__init__()
        self.prefix = prefix
        self._last_frame_keys = last_frame_keys
        self._callback_keys = callback_keys
        self._models = models
        self.ids_are_numbers = ids_are_numbers
        self.on_file = [OnFile.ANSWER]
        """One word a question; the last one stays."""
        self.files_asked = []
        self.greeted = {}
        """By task: whether the address to call back gave the challenge back. If not, it is never called again."""

    def routes(self):
        return [
            web.post(f"{self.prefix}/v1/video_generation", self.submit),
            web.get(f"{self.prefix}/v1/query/video_generation", self.poll),
            web.get(f"{self.prefix}/v1/files/retrieve", self.retrieve),
        ]

    def new_id(self, number):
        return f"10691611221{number:04}"

    # ---------------------------------------------------------------------------------- submits

    def complaints(self, body):
        rules = MODELS.get(body.get("model")) if body.get("model") in self._models else None
        if rules is None:
            return [f"unknown model {body.get('model')}"]
        known = KNOWN | set(self._last_frame_keys) | set(self._callback_keys)
        found = [f"unknown parameter {name}" for name in sorted(set(body) - known)]
        return found + self._wrong_prompt(body) + self._wrong_pictures(body, rules) + self._wrong_size(body, rules)

    def _wrong_prompt(self, body):
        prompt = body.get("prompt")
        if not isinstance(prompt, str) or len(prompt) > 2000:
            return ["a prompt is text of at most 2000 characters"]
        return [] if prompt or "first_frame_image" in body else ["a prompt is needed"]

    def _wrong_pictures(self, body, rules):
        first, last = body.get("first_frame_image"), self._last(body)
        found = [
            "a picture is an address or a data URL"
            for picture in (first, last)
            if picture is not None and not picture.startswith(("https://", "http://", "data:image/"))
        ]
        if (first is None and not rules.text and not rules.subject) or (first is not None and not rules.first):
            found.append("a first frame where none belongs, or none where one is needed")
        if last is not None and (first is None or not rules.last):
            found.append("a last frame where none belongs")
        return found + self._wrong_subject(body, rules)

    def _wrong_subject(self, body, rules):
        match body.get("subject_reference"):
            case None:
                return ["a subject is needed"] if rules.subject else []
            case [{"type": "character", "image": [str()]}] if rules.subject:
                return []
            case _:
                return ["no subject, or not exactly one with one picture"]

    def _wrong_size(self, body, rules):
        if not rules.sizes:
            return [f"{name} is not taken" for name in ("duration", "resolution") if name in body]
        allowed = set(rules.sizes)
        if "first_frame_image" in body and self._last(body) is None:
            allowed |= rules.sizes_with_first_alone
        size = (body.get("resolution", "768P"), body.get("duration", 6))
        return [] if size in allowed else [f"no such size {size}"]

    def _last(self, body):
        return next((body[key] for key in self._last_frame_keys if key in body), None)

    def accepted(self, task):
        return self.answer(0, "success", task_id=self._id(task))

    def without_id(self):
        return self.answer(0, "success", task_id="")

    def refusal(self, why):
        """Some of a question look as if the task had failed; they speak of the account all the same."""
        code, message = self.choose(_REFUSALS[why])
        besides = self.choose(({}, {"status": "Fail", "file_id": ""}))
        return self.answer(code, message.format(key=self.key), task_id="", **besides)

    def trouble(self):
        return self.answer(*self.choose(_TROUBLES), task_id="")

    def answer(self, code, message, **rest):
        return web.json_response(rest | {"base_resp": {"status_code": code, "status_msg": message}})

    def _id(self, task):
        return int(task.id) if self.ids_are_numbers else task.id

    # ---------------------------------------------------------------------------------- questions

    def progress(self, task, phase, link, word=None):
        code, message = self.choose(VERDICTS[phase]) if phase in VERDICTS else (0, "success")
        file_id = "" if link is None else self._file_id(task)
        return self.answer(
            code,
            message,
            task_id=self._id(task),
            status=word or _WORDS[phase],
            file_id=int(file_id) if file_id and self.ids_are_numbers else file_id,
            video_width=1366,
            video_height=768,
        )

    def no_such_task(self):
        return self.answer(2013, "invalid params, task_id not found", task_id="", status="", file_id="")

    def _file_id(self, task):
        return f"{task.id}77"

    async def retrieve(self, request):
        if not self._key_holds(request):
            return self.refusal(OnSubmit.BAD_KEY)
        file_id = request.query.get("file_id", "")
        self.files_asked.append(file_id)
        task = self.tasks.get(file_id.removesuffix("77"))
        why = self.on_file.pop(0) if len(self.on_file) > 1 else self.on_file[0]
        if task is None or why is OnFile.UNKNOWN:
            return self.answer(2013, "invalid params, file_id not found")
        return self._file_answer(task, why)

    def _file_answer(self, task, why):
        if why is OnFile.FAIL_500:
            return web.Response(status=500, text=HTML, content_type="text/html")
        if why is OnFile.BAD_KEY:
            return self.refusal(OnSubmit.BAD_KEY)
        if why is OnFile.SENSITIVE:
            # What may not be shown is not there the next time either.
            task.phases = [Phase.FAILED_CONTENT]
            return self.answer(1027, "output new_sensitive")
        return self.answer(0, "success", file=self.file(task, why))

    def file(self, task, why=OnFile.ANSWER):
        """A file as the documents describe it: its id is a number here, its size may be 0."""
        links = {OnFile.ANSWER: "download_url", OnFile.SPARE_LINK: "backup_download_url"}
        return {
            "file_id": int(self._file_id(task)),
            "bytes": 0,
            "created_at": 1700469398,
            "filename": "output_aigc.mp4",
            "purpose": "video_generation",
            "download_url": "",
        } | ({links[why]: self.link(task)} if why in links else {})

    # ---------------------------------------------------------------------------------- callbacks

    def callback_in(self, body):
        return next((body[key] for key in self._callback_keys if key in body), None)

    async def _answer_to(self, request, task, why):
        if task.callback_url is not None:
            challenge = {"challenge": f"c-{task.id}"}
            self.greeted[task.id] = await self._told(task, challenge) == challenge
        return await super()._answer_to(request, task, why)

    async def call_back(self, task, phase):
        """Tell of a new status, in lower case, if the address was greeted. Unsigned, as the real ones are."""
        assert self.greeted[task.id], "an address that did not give the challenge back is not called"
        file_id = self._file_id(task) if phase is Phase.DONE else ""
        base_resp = {"status_code": 0, "status_msg": "success"}
        word = _CALLBACK_WORDS[phase]
        await self._told(task, {"task_id": self._id(task), "status": word, "file_id": file_id, "base_resp": base_resp})

    async def _told(self, task, body):
        """What the address answers within the three seconds that it has; None if that is nothing readable."""
        try:
            async with (
                aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=3)) as session,
                session.post(task.callback_url, json=body) as response,
            ):
                return await response.json() if response.status == 200 else None
        except (aiohttp.ClientError, TimeoutError, ValueError):
            return None
