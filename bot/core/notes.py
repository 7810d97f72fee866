"""What a job's note says in each state: a pure picture of the job, in its person's language."""

import math

from bot.core.model import Button, ButtonAction, Charge, Job, Note, Reason, State
from bot.core.texts import Say, Sentence, say


def _text(job: Job, name: Say, **values: object) -> str:
    return say(Sentence(name, {"job": job.id, **values}), job.language)


def draw(
    job: Job, *, position: int | None = None, percent: float | None = None, remaining: float | None = None
) -> Note:
    """Draw a job's note.

    Args:
        job: The job as it is now.
        position: Its number in the queue, where it waits.
        percent: How far it is, 0 to 100, where somebody knows.
        remaining: Seconds it will probably still take, where somebody knows.
    """
    if percent is not None:
        # Providers say what they like, NaN included.
        percent = min(100.0, max(0.0, percent)) if math.isfinite(percent) else None
    return Note(
        job=job.id,
        state=job.state,
        prompt=job.request.prompt,
        headline=_headline(job, position, percent, remaining),
        details=_details(job),
        percent=100.0 if job.state is State.DELIVERED else percent,
        buttons=_buttons(job),
        handle=job.handle,
    )


def deleted(job: Job) -> Note:
    """The note of a job whose clip the person removed."""
    return Note(
        job=job.id,
        state=job.state,
        prompt=job.request.prompt,
        headline=_text(job, Say.DELETED),
        details=(receipt(job),),
        handle=job.handle,
    )


def receipt(job: Job) -> str:
    """What became of the price, with the job's id: every ending has one."""
    return _charged(job, job.charge)


def _charged(job: Job, charge: Charge) -> str:
    return _text(job, (_POOL_RECEIPTS if job.pooled else _RECEIPTS)[charge], price=job.price)


_RECEIPTS = {
    Charge.NONE: Say.CHARGED_NOTHING,
    Charge.HELD: Say.HELD,
    Charge.SPENT: Say.CHARGED,
    Charge.RELEASED: Say.GIVEN_BACK,
}
_POOL_RECEIPTS = {
    Charge.NONE: Say.CHARGED_NOTHING,
    Charge.HELD: Say.HELD_POOL,
    Charge.SPENT: Say.CHARGED_POOL,
    Charge.RELEASED: Say.GIVEN_BACK_POOL,
}


def delivered_receipt(job: Job) -> str:
    """The receipt that goes out with the clip, a moment before the price is really spent."""
    return _charged(job, Charge.SPENT) if job.charge is Charge.HELD else receipt(job)


def _headline(job: Job, position: int | None, percent: float | None, remaining: float | None) -> str:
    match job.state:
        case State.QUEUED if position is not None:
            known = Say.QUEUED_AT if remaining is None else Say.QUEUED_AT_ABOUT
            return _text(job, known, position=position, seconds=remaining)
        case State.RENDERING if remaining is not None:
            return _text(job, Say.RENDERING_ABOUT, seconds=remaining)
        case State.RENDERING if percent is not None:
            return _text(job, Say.RENDERING_PERCENT, percent=round(percent))
        case state:
            return _text(job, Say(state.value), price=job.price, reason=job.reason or Reason.BUG)


def _details(job: Job) -> tuple[str, ...]:
    request = job.request
    made_of = _text(job, Say.MADE_OF, model=request.model, seconds=request.seconds, resolution=request.resolution)
    last = delivered_receipt(job) if job.state is State.DELIVERED else receipt(job)
    if job.state is State.ASKING:
        return (made_of,)
    if job.cancel_refused and not job.state.ended:
        return (made_of, _text(job, Say.CANCEL_REFUSED), last)
    if job.cancel_asked and not job.state.ended:
        return (made_of, _text(job, Say.CANCEL_ASKED), last)
    return (made_of, last)


_AFTER = (
    (ButtonAction.AGAIN, Say.BUTTON_AGAIN),
    (ButtonAction.EDIT, Say.BUTTON_EDIT),
    (ButtonAction.DELETE, Say.BUTTON_DELETE),
)


def _buttons(job: Job) -> tuple[Button, ...]:
    actions: tuple[tuple[ButtonAction, Say], ...]
    match job.state:
        case State.ASKING:
            actions = ((ButtonAction.YES, Say.BUTTON_YES), (ButtonAction.NO, Say.BUTTON_NO))
        case State.QUEUED | State.SUBMITTING | State.RENDERING if not job.cancel_asked:
            actions = ((ButtonAction.CANCEL, Say.BUTTON_CANCEL),)
        case State.DELIVERED:
            actions = _AFTER if job.community is None else (*_AFTER, (ButtonAction.REPORT, Say.BUTTON_REPORT))
        case State.UNDELIVERED:
            actions = ((ButtonAction.JOB, Say.BUTTON_JOB), (ButtonAction.AGAIN, Say.BUTTON_AGAIN))
        case State.FAILED | State.CANCELLED:
            actions = ((ButtonAction.AGAIN, Say.BUTTON_AGAIN), (ButtonAction.EDIT, Say.BUTTON_EDIT))
        case _:
            actions = ()
    return tuple(Button(action, _text(job, name), job.id) for action, name in actions)
