"""A picture as providers take it inside a request: a data URL."""

import asyncio
import base64

from providers.contract import Picture


async def data_url(picture: Picture) -> str:
    """The picture itself, base64 in a `data:` URL; read and encoded off the loop."""
    return await asyncio.to_thread(_encoded, picture)


def _encoded(picture: Picture) -> str:
    return f"data:{picture.media_type};base64,{base64.b64encode(picture.path.read_bytes()).decode()}"
