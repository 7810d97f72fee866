"""Everything about one job, as `reelbot jobs show` reads to an operator."""

from bot.console.printing import moment
from bot.core.model import Charge, Clip, Job
from bot.core.texts import LANGUAGES

_CHARGES = {
    Charge.NONE: "not taken",
    Charge.HELD: "held",
    Charge.SPENT: "charged",
    Charge.RELEASED: "given back",
}


def job_sheet(job: Job) -> list[tuple[str, str]]:
    """What there is to say about the job, each line with its heading; nothing is said of what is not there."""
    lines = (
        ("job", job.id),
        ("state", _state(job)),
        ("why", LANGUAGES["en"].reasons[job.reason] if job.reason else ""),
        ("cancel", _cancel(job)),
        ("asked by", _asked_by(job)),
        ("prompt", " ".join(job.request.prompt.split())),
        ("video", _video(job)),
        ("credits", f"{job.price}, {_CHARGES[job.charge]}"),
        ("provider", _provider(job)),
        ("billed", "" if job.cost_micros is None else f"{job.cost_micros / 1e6:.4f} USD, as the provider says"),
        ("created", f"{moment(job.created_at)} UTC"),
        ("submitted", f"{moment(job.submitted_at)} UTC" if job.submitted_at else ""),
        ("deadline", "" if job.state.ended else f"{moment(job.deadline)} UTC"),
        ("clip", _clip(job.clip) if job.clip else ""),
    )
    return [(heading, words) for heading, words in lines if words]


def _state(job: Job) -> str:
    unheard = ", and the person has not heard of it yet" if job.untold else ""
    return f"{job.state} since {moment(job.changed_at)} UTC{unheard}"


def _cancel(job: Job) -> str:
    if job.cancel_refused:
        return "asked for, and too late"
    return "asked for" if job.cancel_asked else ""


def _asked_by(job: Job) -> str:
    return f"{job.user} in {job.community}" if job.community else str(job.user)


def _video(job: Job) -> str:
    request = job.request
    frames = (request.first_frame is not None) + (request.last_frame is not None)
    source = ("text", "a picture", "two pictures")[frames]
    return f"{request.model}, {request.seconds} s, {request.resolution}, from {source}"


def _provider(job: Job) -> str:
    ticket = f", task {job.ticket}" if job.ticket else ""
    attempts = f", {job.attempt} paid calls" if job.attempt > 1 else ""
    return f"{job.offer}{ticket}{attempts}"


def _clip(clip: Clip) -> str:
    return f"{clip.file}, {clip.width} x {clip.height}, {clip.seconds:.1f} s, {clip.size / 1e6:.1f} MB"
