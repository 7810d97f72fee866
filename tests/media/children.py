"""Child programs that misbehave, each in its own way."""

import ctypes
import os
import signal
import sys
import time
from pathlib import Path


def work(order):
    return globals()[f"_{order['do']}"](order)


def _echo(order):
    print("a decoder chatters on standard output")
    os.write(1, b"and so does its native half\n")
    return {"said": order["word"], "modules": sorted({"av", "PIL"} & set(sys.modules))}


def _who(order):
    return {"pid": os.getpid()}


def _environment(order):
    return dict(os.environ)  # noqa: TID251  what a child is told is the question here


def _sleep(order):
    Path(order["pid_file"]).write_text(str(os.getpid()))
    time.sleep(60)  # noqa: TID251  a child that hangs


def _count(order):
    """Say how many were at work when this one was, by the files they leave while they are."""
    folder = Path(order["folder"])
    mine = folder / str(os.getpid())
    mine.touch()
    most = 0
    for _ in range(20):
        most = max(most, len(list(folder.iterdir())))
        time.sleep(0.01)  # noqa: TID251  gives the others time to come
    mine.unlink()
    return {"most": most}


def _burn(order):
    while True:
        pass


def _eat(order):
    return {"eaten": len(b"x" * 4_000_000_000)}


def _segfault(order):
    ctypes.string_at(0)


def _die(order):
    os.kill(os.getpid(), signal.SIGKILL)


def _bug(order):
    raise KeyError("a bug")


def _babble(order):
    return {"word": "x" * 1_000_000}


def _mumble(order):
    return ["not", "an", "object"]


def _family(order):
    """Leave a child of its own behind, and hang."""
    child = os.fork()
    if child == 0:
        time.sleep(60)  # noqa: TID251  a grandchild that hangs
    Path(order["pid_file"]).write_text(str(child))
    time.sleep(60)  # noqa: TID251  a child that hangs
