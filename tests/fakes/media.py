"""Media without pixels: files are what their bytes say, so that a story needs no encoder."""

import asyncio
import shutil

from bot.core.ports import BadClip, BadPicture, ClipFacts, PictureFacts, TooLarge


class FakeMedia:
    def __init__(self):
        self.first_of_many = False
        self.padded = False
        self.smallest = 2
        self.lengths = {}
        """Seconds by content; 6 where nothing is said."""

    async def check_picture(self, source, into):
        return await asyncio.to_thread(self._check, source, into)

    async def probe(self, path):
        return await asyncio.to_thread(self._facts, path)

    async def polish(self, source, into, thumbnail=None):
        return await asyncio.to_thread(self._polish, source, into, thumbnail)

    async def fit(self, source, into, most_bytes):
        return await asyncio.to_thread(self._fit, source, into, most_bytes)

    def _check(self, source, into):
        if source.read_bytes().startswith(b"not"):
            raise BadPicture("picture_not_a_picture")
        kept = into.with_suffix(".jpg")
        shutil.copyfile(source, kept)
        return PictureFacts(kept, "image/jpeg", 1280, 960, self.first_of_many, self.padded)

    def _polish(self, source, into, thumbnail):
        if not source.read_bytes().startswith(b"clip"):
            raise BadClip("no video in it")
        shutil.copyfile(source, into)
        if thumbnail is not None:
            thumbnail.write_bytes(b"thumbnail")
        return self._facts(into)

    def _fit(self, source, into, most_bytes):
        if most_bytes < self.smallest:
            raise TooLarge(most_bytes)
        into.write_bytes(source.read_bytes()[:most_bytes])
        return self._facts(into)

    def _facts(self, path):
        seconds = self.lengths.get(path.read_bytes(), 6.0)
        return ClipFacts(1366, 768, seconds, path.stat().st_size, "h264", plays_everywhere=True)
