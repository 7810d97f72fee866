"""The beginning of every child process: binds itself, reads one order, lets one module work, writes one answer.

Run as `python -m bot.media.child MODULE MEMORY_BYTES CPU_SECONDS`. The module has a function
`work(order: dict) -> dict`. The order is one line of JSON on standard input, the answer one line on standard output:
`{"answer": …}` or `{"failed": kind, "detail": …}`.
"""

import importlib
import json
import os
import sys
import threading
from types import TracebackType
from typing import TextIO

DETAIL_MOST = 300


def main(module: str, memory_bytes: int, cpu_seconds: int) -> None:
    """Do one job of work and end the process."""
    answers = _private_output()
    _report_failures(answers)
    bind(memory_bytes, cpu_seconds)
    # First, for a child may be started before there is anything to do: this takes longer than most work.
    work = importlib.import_module(module).work
    order = sys.stdin.buffer.readline()
    if not order:
        return
    threading.Thread(target=_end_with_parent, name="parent watch", daemon=True).start()
    _write(answers, {"answer": work(json.loads(order))})


def bind(memory_bytes: int, cpu_seconds: int) -> None:
    """Limit this very process, for good. A system without such limits leaves it to the parent's clock."""
    try:
        import resource  # noqa: PLC0415  # missing outside Unix
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _private_output() -> TextIO:
    """Keep standard output for the answer alone: what a decoder prints goes elsewhere."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    return answers


def _report_failures(answers: TextIO) -> None:
    def report(kind: type[BaseException], error: BaseException, _: TracebackType | None) -> None:
        failed = "memory" if issubclass(kind, MemoryError) else "crash"
        _write(answers, {"failed": failed, "detail": f"{kind.__name__}: {error}"[:DETAIL_MOST]})

    sys.excepthook = report


def _write(answers: TextIO, answer: dict[str, object]) -> None:
    json.dump(answer, answers)
    answers.write("\n")
    answers.flush()
    # No tidying up: threads of a codec may still run, and the watch waits on standard input.
    os._exit(0)


def _end_with_parent() -> None:
    """Standard input ends when the parent is gone, however it went: nobody waits for the answer any more."""
    os.read(0, 1)
    os._exit(1)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
