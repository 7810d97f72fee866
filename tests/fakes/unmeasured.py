"""The environment of child processes whose coverage is not measured: they take half as long without."""

import os

MEASURED = ("COVERAGE_PROCESS_CONFIG", "COVERAGE_PROCESS_START")


def unmeasured() -> dict[str, str]:
    """Ours, without what would have a process measure its coverage.

    For the whole bot: whatever it does as a process of its own, other tests do in theirs.
    """
    return {name: value for name, value in os.environ.items() if name not in MEASURED}  # noqa: TID251 for a child
