"""The secret that signs links, buttons and sessions, made once and kept beside the database."""

import os
import secrets
from pathlib import Path

from pydantic import SecretStr

SECRET_FILE = "secret.key"  # noqa: S105 - the name of the file, not what is in it
_SHORTEST = 32


class UnusableSecret(Exception):
    """The file is there and holds no whole secret: the operator has to restore or delete it.

    A new one is not made in silence, for it would break every link and button that is still out.
    """

    def __init__(self, path: Path) -> None:
        super().__init__(
            f"{path} holds no usable secret: restore it from a backup, or delete it to have a new one made."
        )


def load_or_make_secret(data_dir: Path) -> SecretStr:
    """Read `secret.key`, or make it; every caller gets the same one, however many start at once. Blocks on the disk.

    Raises:
        UnusableSecret: The file is damaged.
        OSError: The folder cannot be used.
    """
    path = data_dir / SECRET_FILE
    try:
        text = path.read_text(encoding="ascii", errors="replace")
    except FileNotFoundError:
        data_dir.mkdir(parents=True, exist_ok=True)
        _make(path)
        text = path.read_text(encoding="ascii", errors="replace")
    if len(text.strip()) < _SHORTEST:
        raise UnusableSecret(path)
    return SecretStr(text.strip())


def _make(path: Path) -> None:
    """Write the file beside its place and link it in whole: whoever links first wins, and nobody reads half of it."""
    draft = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(secrets.token_urlsafe(48) + "\n")
            file.flush()
            os.fsync(file.fileno())
        path.hardlink_to(draft)
    except FileExistsError:
        return  # another process was faster: its secret is the one
    finally:
        draft.unlink()
