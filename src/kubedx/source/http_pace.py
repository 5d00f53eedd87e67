"""How fast requests may begin."""

import threading
import time


class Pace:
    """Lets at most so many requests a second begin, evenly spread; any number, when there is no limit. For several threads."""

    def __init__(self, per_second: float | None) -> None:
        self._interval = 1 / per_second if per_second else 0.0
        self._lock = threading.Lock()
        self._next = 0.0

    def turn(self) -> float:
        """Take the next turn: seconds until it comes."""
        if not self._interval:
            return 0.0
        with self._lock:
            now = time.monotonic()
            begin = max(now, self._next)
            self._next = begin + self._interval
        return begin - now
