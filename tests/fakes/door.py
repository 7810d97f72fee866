"""Where a loopback server is found: it can go away as if its machine were off, and come back at the same address."""

import socket

from aiohttp import web


class Door:
    """A server of one application. Its state outlives an absence, for it lies in the application."""

    def __init__(self, app: web.Application, *, handler_cancellation: bool = False):
        self._runner = web.AppRunner(
            app, access_log=None, shutdown_timeout=0.1, handler_cancellation=handler_cancellation
        )
        self._site: web.TCPSite | None = None
        self._kept = socket.socket()
        """Bound and deaf, from beginning to end: in an absence, too, nobody else gets the port."""

    @property
    def _port(self) -> int:
        return self._kept.getsockname()[1]

    async def open(self, port: int = 0) -> str:
        """Listen; gives the address."""
        await self._runner.setup()
        self._kept.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self._kept.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        self._kept.bind(("127.0.0.1", port))
        await self._listen()
        return f"http://127.0.0.1:{self._port}"

    async def shut(self) -> None:
        """Every further call finds no connection, and whoever is being answered loses theirs."""
        if self._site is None:
            return
        site, self._site = self._site, None
        await site.stop()
        for connection in self._runner.server.connections:
            if connection.transport is not None:
                connection.transport.abort()

    async def open_again(self) -> None:
        """Be where it was."""
        if self._site is None:
            await self._listen()

    async def remove(self) -> None:
        """Be gone for good."""
        await self._runner.cleanup()
        self._kept.close()

    async def _listen(self) -> None:
        self._site = web.TCPSite(self._runner, "127.0.0.1", self._port, reuse_address=True, reuse_port=True)
        await self._site.start()


class Housed:
    """What has a door, once it is served."""

    _door: Door | None = None

    @property
    def door(self) -> Door:
        assert self._door is not None, "it is not served yet"
        return self._door

    async def go_away(self) -> None:
        """Nobody listens here any more: every further call finds no connection."""
        await self.door.shut()

    async def come_back(self) -> None:
        """It is there again, at the same address, and knows what it knew."""
        await self.door.open_again()
