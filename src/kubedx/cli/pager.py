"""A long report on a terminal goes through a pager, as git's and systemd's do."""

import os
import shlex
import sys
from collections.abc import Mapping

from kubedx.cli.terminal import Terminal, complain, is_interactive, write_report

FALLBACK = "less"
QUIET_LESS = "RFX"
"""less: show colours, leave when all fits, and let the report stand on the screen afterwards."""
_NONE = {"", "cat", "-"}


def show(text: str, terminal: Terminal, *, paged: bool) -> None:
    """Write a report to standard output: through the pager where somebody watches and the report is longer than the screen is high.

    The pager is $KUBEDX_PAGER, else $PAGER, else less. Empty or `cat` is none. Raises as `write_report` does.
    """
    command = pager_of(os.environ)
    if paged and command and is_interactive(sys.stdout) and text.count("\n") >= terminal.height and _page(command, text, terminal.encoding):
        return
    write_report(text, terminal.encoding)


def pager_of(environ: Mapping[str, str]) -> list[str]:
    """The pager's command line; empty for none."""
    chosen = environ.get("KUBEDX_PAGER", environ.get("PAGER", FALLBACK))
    try:
        return [] if chosen.strip() in _NONE else shlex.split(chosen)
    except ValueError:  # a quote that is never closed
        return []


def _page(command: list[str], text: str, encoding: str) -> bool:
    """Whether the pager has taken the text. Ctrl-C is the pager's as long as it runs."""
    import signal
    import subprocess

    environ = {"LESS": QUIET_LESS, "LV": "-c", **os.environ}
    sys.stdout.flush()
    try:
        pager = subprocess.Popen(command, stdin=subprocess.PIPE, env=environ)  # noqa: S603  # the user's own pager
    except OSError as error:
        if command != [FALLBACK]:
            complain(f"kubedx: the pager {command[0]} cannot be started: {error.strerror or error}; going on without it")
        return False
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        pager.communicate(text.encode(encoding, "backslashreplace"))
    finally:
        signal.signal(signal.SIGINT, before)
    return True
