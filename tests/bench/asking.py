"""How soon a finished clip is heard of: the learned schedule beside a fixed interval with as many questions.

The real schedule, without a provider or a clock: tasks of one offer begin at random moments, each is asked about when
the schedule says so, and what is heard of one is known to those that begin later.
"""

import heapq
import itertools
import math
import random
import statistics
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from bot.core.estimate import REMEMBERED, Estimate
from tests.bench.figures import Row, at_most_floors, row
from tests.bench.sizes import Sizes

NAME = "asking"
BEGIN_EVERY = 9.0
"""Seconds between two tasks on average: about a dozen are under way together."""
FIXED = 10.0
LEAST = 1.0
"""Seconds between two questions that the provider allows."""
UNCOUNTED = 300
"""Tasks at the beginning, from which the schedule learns."""


def _lognormal(chance: random.Random, _number: int) -> float:
    return chance.lognormvariate(math.log(150), 0.2)


def _bimodal(chance: random.Random, _number: int) -> float:
    return chance.gauss(60, 4) if chance.random() < 0.5 else chance.gauss(180, 10)


def _drifting(chance: random.Random, number: int) -> float:
    """A provider whose busy hours come and go within 1,500 tasks."""
    return (140 + 50 * math.sin(2 * math.pi * number / 1500)) * chance.lognormvariate(0, 0.12)


SHAPES: Mapping[str, Callable[[random.Random, int], float]] = {
    "lognormal, 150 s ± 20 %": _lognormal,
    "two humps, 60 s and 180 s": _bimodal,
    "drifting between 90 s and 190 s": _drifting,
}


@dataclass(frozen=True, slots=True)
class _Heard:
    """What became of one task."""

    lag: float
    """Seconds from ready to heard."""
    asks: int


async def measure(sizes: Sizes) -> list[Row]:
    return [_row(shape, sizes.asked) for shape in SHAPES]


def _row(shape: str, tasks: int) -> Row:
    learned, asks = _run(shape, tasks, None)
    _, usual = _run(shape, tasks, FIXED)
    # Exactly as many questions as the learned schedule asks: the last of them comes half an interval late on average.
    fixed, _ = _run(shape, tasks, FIXED * (usual - 0.5) / (asks - 0.5))
    name = f"{NAME}: {shape}: median lag of {asks:.1f} questions ({usual:.1f} every {FIXED:g} s)"
    return row(name, learned, "s", at_most_floors(1 / 3), floor=fixed)


def _run(shape: str, tasks: int, every: float | None) -> tuple[float, float]:
    """Median lag in seconds and mean number of questions, asking at a fixed interval or, if None, as was learned."""
    chance, known, heard = random.Random(shape), deque[float](maxlen=REMEMBERED), list[_Heard]()
    begins = itertools.accumulate(chance.expovariate(1 / BEGIN_EVERY) for _ in range(tasks))
    queue = [
        (begun, number, _asked_about(SHAPES[shape](chance, number), chance.random(), every, known, heard))
        for number, begun in enumerate(begins)
    ]
    heapq.heapify(queue)
    while queue:
        now, number, task = heapq.heappop(queue)
        if (pause := next(task, None)) is not None:
            heapq.heappush(queue, (now + pause, number, task))
    counted = heard[min(UNCOUNTED, tasks // 2) :]
    return statistics.median(one.lag for one in counted), statistics.mean(one.asks for one in counted)


def _asked_about(
    ready: float, chance: float, every: float | None, known: deque[float], heard: list[_Heard]
) -> Iterator[float]:
    """One task from its submit on: every pause before a question, as `Renderer` makes them."""
    estimate = Estimate.of(known, least=LEAST)
    next_ask = estimate.next_ask if every is None else lambda _: every
    unready, age, asks = 0.0, 0.0, 0
    while age < ready:
        unready = age
        yield (pause := next_ask(age))
        age, asks = age + pause, asks + 1
    known.append(unready + (age - unready) * chance)
    heard.append(_Heard(age - ready, asks))
