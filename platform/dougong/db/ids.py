"""Ids of people, records and rows: 63 bits, ordered by time, known before anything is stored.

The high 42 bits are milliseconds since 2020, the low 21 bits start at random in each process and count up, so a batch of
100,000 rows has consecutive ids and two processes do not meet (the primary key refuses the rare pair that would).
"""

import secrets
import threading
import time

_EPOCH_MS = 1_577_836_800_000
_LOW_BITS = 21

_lock = threading.Lock()
_last: list[int] = [0]


def id_block(count: int) -> range:
    """``count`` new ids in rising order, larger than every id this process has given before."""
    with _lock:
        now = (time.time_ns() // 1_000_000 - _EPOCH_MS) << _LOW_BITS
        start = _last[0] + 1 if _last[0] >= now else now | secrets.randbits(_LOW_BITS - 1)
        _last[0] = start + count - 1
        return range(start, start + count)


def new_id() -> int:
    """One new id."""
    return id_block(1)[0]


def as_id(raw: object) -> int | None:
    """The id that a text or number from outside means, None when it cannot be one."""
    try:
        text = str(raw)
    except ValueError:  # an integer of thousands of digits
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= 19):
        return None
    id = int(text)
    return id if id < 2**63 else None
