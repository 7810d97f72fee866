"""Picks the task that a lost call has made out of MiniMax's list of tasks, or says that nobody can tell.

Tasks of MiniMax's second contract carry no reference of ours (MiniMax, "List Tasks", 2026), so only model, size,
length and time can speak for one. Adopting somebody else's task would show one person what another asked for:
whatever leaves a doubt is no find.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from providers.contract import LostCall, Order
from providers.errors import UnexpectedReply
from providers.http import Reply
from providers.reading import code, dig, text

BEFORE = timedelta(seconds=5)
"""How far MiniMax's clock may be behind ours."""
AFTER = timedelta(seconds=180)
"""How long after its beginning a call may still have made its task."""
GENERATION = "generation"
_LISTS = ("items", "tasks", "task_list", "data")
"""`items` is what is documented; the others stand for servers that imitate this contract."""


@dataclass(frozen=True, slots=True)
class Listed:
    """One task of the list, as far as it can be told apart."""

    id: str
    model: str
    resolution: str
    seconds: int | None
    created_at: int
    """Unix time in seconds, by MiniMax's clock."""
    prompt: str = ""
    """What it was asked for, where the list repeats it; the documented one does not."""
    kind: str = GENERATION
    """Enlarging an older clip makes a task too, of another kind."""


def listed(reply: Reply) -> tuple[Listed, ...]:
    """The tasks on one page of the list.

    Raises:
        UnexpectedReply: Not a list, or a task without id or time: nothing can be concluded from it.
    """
    entries = next((found for name in _LISTS if isinstance(found := dig(reply.body, name), list)), None)
    if entries is None:
        raise UnexpectedReply("a list of tasks without tasks", raw=reply.excerpt)
    return tuple(_read(dig(entry, "task") or entry, reply) for entry in entries)


def _read(task: object, reply: Reply) -> Listed:
    named, created_at = text(dig(task, "id")) or text(dig(task, "task_id")), code(dig(task, "created_at"))
    if not named or created_at is None:
        raise UnexpectedReply("a listed task without id or time", raw=reply.excerpt)
    return Listed(
        id=named,
        model=text(dig(task, "model")),
        resolution=text(dig(task, "resolution")),
        seconds=code(dig(task, "duration")),
        created_at=created_at,
        prompt=text(dig(task, "prompt")) or _asked(dig(task, "content")),
        kind=text(dig(task, "task_type")) or GENERATION,
    )


def _asked(content: object) -> str:
    """The text of a request's content; a result's content is no list."""
    parts = content if isinstance(content, list) else []
    return next((words for part in parts if (words := text(dig(part, "text")))), "")


def before(task: Listed, lost: LostCall) -> bool:
    """Whether it was made before the lost call can have made anything."""
    return task.created_at < (lost.begun_at - BEFORE).timestamp()


def pick(tasks: Sequence[Listed], lost: LostCall) -> str | None:
    """The id of the one task that the lost call must have made; None if there is none yet.

    Raises:
        UnexpectedReply: More than one task could be it.
    """
    latest = (lost.begun_at + AFTER).timestamp()
    fitting = {
        task.id
        for task in tasks
        if task.id not in lost.others
        and not before(task, lost)
        and task.created_at <= latest
        and _fits(task, lost.order)
    }
    if len(fitting) > 1:
        raise UnexpectedReply(f"{len(fitting)} tasks could be the lost one", raw=" ".join(sorted(fitting)))
    return fitting.pop() if fitting else None


def _fits(task: Listed, order: Order) -> bool:
    same = (task.model, task.resolution.upper(), task.seconds) == (order.wire_model, order.resolution, order.seconds)
    return same and task.kind == GENERATION and task.prompt in {"", order.prompt.strip()}
