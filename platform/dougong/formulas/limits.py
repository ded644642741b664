"""What one evaluation may cost: 200 milliseconds of processor time and a megabyte of text."""

import threading
from time import thread_time

from dougong.formulas.values import Failure

MAX_TEXT = 1_000_000
"""Bytes of UTF-8 that a computed text may have."""
MAX_SECONDS = 0.2
_SURELY_SHORT = MAX_TEXT // 4


class _Watch(threading.local):
    ends = float("inf")


_watch = _Watch()


def start() -> None:
    """Start the time of an evaluation on this thread."""
    _watch.ends = thread_time() + MAX_SECONDS


def stop() -> None:
    """End it."""
    _watch.ends = float("inf")


def check_time() -> None:
    """Raise Failure when the time is used up; asked wherever work grows with data rather than with the formula."""
    if thread_time() > _watch.ends:
        raise Failure("#NUM!", "formula.error.too_slow", milliseconds=int(MAX_SECONDS * 1000))


def bounded(text: str) -> str:
    """The text itself; raises Failure when it is too long or building it took too long."""
    if len(text) > _SURELY_SHORT:
        check_time()
        if len(text.encode("utf-8", "surrogatepass")) > MAX_TEXT:
            raise Failure("#VALUE!", "formula.error.text_too_long", limit=MAX_TEXT)
    return text
