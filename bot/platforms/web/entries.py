"""What an entry of the conversation holds: as it is stored, and as the page gets it."""

from collections.abc import Callable

from pydantic import BaseModel, ConfigDict

from bot.core.model import Button, ButtonAction, Clip, FileName, JobId, Message, Note, Reply, State

SAID, REPLY, NOTE = "said", "reply", "note"

ClipLink = Callable[[FileName], str]
"""Makes a link to a clip or thumbnail. Links expire, so they are made whenever an entry is read, and never stored."""


class _Stored(BaseModel):
    """Whatever an older or newer version wrote beside our fields is passed over."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class StoredButton(_Stored):
    """A button under a reply or note."""

    action: ButtonAction
    label: str
    job: str

    @classmethod
    def of(cls, button: Button) -> "StoredButton":
        return cls(action=button.action, label=button.label, job=button.job)


class StoredClip(_Stored):
    """A clip by the names of its files; `size` is in bytes."""

    file: str
    width: int
    height: int
    seconds: float
    size: int
    thumbnail: str | None = None

    @classmethod
    def of(cls, clip: Clip) -> "StoredClip":
        return cls(
            file=clip.file,
            width=clip.width,
            height=clip.height,
            seconds=clip.seconds,
            size=clip.size,
            thumbnail=clip.thumbnail,
        )


class Said(_Stored):
    """What the person said; `key` is the page's own id of it, `pictures` are the names of their files."""

    key: str
    text: str
    pictures: tuple[str, ...] = ()


class Answer(_Stored):
    """What we answered to the message or click with this `key`; an empty `key` is not to be found by it again."""

    key: str
    text: str
    job: str | None = None
    accepted: bool = False
    buttons: tuple[StoredButton, ...] = ()
    compose: str | None = None

    @classmethod
    def of(cls, reply: Reply, key: str) -> "Answer":
        return cls(
            # Neither paper nor picture is kept here: asked for again under the same key, they have to be made again.
            key=key if reply.paper is None and reply.picture is None else "",
            text="" if reply.in_note else reply.text,
            job=reply.job,
            accepted=reply.accepted,
            buttons=tuple(map(StoredButton.of, reply.buttons)),
            compose=reply.compose,
        )


class StoredNote(_Stored):
    """A job's note, and its clip once there is one."""

    state: State
    prompt: str
    headline: str
    details: tuple[str, ...] = ()
    percent: float | None = None
    buttons: tuple[StoredButton, ...] = ()
    clip: StoredClip | None = None

    @classmethod
    def of(cls, note: Note, clip: StoredClip | None) -> "StoredNote":
        return cls(
            state=note.state,
            prompt=note.prompt,
            headline=note.headline,
            details=note.details,
            percent=note.percent,
            buttons=tuple(map(StoredButton.of, note.buttons)),
            clip=clip,
        )


Body = Said | Answer | StoredNote
_BODIES: dict[str, type[Said] | type[Answer] | type[StoredNote]] = {SAID: Said, REPLY: Answer, NOTE: StoredNote}


def body_of(message: Message) -> Body:
    """Read a stored entry."""
    return _BODIES[message.kind].model_validate_json(message.body)


def keeps_clip(note: Note) -> bool:
    """Whether a clip that was posted stays under this note.

    A delivered note without buttons is what remains of a clip that its owner deleted.
    """
    if note.state is State.DELIVERED:
        return bool(note.buttons)
    return note.state not in {State.CANCELLED, State.FAILED}


def drawn(message: Message, body: Body, clip_link: ClipLink) -> dict[str, object]:
    """An entry as the page gets it, with fresh links."""
    entry: dict[str, object] = {
        "id": message.id,
        "kind": message.kind,
        "at": message.at.isoformat(),
        **body.model_dump(mode="json", exclude={"clip", "compose"}),
    }
    if isinstance(body, StoredNote):
        entry |= {
            "job": message.job,
            "ended": body.state.ended,
            "clip": _drawn_clip(body.clip, clip_link) if body.clip is not None else None,
        }
    return entry


def _drawn_clip(clip: StoredClip, clip_link: ClipLink) -> dict[str, object]:
    url = clip_link(FileName(clip.file))
    return {
        "url": url,
        "download": f"{url}?download=1",
        "thumbnail": clip_link(FileName(clip.thumbnail)) if clip.thumbnail else None,
        **clip.model_dump(mode="json", include={"width", "height", "seconds", "size"}),
    }


def topic(message_id: int) -> str:
    """What an entry is called on the event streams: a newer version of it takes the place of the older one."""
    return f"entry:{message_id}"


def job_of(message: Message) -> JobId | None:
    """The job whose note this entry is; None for other entries."""
    return message.job if message.kind == NOTE else None
