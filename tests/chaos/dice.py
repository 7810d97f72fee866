"""What the video APIs do to us, thrown anew each time: how every fault of the fakes is weighted."""

import random
from collections import Counter

from tests.fakes.apis.server import FakeApi, OnFetch, OnPoll, OnSubmit, Phase

SUBMITS = {
    OnSubmit.TAKE: 60,
    OnSubmit.HANG_UP: 3,
    OnSubmit.CUT_SHORT: 2,
    OnSubmit.STAY_SILENT: 2,
    OnSubmit.SAY_HTML: 2,
    OnSubmit.SAY_NO_ID: 2,
    OnSubmit.FAIL_500: 2,
    OnSubmit.FAIL_502: 2,
    OnSubmit.FAIL_503: 2,
    OnSubmit.FAIL_504: 2,
    OnSubmit.BUSY: 4,
    OnSubmit.BUSY_FOR_7: 4,
    OnSubmit.BAD_KEY: 1,
    OnSubmit.NO_BALANCE: 1,
    OnSubmit.BAD_CONTENT: 1,
    OnSubmit.BAD_INPUT: 1,
}
POLLS = dict.fromkeys(OnPoll, 3) | {OnPoll.ANSWER: 60}
FETCHES = dict.fromkeys(OnFetch, 4) | {OnFetch.CLIP: 40}
ENDLESS = [Phase.QUEUED, Phase.RUNNING]
PHASES = {
    (Phase.DONE,): 4,
    (Phase.QUEUED, Phase.RUNNING, Phase.DONE): 8,
    (Phase.QUEUED, *[Phase.RUNNING] * 8, Phase.DONE): 5,
    (Phase.QUEUED, Phase.FAILED): 1,
    (Phase.RUNNING, Phase.FAILED_CONTENT): 1,
    tuple(ENDLESS): 1,
}
"""What becomes of a task, with how often."""


class Dice(list):
    """Words that come at random and never end, in the place of a fake's script."""

    def __init__(self, luck: random.Random, weights, thrown: Counter[str]):
        super().__init__(weights)
        self._luck = luck
        self._weights = list(weights.values())
        self._usual = max(weights, key=weights.get)
        self._thrown = thrown

    def pop(self, _where=0):
        word = self._luck.choices(self, self._weights)[0]
        if word is not self._usual:
            self._thrown[f"{type(word).__name__[2:].lower()} {word.name.lower().replace('_', ' ')}"] += 1
        return word

    def insert(self, where, word):
        """A loop of redirects stays one throw."""


class Fates(list):
    """What becomes of a new task."""

    def __init__(self, luck: random.Random):
        super().__init__()
        self._luck = luck

    def __iter__(self):
        return iter(self._luck.choices(list(PHASES), list(PHASES.values()))[0])


def set_loose(api: FakeApi, luck: random.Random, thrown: Counter[str]) -> None:
    """From now on everything may happen."""
    api.on_submit, api.on_poll = Dice(luck, SUBMITS, thrown), Dice(luck, POLLS, thrown)
    api.on_fetch, api.phases = Dice(luck, FETCHES, thrown), Fates(luck)


def tame(api: FakeApi) -> None:
    """From now on it behaves; what was never to end does not end."""
    api.on_submit, api.on_poll, api.on_fetch = [OnSubmit.TAKE], [OnPoll.ANSWER], [OnFetch.CLIP]
    api.phases = [Phase.QUEUED, Phase.RUNNING, Phase.DONE]
    for task in api.tasks.values():
        task.phases = task.phases[-1:]
    answer_late(api)


def answer_late(api: FakeApi) -> None:
    """Whoever was left without an answer gets it now."""
    silence, api._silence = api._silence, type(api._silence)()
    silence.set()
