"""A real H.264 clip of any size: noise, which no encoder makes small."""

import os
from pathlib import Path

import av

WIDTH, HEIGHT = 640, 360
AT_MOST = 5_000
"""Frames."""


def large_clip(path: Path, size: int) -> bytes:
    """Make an MP4 of about *size* bytes at *path*."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=24, options={"preset": "ultrafast", "qp": "10"})
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        for _ in range(AT_MOST):
            for packet in stream.encode(_noise()):
                container.mux(packet)
                size -= packet.size
            if size <= 0:
                break
        for packet in stream.encode():
            container.mux(packet)
    return path.read_bytes()


def _noise() -> av.VideoFrame:
    frame = av.VideoFrame(WIDTH, HEIGHT, "yuv420p")
    for plane in frame.planes:
        plane.update(os.urandom(plane.buffer_size))
    return frame
