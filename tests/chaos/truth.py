"""After a fire every API that calls back tells of all its tasks once more, and it is known which job was told what."""

import base64
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field

import aiohttp

from tests.chaos.outside import Outside
from tests.chaos.records import Billed, Told
from tests.chaos.weather import CALL_WITHIN, call

TAKEN = frozenset({200, 204})


@dataclass
class Telling:
    """What was told, and how it was taken."""

    answers: Counter[str] = field(default_factory=Counter)
    """By status."""
    told: list[Told] = field(default_factory=list)
    """Jobs that waited for word, and whose process took it."""


async def tell_the_truth(outside: Outside, waiting: Collection[str]) -> Telling:
    """Name every task whose API calls back to its job; *waiting* are jobs that do not know theirs."""
    telling = Telling()
    async with aiohttp.ClientSession(timeout=CALL_WITHIN) as session:
        for bill in outside.billed:
            if bill.callback is not None and getattr(outside.apis[bill.provider], "greeted", {}).get(bill.task, True):
                await _tell(session, outside, bill, telling, waiting)
    return telling


async def _tell(session, outside: Outside, bill: Billed, telling: Telling, waiting: Collection[str]) -> None:
    api, job, at = outside.apis[bill.provider], job_in(bill.callback or ""), outside.course.now()
    told = {"task_id": bill.task, "status": "success", "file_id": ""}
    headers, body = api.callback(bill.task, int(at)) if hasattr(api, "secret") else (None, told)
    status = await call(session, bill.callback, headers, body)
    telling.answers[str(status)] += 1
    if status in TAKEN and job in waiting:
        telling.told.append(Told(bill.provider, bill.task, job, at))


def job_in(callback: str) -> str:
    """Whose address this is: the job stands in it, signed and not hidden."""
    signed = callback.rpartition("/")[2].partition(".")[0]
    return base64.urlsafe_b64decode(signed + "=" * (-len(signed) % 4)).decode()
