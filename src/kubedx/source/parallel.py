"""Several requests at once, in threads that never keep the process from ending."""

import queue
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

T = TypeVar("T")

# Some systems deliver Ctrl-C to a waiting thread only between waits.
_LOOK_UP_SECONDS = 0.25


def in_parallel(tasks: Sequence[Callable[[], T]], workers: int, deadline: float | None) -> Iterator[tuple[int, T]]:
    """Do tasks in the order given, at most `workers` at once; yield the place and result of each as it finishes.

    Ends early, without those that are not finished, at `deadline` of `time.monotonic()`. Raises what a task raises,
    at once. What still runs then goes on in the background until its own time limit; nothing new is begun.
    """
    todo = iter(range(len(tasks)))
    lock, stop = threading.Lock(), threading.Event()
    done: queue.SimpleQueue[tuple[int, T | BaseException, bool]] = queue.SimpleQueue()

    def work() -> None:
        while not stop.is_set():
            with lock:
                place = next(todo, None)
            if place is None:
                return
            try:
                done.put((place, tasks[place](), True))
            except BaseException as error:  # noqa: BLE001  # handed to the caller's thread
                done.put((place, error, False))

    for number in range(min(workers, len(tasks))):
        threading.Thread(target=work, name=f"kubedx-read-{number}", daemon=True).start()
    try:
        for _ in tasks:
            finished = _next(done, deadline)
            if finished is None:
                return
            place, result, good = finished
            if isinstance(result, BaseException) and not good:
                raise result
            yield place, result  # type: ignore[misc]  # an exception only where not good
    finally:
        stop.set()


def _next(done: "queue.SimpleQueue[T]", deadline: float | None) -> T | None:
    while True:
        wait = _LOOK_UP_SECONDS if deadline is None else min(_LOOK_UP_SECONDS, deadline - time.monotonic())
        try:
            return done.get(timeout=wait) if wait > 0 else done.get_nowait()
        except queue.Empty:
            if wait <= 0:
                return None
