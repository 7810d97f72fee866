"""A job as the order that its provider gets."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from bot.core.model import FileName, Job, JobId
from bot.core.ports import Files
from providers.contract import Order, Picture


@dataclass(frozen=True, slots=True)
class Addresses:
    """How the outside world reaches us about one job; each gives None where it cannot."""

    callback: Callable[[str, JobId], str | None]
    """From a provider's name and a job to the address that carries the job's own signed token."""
    picture: Callable[[FileName], str | None]


def wire_model(job: Job) -> str:
    """The provider's own name for what the job is made with."""
    return job.offer.partition("/")[2]


def order_of(job: Job, files: Files, addresses: Addresses) -> Order:
    """Everything a provider needs to know about a job."""

    def picture(name: FileName | None) -> Picture | None:
        if name is None:
            return None
        media_type = "image/png" if name.endswith(".png") else "image/jpeg"
        return Picture(files.picture(name), media_type, addresses.picture(name))

    request = job.request
    return Order(
        reference=job.id,
        wire_model=wire_model(job),
        prompt=request.prompt,
        seconds=request.seconds,
        resolution=request.resolution,
        first_frame=picture(request.first_frame),
        last_frame=picture(request.last_frame),
    )


def missing(order: Order) -> Path | None:
    """A picture that is not there: found now, it ends the job; the paid call would put the job off again and again."""
    pictures = (order.first_frame, order.last_frame)
    return next((picture.path for picture in pictures if picture and not picture.path.exists()), None)
