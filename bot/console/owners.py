"""Who a command is about, and who gave it: names as the operator types them."""

import re
import socket

from bot.console.printing import Refusal
from bot.core.model import CommunityId, UserId

_OWNER = re.compile(r"([a-z]+):(\S+)")


def actor() -> str:
    """What the books call whoever uses the command line of this machine."""
    return f"operator@{socket.gethostname()}"


def user_of(text: str) -> UserId:
    """Read `platform:id`.

    Raises:
        Refusal: It is written differently.
    """
    return UserId(*_parts(text))


def community_of(text: str) -> CommunityId:
    """Read `platform:id` of a server or group.

    Raises:
        Refusal: It is written differently.
    """
    return CommunityId(*_parts(text))


def _parts(text: str) -> tuple[str, str]:
    match = _OWNER.fullmatch(text)
    if match is None:
        raise Refusal(f"“{text}” names nobody: write platform:id, for example discord:123.")
    return match[1], match[2]
