"""Files in a test's own folder."""

import asyncio
import shutil
import tempfile
from contextlib import asynccontextmanager
from pathlib import Path

from bot.core.ports import TooLarge


class FolderFiles:
    def __init__(self, root: Path):
        self.root = root
        for folder in ("pictures", "clips", "scratch"):
            (root / folder).mkdir(parents=True, exist_ok=True)

    def picture(self, name):
        return self.root / "pictures" / name

    def clip(self, name):
        return self.root / "clips" / name

    @asynccontextmanager
    async def scratch(self):
        folder = Path(await asyncio.to_thread(tempfile.mkdtemp, dir=self.root / "scratch"))
        try:
            yield folder
        finally:
            await asyncio.to_thread(shutil.rmtree, folder)

    async def keep_picture(self, source, name):
        await asyncio.to_thread(shutil.move, source, self.picture(name))

    async def keep_clip(self, source, name):
        await asyncio.to_thread(shutil.move, source, self.clip(name))

    async def receive(self, stream, into, most_bytes):
        content = bytearray()
        async for chunk in stream:
            content += chunk
            if len(content) > most_bytes:
                raise TooLarge(most_bytes)
        await asyncio.to_thread(into.write_bytes, content)
        return len(content)

    async def remove_pictures(self, names):
        for name in names:
            await asyncio.to_thread(self.picture(name).unlink, missing_ok=True)

    async def remove_clips(self, names):
        for name in names:
            await asyncio.to_thread(self.clip(name).unlink, missing_ok=True)

    @property
    def left_in_scratch(self):
        return [path for path in (self.root / "scratch").rglob("*") if path.is_file()]
