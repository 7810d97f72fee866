"""A disk that is full for some processes alone: they may not write behind a certain byte of any file.

It is EFBIG that they get, "File too large", which SQLite and Python report as they do ENOSPC, and PostgreSQL as it does
a quota that is used up.
"""

import contextlib
import resource
from collections.abc import Iterable

NO_LIMIT = resource.RLIM_INFINITY


def limit_files(pids: Iterable[int], most: int) -> bool:
    """Let these processes, and whoever they start, write files of so many bytes; whether any was met."""
    done = False
    for pid in pids:
        # There are systems without `prlimit`.
        with contextlib.suppress(ProcessLookupError, PermissionError, AttributeError):
            _, hard = resource.prlimit(pid, resource.RLIMIT_FSIZE)
            soft = hard if most == NO_LIMIT else most
            resource.prlimit(pid, resource.RLIMIT_FSIZE, (soft, hard))
            done = True
    return done
