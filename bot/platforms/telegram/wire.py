"""The way to the Bot API: python-telegram-bot's requests on aiohttp, streamed, and honest about what got lost."""

import json
from typing import Any

from aiohttp import ClientError, ClientSession, ClientTimeout, FormData
from aiohttp.client_exceptions import ClientConnectorError, ConnectionTimeoutError
from telegram.error import NetworkError, TelegramError, TimedOut
from telegram.request import BaseRequest, RequestData

CONNECT_SECONDS = 10.0
CALL_SECONDS = 20.0
"""A whole call without a file; `getUpdates` adds the time it was asked to wait."""
UPLOAD_SECONDS = 540.0
"""A whole call with a clip in it; the core gives up after ten minutes."""
FLOOD_SECONDS = 5.0
"""Pause after a flood answer that does not say how long, as some proxies give it."""
_TOO_LARGE = 413
_TOO_MANY = 429


class Unreached(NetworkError):
    """There was no connection: verifiably nothing was sent."""


class TooBig(NetworkError):
    """The server takes no file of this size, and nothing of it was posted. The library calls this a network error."""


class Flooded(TelegramError):
    """Too many calls: not done. The library's own error for it warns whoever makes one of its type of seconds."""

    def __init__(self, after_seconds: float) -> None:
        super().__init__(f"not before {after_seconds} s")
        self.after_seconds = after_seconds


class Wire(BaseRequest):
    """Implements the request layer of `telegram.Bot`.

    The library's own layer reads files on the event loop, cannot tell a lost answer from a connection that never
    was, and logs addresses with the token in them. No error of this one has a cause that holds an address.

    Args:
        session: Lives longer than the bot.
    """

    def __init__(self, *, session: ClientSession) -> None:
        self._session = session

    @property
    def read_timeout(self) -> float:
        return CALL_SECONDS

    async def initialize(self) -> None:
        """Nothing to do: whoever made the session opened it."""

    async def shutdown(self) -> None:
        """Nothing to do: whoever made the session closes it."""

    async def do_request(  # noqa: PLR0913, PLR0917 the library's own signature
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: object = BaseRequest.DEFAULT_NONE,
        write_timeout: object = BaseRequest.DEFAULT_NONE,  # noqa: ARG002 one limit for the whole call is enough
        connect_timeout: object = BaseRequest.DEFAULT_NONE,  # noqa: ARG002 likewise
        pool_timeout: object = BaseRequest.DEFAULT_NONE,  # noqa: ARG002 likewise
    ) -> tuple[int, bytes]:
        """Make one call; *read_timeout* is the limit for all of it, in seconds.

        Raises:
            Unreached: Nothing was sent.
            Flooded: Nothing was done.
            TooBig: The body is too large for this server.
            TimedOut: Nobody knows whether it was done.
            NetworkError: Likewise.
        """
        seconds = float(read_timeout) if isinstance(read_timeout, int | float) else CALL_SECONDS
        timeout = ClientTimeout(total=seconds, sock_connect=min(CONNECT_SECONDS, seconds))
        try:
            # A redirect would carry the token to another address.
            async with self._session.request(
                method, url, data=_form(request_data), timeout=timeout, allow_redirects=False
            ) as response:
                if response.status == _TOO_LARGE:
                    raise TooBig("Request Entity Too Large")
                content = await response.read()
                if response.status == _TOO_MANY:
                    raise Flooded(_after(content))
                return response.status, content
        except (ClientConnectorError, ConnectionTimeoutError) as error:
            raise Unreached(type(error).__name__) from None
        except TimeoutError:
            raise TimedOut from None
        except (ClientError, OSError) as error:
            raise NetworkError(type(error).__name__) from None

    @staticmethod
    def parse_json_payload(payload: bytes) -> dict[str, Any]:
        """Read an answer; the library's own way would log the pages of every broken proxy as errors.

        Raises:
            NetworkError: It is no answer of a Bot API.
        """
        try:
            answer = json.loads(payload)
        except ValueError as error:
            raise NetworkError("Invalid server response") from error
        if not isinstance(answer, dict) or (answer.get("ok") is True and "result" not in answer):
            raise NetworkError("Invalid server response")
        return answer


class UpdatesWire(Wire):
    """The way that updates come: it keeps them as they came, for what the library cannot read would be lost."""

    def __init__(self, *, session: ClientSession) -> None:
        super().__init__(session=session)
        self._latest = b""

    async def do_request(self, *args: Any, **more: Any) -> tuple[int, bytes]:  # noqa: ANN401 as above
        """Like `Wire.do_request`."""
        self._latest = b""
        status, content = await super().do_request(*args, **more)
        self._latest = content
        return status, content

    def latest(self) -> list[dict[str, Any]]:
        """The updates of the last answer, raw."""
        return list(self.parse_json_payload(self._latest)["result"])


def _after(content: bytes) -> float:
    """How long a flood answer asks us to wait, in seconds (Bot API, ResponseParameters)."""
    try:
        return float(json.loads(content)["parameters"]["retry_after"])
    except (ValueError, KeyError, TypeError):
        return FLOOD_SECONDS


def _form(request_data: RequestData | None) -> FormData | None:
    if request_data is None:
        return None
    form = FormData()
    for name, value in request_data.json_parameters.items():
        form.add_field(name, value)
    for name, (filename, content, media_type) in request_data.multipart_data.items():
        form.add_field(name, content, filename=filename, content_type=media_type)
    return form
