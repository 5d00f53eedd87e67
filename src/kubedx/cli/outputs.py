"""Where reports go: `-o FORMAT` to standard output, `-o FORMAT=PATH` to files, as many as are asked for.

A file is written whole or not at all, and only what was asked for stands on standard output.
"""

import contextlib
import os
import stat
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from kubedx.cli.pager import show
from kubedx.cli.rule_pages import rule_pages
from kubedx.cli.terminal import PIPED_WIDTH, Terminal, complain, write_report
from kubedx.errors import KubedxError, UsageError
from kubedx.findings import Diagnosis
from kubedx.report import FORMATS, SUFFIXES, Style, render

STDOUT = "-"
SHOWN = tuple(name for name in FORMATS if not name.startswith("k8sgpt-"))
"""The formats that help and errors name; the others are what `text` and `json` mean under the name `k8sgpt`."""

_DEFAULT = "text"
_FOR_PEOPLE = frozenset({"text", "k8sgpt-text"})
_WITH_RULES = frozenset({"html", "markdown", "sarif"})
_READABLE = 0o666


class Output(NamedTuple):
    """A report that was asked for. Without a path it goes to standard output."""

    format: str
    path: str = ""


def outputs_of(words: Sequence[str], output_file: str = "") -> tuple[Output, ...]:
    """The reports that `--output` and `--output-file` ask for; at most one of them for standard output. Raises UsageError.

    `--output-file` is the path of the report that has none. Where no format is named, the file's name tells it.
    """
    named = [_output(word) for word in words] or [Output(SUFFIXES.get(Path(output_file).suffix.lower(), _DEFAULT))]
    homeless = [output for output in named if not output.path]
    if len(homeless) > 1:
        formats = ", ".join(output.format for output in homeless)
        raise UsageError(f"one report fits standard output, not {len(homeless)} ({formats}); give others files, as in -o html=report.html")
    if output_file and not homeless:
        raise UsageError("--output-file is for a report without a file of its own, and every --output names one; leave it out")
    placed = [output if output.path else output._replace(path=output_file) for output in named]
    outputs = tuple(output._replace(path="" if output.path == STDOUT else output.path) for output in placed)
    twice = {output.path for output in outputs if [other.path for other in outputs].count(output.path) > 1}
    if twice:
        raise UsageError(f"two reports for {min(twice) or 'standard output'}; give each a file of its own")
    return outputs


def _output(word: str) -> Output:
    name, _, path = word.partition("=")
    if name not in FORMATS:
        several = all(part.partition("=")[0] in FORMATS for part in word.split(","))
        hint = "; repeat the flag for several reports, as in -o json -o html=report.html" if several else ""
        raise UsageError(f'--output is one of {", ".join(SHOWN)}, not "{name}"{hint}')
    if word.endswith("="):
        raise UsageError(f"--output {word} names no file; give one, as in {word}report, or leave the = out")
    return Output(name, path)


def check_places(outputs: Iterable[Output]) -> None:
    """Raise UsageError for a file that cannot be written where it should be, before anything is read for it."""
    for path in (Path(output.path) for output in outputs if output.path):
        if path.is_dir():
            raise UsageError(f"the report cannot be written to {path}, which is a folder; name a file in it")
        if not path.parent.is_dir():
            raise UsageError(f"the report cannot be written to {path}: there is no folder {path.parent}; create it first")


def write_reports(  # each says another thing
    diagnosis: Diagnosis,
    outputs: Sequence[Output],
    style: Style,
    terminal: Terminal,
    *,
    name: str = "kubedx",
    paged: bool = True,
    quiet: bool = False,
) -> None:
    """Write every report, files first. Raises KubedxError, after all others have been written, for one that cannot be.

    `style` is that of the terminal; in files are no colours, and every letter. `name` is that of the program: k8sgpt's `text` and `json`
    are other ones. `paged`: a report that is longer than the screen goes through a pager.
    """
    if terminal.links or any(output.format in _WITH_RULES for output in outputs):
        style = style._replace(rules=rule_pages(os.environ), links=terminal.links)
    plain = style._replace(width=PIPED_WIDTH, colour=False, ascii_only=False, links=False)
    failed: KubedxError | None = None
    for output in sorted(outputs, key=lambda output: not output.path):
        known_as = f"{name}-{output.format}"
        text = render(diagnosis, known_as if known_as in FORMATS else output.format, plain if output.path else style)
        if not output.path:
            _write_to_stdout(output, text, terminal, paged=paged)
            continue
        try:
            write_file(Path(output.path), text)
        except KubedxError as error:
            failed = failed or error
        else:
            if not quiet:
                complain(f"{name}: wrote {output.path}")
    if failed:
        raise failed


def _write_to_stdout(output: Output, text: str, terminal: Terminal, *, paged: bool) -> None:
    if output.format in _FOR_PEOPLE:
        show(text, terminal, paged=paged)
    else:
        write_report(text, "utf-8")


def write_file(path: Path, text: str) -> None:
    """The text in UTF-8 in a file, which is replaced at once. A device or a pipe is written to as it is. Raises KubedxError."""
    data = text.encode("utf-8", "backslashreplace")
    try:
        target = Path(os.path.realpath(path))
        if target.exists() and not target.is_file():
            target.write_bytes(data)
            return
        _replace(target, data)
    except OSError as error:
        reason = error.strerror or str(error)
        raise KubedxError(f"the report could not be written to {path}: {reason}; free some space, or name another file") from error


def _replace(target: Path, data: bytes) -> None:
    import tempfile

    handle, temporary = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        Path(temporary).chmod(_mode_of(target))
        Path(temporary).replace(target)
    except BaseException:
        with contextlib.suppress(OSError):
            Path(temporary).unlink()
        raise


def _mode_of(target: Path) -> int:
    """The rights of the file that is replaced; of a new one, those that the user's mask leaves."""
    if target.exists():
        return stat.S_IMODE(target.stat().st_mode)
    mask = os.umask(0)
    os.umask(mask)
    return _READABLE & ~mask
