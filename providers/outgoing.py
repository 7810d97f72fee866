"""The body of a paid call on its way out: its pictures are opened before the call, and read while it is sent."""

import asyncio
from base64 import b64encode
from collections.abc import AsyncGenerator, AsyncIterator, Iterable, Mapping, Sequence
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass
from io import SEEK_END, BufferedIOBase, BytesIO

from aiohttp import AsyncIterablePayload, FormData

from providers.inline import Form, Inline, Outline, outline
from providers.pictures import from_disk

PIECE_BYTES = 3 * 65_536
"""Read at once, 256 KiB in base64. A multiple of three, so that only the end of a picture is padded; large enough that
a busy machine, where each reading waits for a thread, does not use up the time of the call."""


@dataclass(frozen=True, slots=True)
class _File:
    """A picture that is open, at its beginning."""

    content: BufferedIOBase
    size: int
    """In bytes, when it was opened."""


class _Json(AsyncIterablePayload):
    """JSON that can be sent once. Its length is told beforehand: not every server takes a body without one."""

    def __init__(self, json: Outline, files: Sequence[_File]) -> None:
        super().__init__(_written(json, files), content_type="application/json")
        self._size = json.size(file.size for file in files)


@asynccontextmanager
async def opened(body: Mapping[str, object] | Form) -> AsyncGenerator[AsyncIterablePayload | FormData]:
    """The body as aiohttp sends it; its pictures stay open as long as the block lasts.

    Raises:
        NotReady: A picture cannot be opened. Nobody was called yet, so nothing can have been made.
    """
    stack = ExitStack()
    try:
        if isinstance(body, Form):
            yield _form(body, await _opened(body.files.values(), stack))
        else:
            json = outline(body)
            yield _Json(json, await _opened(json.pictures, stack))
    finally:
        # Not waited for: a disk that hangs must not keep back the answer to a paid call.
        asyncio.get_running_loop().run_in_executor(None, stack.close)


async def _opened(pictures: Iterable[Inline], stack: ExitStack) -> list[_File]:
    if not (named := list(pictures)):
        return []
    return await from_disk(lambda: [_open(picture, stack) for picture in named])


def _open(picture: Inline, stack: ExitStack) -> _File:
    content = picture.content
    file = stack.enter_context(BytesIO(content) if isinstance(content, bytes) else content.open("rb"))
    size = file.seek(0, SEEK_END)
    file.seek(0)
    return _File(file, size)


def _form(form: Form, files: Iterable[_File]) -> FormData:
    """The form; its files are read piece by piece by aiohttp itself."""
    packed = FormData(list(form.fields.items()), default_to_multipart=True)
    for (name, picture), file in zip(form.files.items(), files, strict=True):
        kind = picture.media_type
        packed.add_field(name, file.content, filename=f"frame.{kind.rpartition('/')[2]}", content_type=kind)
    return packed


async def _written(json: Outline, files: Iterable[_File]) -> AsyncIterator[bytes]:
    """The JSON, piece by piece.

    Raises:
        OSError: A picture cannot be read to its end. The request is broken off then, and its length stays unmet.
    """
    *before, end = json.texts
    for text, file in zip(before, files, strict=True):
        yield text
        for start in range(0, file.size, PIECE_BYTES):
            yield await asyncio.to_thread(_piece, file.content, min(PIECE_BYTES, file.size - start))
    yield end


def _piece(content: BufferedIOBase, size: int) -> bytes:
    read = content.read(size)
    if len(read) < size:
        # Without this, the server would wait for the rest, and we for its answer.
        raise OSError(None, "a picture became shorter while it was sent")
    return b64encode(read)
