"""MiniMax itself on loopback: both contracts on one key, each with the words and the tasks of its own."""

from contextvars import ContextVar

from aiohttp import web

from tests.fakes.apis import minimax_v2 as words
from tests.fakes.apis.minimax_v1 import FakeMinimaxV1
from tests.fakes.apis.server import HTML, OnPoll, OnSubmit, Phase, _next

_second = ContextVar("_second", default=False)
"""Whether the request that is being answered speaks the second contract."""
_LIST_PARAMETERS = {"page_num", "page_size", "filter.status", "filter.task_ids", "filter.model", "filter.task_type"}


class FakeMinimax(FakeMinimaxV1):
    def __init__(self):
        super().__init__()
        self.now = 1785225940
        """What its clock says: seconds since 1970."""
        self.created = {}
        self.answered = {}
        """By task: the phase that its last question was answered with, which a cancellation goes by."""
        self.cancelled = set()
        self.deletions = []
        """Ids that a DELETE named, whatever came of it."""
        self.on_list = [OnPoll.ANSWER]
        self.pages_asked = []

    def routes(self):
        second = [
            web.post("/v2/video_generation", self.submit),
            web.get("/v2/query/video_generation", self.list_tasks),
            web.get("/v2/query/video_generation/{id}", self.poll),
            web.delete("/v2/video_generation/{id}", self.delete),
        ]
        return [_spoken(route, second=False) for route in super().routes()] + [
            _spoken(route, second=True) for route in second
        ]

    # ---------------------------------------------------------------------------------- both, each its own way

    def complaints(self, body):
        return words.complaints(body) if _second.get() else super().complaints(body)

    def accepted(self, task):
        return web.json_response({"task_id": task.id}) if _is_second(task) else super().accepted(task)

    def without_id(self):
        return web.json_response({}) if _second.get() else super().without_id()

    def refusal(self, why):
        return words.refusal(why, self.key) if _second.get() else super().refusal(why)

    def no_such_task(self):
        return words.no_such_task() if _second.get() else super().no_such_task()

    def trouble(self):
        return words.error(*self.choose(words.TROUBLES)) if _second.get() else super().trouble()

    async def poll_task(self, request, id):
        task = self.tasks.get(id)
        if task is not None and _is_second(task) is not _second.get():
            return self.no_such_task()
        return await super().poll_task(request, id)

    def progress(self, task, phase, link, word=None):
        if not _is_second(task):
            return super().progress(task, phase, link, word)
        self.answered[task.id] = phase
        return web.json_response({"task": self._object(task, phase, link, word)})

    async def call_back(self, task, phase):
        if not _is_second(task):
            await super().call_back(task, phase)
            return
        assert self.greeted[task.id], "an address that did not give the challenge back is not called"
        await self._told(task, {"task": self._object(task, phase)})

    # ---------------------------------------------------------------------------------- the second alone

    async def list_tasks(self, request):
        """Newest first."""
        why = _next(self.on_list)
        if not self._key_holds(request):
            return self.refusal(OnSubmit.BAD_KEY)
        if why is OnPoll.FAIL_500:
            return web.Response(status=500, text=HTML, content_type="text/html")
        if why is OnPoll.SAY_HTML:
            return web.Response(text=HTML, content_type="text/html")
        if why is not OnPoll.ANSWER:
            return self.refusal(OnSubmit[why.name])
        self.wrong_requests += [f"unknown parameter {name}" for name in set(request.query) - _LIST_PARAMETERS]
        return self._page(request.query)

    def _page(self, query):
        number, size = int(query.get("page_num", "1")), int(query.get("page_size", "20"))
        self.pages_asked.append(number)
        found = [task for task in reversed(self.tasks.values()) if _is_second(task)]
        found = [task for task in found if query.get("filter.model") in {None, task.body["model"]}]
        page = [self._listed(task) for task in found[(number - 1) * size : number * size]]
        return web.json_response({"items": page, "total": len(found)})

    def _listed(self, task):
        phase = self.answered.get(task.id, task.phase)
        return self._object(task, phase, self.link(task) if phase is Phase.DONE else None)

    async def delete(self, request):
        """Cancel a task that waits, delete the record of one that is over, refuse for one that is under way."""
        if not self._key_holds(request):
            return self.refusal(OnSubmit.BAD_KEY)
        task = self.tasks.get(self.asked_id(request))
        self.deletions.append(self.asked_id(request))
        if task is None:
            return self.no_such_task()
        phase = self.answered.get(task.id, task.phase)
        if phase is Phase.RUNNING or task.id in self.cancelled:
            return words.error(400, "bad_request_error", "invalid params, not allowed in this status (2013)")
        if phase is Phase.QUEUED:
            self.cancelled.add(task.id)
            return web.json_response({"task_id": task.id, "action": "cancelled", "status": "cancelled"})
        del self.tasks[task.id]
        return web.json_response({"task_id": task.id, "action": "deleted", "status": "deleted"})

    def _take(self, body):
        task = super()._take(body)
        self.created[task.id] = self.now
        return task

    def _object(self, task, phase, link=None, word=None):
        word = "cancelled" if task.id in self.cancelled else word
        error = self.choose(words.ERRORS[phase]) if phase in words.ERRORS else None
        return words.task_object(task, phase, self.created[task.id], link=link, word=word, error=error)


def _spoken(route, *, second):
    async def handler(request):
        _second.set(second)
        return await route.handler(request)

    return web.RouteDef(route.method, route.path, handler, route.kwargs)


def _is_second(task):
    return "content" in task.body
