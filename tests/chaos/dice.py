"""What the video APIs do to us, thrown anew each time: how every fault of the fakes is weighted.

Which of its own codes and words an API takes for a fault is thrown too (`FakeApi.choose`). What becomes of a whole API
stands in `spells.py`, what becomes of links, results and the APIs' ways in `weather.py`.
"""

import random
from collections import Counter

from tests.fakes.apis.minimax_v1 import OnFile
from tests.fakes.apis.server import FakeApi, OnFetch, OnPoll, OnSubmit, Phase

SUBMITS = {
    OnSubmit.TAKE: 60,
    OnSubmit.HANG_UP: 3,
    OnSubmit.CUT_SHORT: 2,
    OnSubmit.STAY_SILENT: 1,
    OnSubmit.SAY_HTML: 2,
    OnSubmit.SAY_NO_ID: 2,
    OnSubmit.FAIL_500: 1,
    OnSubmit.FAIL_502: 1,
    OnSubmit.FAIL_503: 1,
    OnSubmit.FAIL_504: 1,
    OnSubmit.FAIL_524: 1,
    OnSubmit.FAIL_408: 0.5,
    OnSubmit.FAIL_409: 0.5,
    OnSubmit.TROUBLE: 1,
    OnSubmit.UNPAID_CUT: 1,
    OnSubmit.UNPAID_500: 0.5,
    OnSubmit.UNPAID_502: 0.5,
    OnSubmit.UNPAID_503: 0.5,
    OnSubmit.UNPAID_504: 0.5,
    OnSubmit.UNPAID_524: 0.5,
    OnSubmit.UNPAID_408: 0.3,
    OnSubmit.UNPAID_409: 0.3,
    OnSubmit.UNPAID_TROUBLE: 1,
    OnSubmit.MOVED_301: 0.15,
    OnSubmit.MOVED_308: 0.15,
    OnSubmit.WALLED_OFF_403: 0.15,
    OnSubmit.NOT_HERE_404: 0.15,
    OnSubmit.NOT_HERE_405: 0.15,
    OnSubmit.TOO_LARGE_413: 0.5,
    OnSubmit.STRANGE_415: 0.3,
    OnSubmit.EARLY_413: 0.3,
    OnSubmit.EARLY_BUSY: 1,
    OnSubmit.EARLY_CUT: 1,
    OnSubmit.BUSY: 4,
    OnSubmit.BUSY_FOR_7: 3,
    OnSubmit.BAD_KEY: 1,
    OnSubmit.NO_BALANCE: 1,
    OnSubmit.BAD_CONTENT: 1,
    OnSubmit.BAD_INPUT: 1,
}
"""A silent one keeps its job for 100 s, and what is refused for the account closes a whole provider for a while."""
POLLS = dict.fromkeys(OnPoll, 2) | {OnPoll.ANSWER: 60, OnPoll.STAY_SILENT: 0.3, OnPoll.NO_BALANCE: 0.5}
"""A silent one costs 25 s, or as long as it takes until the silence is ended."""
FETCHES = dict.fromkeys(OnFetch, 4) | {
    OnFetch.CLIP: 40, OnFetch.REDIRECT_LOOP: 2, OnFetch.SLOW: 2, OnFetch.EMPTY: 2, OnFetch.HUGE: 0.05,
}  # fmt: skip
"""A huge one is two gigabytes that this machine has to send and to throw away."""
FILES = dict.fromkeys(OnFile, 2) | {OnFile.ANSWER: 60, OnFile.SPARE_LINK: 6, OnFile.SENSITIVE: 0.5}
LISTS = {OnPoll.ANSWER: 30, OnPoll.FAIL_500: 3, OnPoll.SAY_HTML: 3, OnPoll.BUSY: 3, OnPoll.BAD_KEY: 1}
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


DUE_AFTER = 20
"""Throws for each word of a kind, after which a word that never came is due."""


class Dice(list):
    """Words that come at random and never end, in the place of a fake's script.

    What is rare comes once all the same, if only the run is long enough: several dice share what was *thrown*.
    """

    def __init__(self, luck: random.Random, weights, thrown: Counter[str]):
        super().__init__(weights)
        self._luck = luck
        self._weights = list(weights.values())
        self._usual = max(weights, key=weights.get)
        self._thrown = thrown

    def pop(self, _where=0):
        word = self._due() or self._luck.choices(self, self._weights)[0]
        self._thrown[f"{_kind(word)} in all"] += 1
        if word is not self._usual:
            self._thrown[name_of(word)] += 1
        return word

    def _due(self):
        if self._thrown[f"{_kind(self._usual)} in all"] < DUE_AFTER * len(self):
            return None
        return next((word for word in self if word is not self._usual and not self._thrown[name_of(word)]), None)


def _kind(word) -> str:
    return type(word).__name__[2:].lower()


def name_of(word) -> str:
    """How a fault is counted."""
    return f"{_kind(word)} {word.name.lower().replace('_', ' ')}"


def names() -> list[str]:
    """Of every fault that there is."""
    tables = (SUBMITS, POLLS, FETCHES, FILES)
    return [name_of(word) for table in tables for word in table if word is not max(table, key=table.get)]


class Fates(list):
    """What becomes of a new task."""

    def __init__(self, luck: random.Random):
        super().__init__()
        self._luck = luck

    def __iter__(self):
        return iter(self._luck.choices(list(PHASES), list(PHASES.values()))[0])


def set_loose(api: FakeApi, luck: random.Random, thrown: Counter[str]) -> None:
    """From now on everything may happen, said in each way that the API has for it."""
    api.choose = luck.choice
    api.on_submit, api.on_poll = Dice(luck, SUBMITS, thrown), Dice(luck, POLLS, thrown)
    api.on_fetch, api.phases = Dice(luck, FETCHES, thrown), Fates(luck)
    if hasattr(api, "on_file"):
        api.on_file = Dice(luck, FILES, thrown)
    if hasattr(api, "on_list"):
        api.on_list = Dice(luck, LISTS, thrown)


def tame(api: FakeApi) -> None:
    """From now on it behaves; what was never to end does not end."""
    api.on_submit, api.on_poll, api.on_fetch = [OnSubmit.TAKE], [OnPoll.ANSWER], [OnFetch.CLIP]
    api.on_file = [OnFile.ANSWER]
    api.on_list = [OnPoll.ANSWER]
    api.phases = [Phase.QUEUED, Phase.RUNNING, Phase.DONE]
    for task in api.tasks.values():
        task.phases = task.phases[-1:]
    api.end_silence()
