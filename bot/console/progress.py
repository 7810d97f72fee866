"""A job's note in the terminal: a line with a bar that moves, or line by line where nothing can move."""

from types import TracebackType
from typing import Self

from rich.markup import escape
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from bot.console.printing import errors


class JobBar:
    """Draws notes while its `with` block runs; on standard error, so that standard output stays clean."""

    def __init__(self) -> None:
        self._console = errors()
        self._progress = Progress(
            SpinnerColumn(),
            BarColumn(bar_width=28),
            TextColumn("{task.description}"),
            TimeElapsedColumn(),
            console=self._console,
            transient=True,
            disable=not self._console.is_terminal,
        )
        self._line = self._progress.add_task("Starting.", total=None)
        self._said = ""

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._progress.stop()

    def draw(self, headline: str, percent: float | None) -> None:
        """Show where the job is; *percent* 0 to 100, None when nobody knows."""
        total = None if percent is None else 100.0
        self._progress.update(self._line, description=escape(headline), completed=percent or 0.0, total=total)
        if not self._console.is_terminal and headline != self._said:
            self._console.print(headline, markup=False, soft_wrap=True)
            self._said = headline
