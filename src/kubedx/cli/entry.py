"""The entry points: from the words of a command line to an exit code.

Exit codes (design §6): 0 done; 1 nothing could be judged; 2 usage (1 under the name `k8sgpt`); 3 an incident at or above
`--fail-on`; 4 none, but not everything could be judged; 130 interrupted; 141 nobody reads our output any more.
"""

import errno
import gc
import os
import sys
import threading
from collections.abc import Callable, Sequence
from types import FrameType
from typing import NoReturn

from kubedx.cli.terminal import complain, drop_output
from kubedx.errors import KubedxError, UsageError

INTERRUPTED = 130
PIPE_CLOSED = 141
FULL_DISK = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
"""What writing help or a version, which no command writes by itself, meets on a full disk."""

GRACE = 0.8
"""Seconds between Ctrl-C and the end, however busy the threads are."""


def kubedx_main() -> NoReturn:
    """The command `kubedx`."""
    _run("kubedx")


def kubectl_main() -> NoReturn:
    """The command `kubectl-dx`, which kubectl runs as `kubectl dx`."""
    from kubedx.cli.kubectl import NAME

    _run(NAME)


def k8sgpt_main() -> NoReturn:
    """The command `k8sgpt`: the same, with k8sgpt's text and its exit code for wrong usage."""
    _run("k8sgpt")


def main(name: str, argv: Sequence[str]) -> int:
    """Run a command line under one of these names; every error becomes a sentence on stderr and an exit code."""
    verbose = any(word in {"-v", "--verbose", "--verbose=true"} for word in argv)
    try:
        return _guarded(lambda: _dispatch(name, argv), name, verbose=verbose)
    except KeyboardInterrupt:
        complain(f"{name}: interrupted")
        return INTERRUPTED
    except BrokenPipeError:
        drop_output()
        return PIPE_CLOSED


def _guarded(action: Callable[[], int], name: str, *, verbose: bool) -> int:
    try:
        return action()
    except BrokenPipeError:
        raise
    except KubedxError as error:
        if verbose:
            _print_traceback()
        complain(f"{name}: {error}")
        return 1 if name == "k8sgpt" and isinstance(error, UsageError) else error.exit_code
    except Exception as error:  # noqa: BLE001  # the user gets a sentence, never a traceback that was not asked for
        if verbose:
            _print_traceback()
        complain(f"{name}: {_unforeseen(error, verbose=verbose)}")
        return 1


def _unforeseen(error: Exception, *, verbose: bool) -> str:
    """The sentence for what no command has told by itself."""
    if isinstance(error, OSError) and error.errno in FULL_DISK:
        return f"standard output could not be written: {error.strerror}; free some space or write elsewhere"
    hint = "" if verbose else "; run it again with --verbose for the details"
    return f"a bug of kubedx: {type(error).__name__}: {error}{hint}"


def _dispatch(name: str, argv: Sequence[str]) -> int:
    from kubedx.cli.app import run_app

    return run_app(name, argv)


def _print_traceback() -> None:
    import traceback

    complain(traceback.format_exc().rstrip())


def _run(name: str) -> NoReturn:
    # A scan keeps nearly all that it makes until its end, and makes hardly a cycle: the collector would look at it again and again
    # and find nothing (docs/decisions/016-speed.md).
    gc.disable()
    _end_soon_after_interrupt()
    code = main(name, sys.argv[1:])
    try:
        sys.stdout.flush()
    except (AttributeError, OSError):  # closed before we began, or a full disk that was reported already
        drop_output()
    if code == INTERRUPTED:
        os._exit(code)  # threads may still wait for a network that does not answer
    sys.exit(code)


def _end_soon_after_interrupt() -> None:
    """Ctrl-C unwinds the main thread as usual, and ends the process where that takes longer than the grace."""
    import signal

    def interrupt(_signal: int, _frame: FrameType | None) -> None:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        watchdog = threading.Timer(GRACE, os._exit, (INTERRUPTED,))
        watchdog.daemon = True
        watchdog.start()
        raise KeyboardInterrupt

    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, interrupt)
