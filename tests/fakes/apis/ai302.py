"""302.AI on loopback: MiniMax's v1 under `/minimaxi`, behind a gateway with errors of its own."""

from aiohttp import web

from tests.fakes.apis.minimax_v1 import FakeMinimaxV1
from tests.fakes.apis.server import OnSubmit

_GATEWAY = {
    OnSubmit.BAD_KEY: (401, -10002, "the API key {key} is not valid"),
    OnSubmit.NO_BALANCE: (402, -10005, "top up"),
}
_NO_CHANNEL = (-10008, "No available channels currently")


class FakeAi302(FakeMinimaxV1):
    """Takes both spellings of the two keys that its page spells otherwise than MiniMax."""

    def __init__(self, *, ids_are_numbers=False):
        super().__init__(
            ids_are_numbers=ids_are_numbers,
            prefix="/minimaxi",
            last_frame_keys=("last_frame_images", "last_frame_image"),
            callback_keys=("callback", "callback_url"),
            models=("MiniMax-Hailuo-02", "I2V-01", "I2V-01-live", "T2V-01-Director", "I2V-01-Director"),
        )
        self.no_channel = None
        """The HTTP status with which the gateway says, of everything, that it has no channel; None if it has one."""

    def complaints(self, body):
        found = super().complaints(body)
        if body.get("model") != "MiniMax-Hailuo-02":
            found += [f"no {name} for the 01 series" for name in ("callback", "callback_url") if name in body]
            found += ["a prompt of 200 characters or more"] if len(body.get("prompt", "")) > 199 else []
        return found

    def gateway_error(self, status, code, message):
        return web.json_response({"error": {"err_code": code, "message": message}}, status=status)

    async def submit(self, request):
        if self.no_channel is not None:
            self.knocks += 1
        return self._turned_away() or await super().submit(request)

    async def poll(self, request):
        return self._turned_away() or await super().poll(request)

    def _turned_away(self):
        if self.no_channel is None:
            return None
        return self.gateway_error(self.no_channel, *_NO_CHANNEL)

    def refusal(self, why):
        if why is OnSubmit.BUSY and (status := self.choose((None, 200, 503))):
            return self.gateway_error(status, *_NO_CHANNEL)
        if why not in _GATEWAY:
            return super().refusal(why)
        status, code, message = _GATEWAY[why]
        return self.gateway_error(status, code, message.format(key=self.key))
