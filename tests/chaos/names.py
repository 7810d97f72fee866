"""Names of the world's servers: each leads to this machine, but for the moments in which none can be resolved."""

import contextlib
import socket
from collections.abc import AsyncGenerator, Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

HERE = "127.0.0.1"
DOMAIN = ".reelbot.test"
"""Nobody else can have it (RFC 6761)."""
SIGN = "names-are-lost"
Ask = Callable[..., Any]


class Names:
    """What the bot's processes are told by whoever resolves names for them, through a file that is there or not.

    Args:
        folder: Where that file is, beside the clocks.
    """

    def __init__(self, folder: Path) -> None:
        self._sign = folder / SIGN

    @property
    def lost(self) -> bool:
        return self._sign.exists()

    @contextlib.asynccontextmanager
    async def losing(self) -> AsyncGenerator[None]:
        """None can be resolved until the block ends; connections that stand go on."""
        self._sign.touch()
        try:
            yield
        finally:
            self._sign.unlink(missing_ok=True)

    def asked_by(self, ask: Ask) -> Ask:
        """Stands in for `socket.getaddrinfo`, which every library of ours asks in the end; *ask* is the real one."""

        def getaddrinfo(host: str | bytes | None, *rest: Any, **more: Any) -> Any:
            if not _is_ours(host):
                return ask(host, *rest, **more)
            if self.lost:
                raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")
            return ask(HERE, *rest, **more)

        return getaddrinfo


def _is_ours(host: str | bytes | None) -> bool:
    name = host.decode() if isinstance(host, bytes) else host or ""
    return name.endswith(DOMAIN)


def named(address: str, name: str) -> str:
    """The same server, addressed by a name; an underscore may not stand in one."""
    assert urlsplit(address).hostname == HERE, address
    return address.replace(HERE, f"{name.replace('_', '-')}{DOMAIN}", 1)
