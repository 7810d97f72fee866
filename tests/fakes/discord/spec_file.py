"""Where Discord's public OpenAPI description lies on this machine, if it does."""

import os
from pathlib import Path

import pytest

from tests.fakes.discord.spec import Spec

ROOT = Path(__file__).parents[3]


def open_spec(*, in_ci: bool) -> Spec:
    """The description; without it a test is skipped, or fails where nothing may be left out."""
    folder = os.environ.get("SPECS_DIR") or str(ROOT.parent / "shared" / "specs")  # noqa: TID251 only tests ask
    path = Path(folder) / "discord-openapi.json"
    if not path.exists():
        sentence = f"no {path}: set SPECS_DIR to a folder with Discord's discord-openapi.json"
        if in_ci:
            pytest.fail(sentence)
        pytest.skip(sentence)
    return Spec(path)
