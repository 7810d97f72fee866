"""A proxy before a server that cuts, swallows or refuses when a test says so."""

import asyncio
from urllib.parse import parse_qs, urlsplit

CHUNK = 65_536


class Cutter:
    """Stands between a client and the PostgreSQL at *url*, which is reached through a socket in a folder.

    Args:
        url: The server's own address; `address` is the one that leads through this proxy.
    """

    def __init__(self, url):
        parts = urlsplit(url)
        self._socket = f"{parse_qs(parts.query)['host'][0]}/.s.PGSQL.5432"
        self._database = parts.path
        self._wires = set()
        self._open = asyncio.Event()
        self._refusing = self._refusing_then = False
        self._wait_for = self._hold_at = None
        self._after = None
        self.has_cut = asyncio.Event()

    async def __aenter__(self):
        self._open.set()
        self._group = asyncio.TaskGroup()
        await self._group.__aenter__()
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.address = f"postgresql://postgres@127.0.0.1:{self._server.sockets[0].getsockname()[1]}{self._database}"
        return self

    async def __aexit__(self, *error):
        self._server.close()
        self._open.set()
        self.cut()
        await self._group.__aexit__(*error)

    def cut(self):
        """Break every connection, both ways."""
        self.has_cut.set()
        for wire in tuple(self._wires):
            wire.transport.abort()

    def swallow(self):
        """Let nothing through any more, and break nothing: a cable is out."""
        self._open.clear()

    def refuse(self):
        """Break whoever comes, until `let_through`."""
        self._refusing = True
        self.cut()

    def refuse_from_then_on(self):
        """Let nobody in again after the next `cut_at`."""
        self._refusing_then = True

    def hold_at(self, words):
        """From the first message to the server that has these bytes, let nothing of its connection through."""
        self._hold_at = words

    def let_through(self):
        self._refusing = self._refusing_then = False
        self._wait_for = None
        self._open.set()

    def cut_at(self, words, *, after):
        """Break everything at the first message to the server that has these bytes.

        Args:
            words: What to look for.
            after: Whether the server still gets the message; only its answer is lost then.
        """
        self._wait_for, self._after = words, after

    async def _serve(self, reader, writer):
        if self._refusing:
            writer.transport.abort()
            return
        server_reader, server_writer = await asyncio.open_unix_connection(self._socket)
        self._wires |= {writer, server_writer}
        up = self._group.create_task(self._pass_on(reader, server_writer, writer))
        down = self._group.create_task(self._pass_on(server_reader, writer, None))
        await asyncio.wait([up, down], return_when=asyncio.FIRST_COMPLETED)
        up.cancel()
        down.cancel()
        for wire in (writer, server_writer):
            wire.transport.abort()
            self._wires.discard(wire)

    async def _pass_on(self, reader, writer, client):
        try:
            while chunk := await reader.read(CHUNK):
                await self._open.wait()
                if client is not None and self._hold_at and self._hold_at in chunk:
                    self._hold_at = None
                    await asyncio.get_running_loop().create_future()
                if client is not None and self._wait_for and self._wait_for in chunk:
                    self._wait_for = None
                    self._refusing = self._refusing_then
                    if self._after:
                        # The client goes first, so that no answer reaches it; the server does what it was told.
                        client.transport.abort()
                        self.has_cut.set()
                        writer.write(chunk)
                        await writer.drain()
                        await asyncio.sleep(0.3)
                    self.cut()
                    return
                writer.write(chunk)
                await writer.drain()
        except ConnectionError:
            return
