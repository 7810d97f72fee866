"""The `Charts` port: a chart becomes an order for a child process, drawn once for as long as its figures stay."""

import asyncio
from collections import OrderedDict
from dataclasses import asdict
from pathlib import Path

import structlog

from bot.core.charts import Chart, Look, NotDrawn
from bot.core.ports import Files
from bot.media.workshop import Lane, WorkFailed, Workshop

DRAWING = "bot.media.drawing"
DRAW_SECONDS = 30.0
REMEMBERED = 32
"""Pictures of some 60 kB each: everybody who looks at one page is shown the same."""

log = structlog.get_logger("reelbot.charts")


class ChartShop:
    """Charts, drawn by the workshop's children one after the other.

    Args:
        workshop: Runs them.
        files: Lends a folder for the picture.
        folder: May keep what the drawing library learns about the machine's fonts.
    """

    def __init__(self, *, workshop: Workshop, files: Files, folder: Path) -> None:
        self._workshop = workshop
        self._files = files
        self._folder = folder
        self._drawn: OrderedDict[tuple[Chart, Look], bytes] = OrderedDict()
        self._one_at_a_time = asyncio.Lock()

    async def draw(self, chart: Chart, look: Look) -> bytes:
        """As `Charts.draw`."""
        async with self._one_at_a_time:
            picture = self._drawn.pop((chart, look), None) or await self._draw(chart, look)
            self._drawn[chart, look] = picture
            if len(self._drawn) > REMEMBERED:
                self._drawn.popitem(last=False)
            return picture

    async def _draw(self, chart: Chart, look: Look) -> bytes:
        async with self._files.scratch() as scratch:
            into = scratch / f"chart.{look.picture}"
            order = {
                "chart": asdict(chart),
                "look": asdict(look),
                "into": str(into),
                "folder": str(self._folder.absolute()),
            }
            try:
                await self._workshop.run(DRAWING, order, seconds=DRAW_SECONDS, lane=Lane.CHARTS)
            except WorkFailed as failed:
                log.warning("a chart could not be drawn", detail=str(failed))
                raise NotDrawn(chart.title) from failed
            return await asyncio.to_thread(into.read_bytes)
