"""Several reports of one scan: what the flags mean, how files are written, the pager, and links."""

import fcntl
import os
import pty
import stat
import struct
import subprocess
import sys
import termios
from pathlib import Path

import pytest

from cli.conftest import Run, command
from kubedx.cli.outputs import Output, check_places, outputs_of, write_file
from kubedx.cli.pager import pager_of
from kubedx.cli.rule_pages import rule_pages
from kubedx.cli.terminal import terminal_of
from kubedx.errors import KubedxError, UsageError


@pytest.mark.parametrize(
    ("words", "output_file", "expected"),
    [
        ((), "", [("text", "")]),
        (("json",), "", [("json", "")]),
        ((), "report.html", [("html", "report.html")]),
        ((), "report", [("text", "report")]),
        (("json",), "report.html", [("json", "report.html")]),
        (("text", "html=a=b.html", "sarif=out.sarif"), "", [("text", ""), ("html", "a=b.html"), ("sarif", "out.sarif")]),
        (("html=report.html",), "", [("html", "report.html")]),
        (("json=-",), "", [("json", "")]),
        (("json", "html=x"), "y", [("json", "y"), ("html", "x")]),
    ],
)
def test_what_the_flags_ask_for(words: tuple[str, ...], output_file: str, expected: list[tuple[str, str]]) -> None:
    assert outputs_of(words, output_file) == tuple(Output(*each) for each in expected)


@pytest.mark.parametrize(
    ("words", "output_file", "sentence"),
    [
        (("toml",), "", 'is one of text, json, yaml, markdown, html, sarif, junit, openmetrics, not "toml"'),
        (("json,html",), "", "repeat the flag for several reports"),
        (("json", "text"), "", "one report fits standard output, not 2 (json, text)"),
        (("json=x", "html=x"), "", "two reports for x"),
        (("json=-", "html=-"), "", "two reports for standard output"),
        (("json=x",), "y", "--output-file is for a report without a file of its own"),
        (("json=",), "", "--output json= names no file"),
    ],
)
def test_what_has_no_meaning(words: tuple[str, ...], output_file: str, sentence: str) -> None:
    with pytest.raises(UsageError) as caught:
        outputs_of(words, output_file)
    assert sentence in str(caught.value)


def test_a_place_that_cannot_be_is_told_before_the_scan(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="which is a folder; name a file in it"):
        check_places([Output("html", str(tmp_path))])
    with pytest.raises(UsageError, match="there is no folder"):
        check_places([Output("html", str(tmp_path / "absent" / "report.html"))])


def test_a_file_is_replaced_at_once_and_keeps_its_rights(tmp_path: Path) -> None:
    file, link = tmp_path / "report.html", tmp_path / "latest.html"
    file.write_text("old", "utf-8")
    file.chmod(0o640)
    link.symlink_to(file)
    write_file(link, "new\ud800")
    assert file.read_text("utf-8") == "new\\ud800"
    assert link.is_symlink()
    assert stat.S_IMODE(file.stat().st_mode) == 0o640
    assert sorted(path.name for path in tmp_path.iterdir()) == ["latest.html", "report.html"]


def test_a_new_file_has_the_rights_that_the_mask_leaves(tmp_path: Path) -> None:
    before = os.umask(0o027)
    try:
        write_file(tmp_path / "report.json", "{}")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "report.json").stat().st_mode) == 0o640


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full on this system")
def test_a_full_disk_is_told_in_a_sentence() -> None:
    with pytest.raises(KubedxError, match="could not be written to /dev/full: No space left on device; free some space"):
        write_file(Path("/dev/full"), "text")


def test_a_device_is_written_to_and_not_replaced() -> None:
    write_file(Path(os.devnull), "text")
    assert not Path(os.devnull).is_file()


def test_several_reports_of_one_scan(run: Run, tmp_path: Path) -> None:
    page, sarif = tmp_path / "report.html", tmp_path / "out.sarif"
    done = run("analyze", "--demo", "-o", "json", "-o", f"html={page}", f"--output=sarif={sarif}")
    assert done.returncode == 0
    assert done.stdout.startswith("{\n")
    assert done.stderr == f"kubedx: wrote {page}\nkubedx: wrote {sarif}\n"
    assert page.read_text("utf-8").startswith("<!doctype html>")
    assert '"version": "2.1.0"' in sarif.read_text("utf-8")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full on this system")
def test_a_file_that_cannot_be_written_costs_no_other_report(run: Run, tmp_path: Path) -> None:
    done = run("analyze", "--demo", "-o", "junit=/dev/full", "-o", f"yaml={tmp_path / 'report.yaml'}", "-o", "openmetrics", "-q")
    assert done.returncode == 1
    assert done.stdout.endswith("# EOF\n")
    assert (tmp_path / "report.yaml").exists()
    assert done.stderr.startswith("kubedx: the report could not be written to /dev/full: ")


@pytest.mark.parametrize(
    ("environ", "command"),
    [
        ({}, ["less"]),
        ({"PAGER": "most -s"}, ["most", "-s"]),
        ({"PAGER": "most", "KUBEDX_PAGER": ""}, []),
        ({"PAGER": "cat"}, []),
        ({"PAGER": "'"}, []),
    ],
)
def test_which_pager(environ: dict[str, str], command: list[str]) -> None:
    assert pager_of(environ) == command


def on_a_terminal(words: list[str], environment: dict[str, str], rows: int = 24) -> str:
    """What a command writes on a terminal of that height."""
    import fcntl
    import pty
    import struct
    import termios

    pid, terminal = pty.fork()
    if pid == 0:
        fcntl.ioctl(1, termios.TIOCSWINSZ, struct.pack("HHHH", rows, 100, 0, 0))
        os.execve(sys.executable, [sys.executable, "-c", "from kubedx.cli import kubedx_main; kubedx_main()", *words], environment)
    written = b""
    try:
        while piece := os.read(terminal, 65536):
            written += piece
    except OSError:  # the end, as Linux tells it
        pass
    os.close(terminal)
    os.waitpid(pid, 0)
    return written.decode()


def test_a_long_report_goes_through_the_pager_and_a_short_one_does_not(environment: dict[str, str], tmp_path: Path) -> None:
    pager = tmp_path / "pager"
    pager.write_text('#!/bin/sh\necho "PAGED with $LESS"\ncat\n', "utf-8")
    pager.chmod(0o755)
    paged = environment | {"KUBEDX_PAGER": str(pager), "TERM": "xterm-kitty"}
    words = ["analyze", "--demo", "-q"]
    told = on_a_terminal(words, paged)
    assert "PAGED with RFX" in told
    assert "\x1b]8;;https://kubedx.dev/rules/secret-key-absent/\x1b\\" in told
    assert "PAGED" not in on_a_terminal(words, paged, rows=400)
    assert "PAGED" not in on_a_terminal([*words, "--no-pager"], paged)


def test_links_only_on_terminals_that_show_them() -> None:
    class Screen:
        encoding = "utf-8"

        def isatty(self) -> bool:
            return True

        def fileno(self) -> int:
            raise OSError

    def links(environ: dict[str, str]) -> bool:
        return terminal_of(Screen(), environ).links  # type: ignore[arg-type]  # as much of a stream as is asked

    assert links({"TERM": "xterm-kitty"})
    assert links({"VTE_VERSION": "7600"})
    assert links({"TERM_PROGRAM": "vscode"})
    assert not links({"TERM": "xterm-256color"})
    assert not links({"TERM": "xterm-kitty", "NO_COLOR": "1"})
    assert not links({"TERM": "xterm-kitty", "FORCE_HYPERLINK": "0"})
    assert not terminal_of(None, {"TERM": "xterm-kitty", "FORCE_COLOR": "1"}).links


def test_the_documentation_may_be_a_mirror() -> None:
    assert (
        rule_pages({"KUBEDX_DOCS_URL": "https://docs.example.com/k/"})["secret-absent"].url
        == "https://docs.example.com/k/rules/secret-absent/"
    )
    assert rule_pages({"KUBEDX_DOCS_URL": ""})["secret-absent"].url == ""


@pytest.mark.parametrize(("columns", "wide"), [(80, 80), (200, 100)])
def test_what_is_piped_on_a_narrow_terminal_fits_it(environment: dict[str, str], tmp_path: Path, columns: int, wide: int) -> None:
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 40, columns, 0, 0))
    words = [*command(), "analyze", "--demo", "-q"]
    try:
        piped = subprocess.run(words, env=environment, stdout=subprocess.PIPE, stderr=theirs, text=True, check=False, timeout=60).stdout
        with (tmp_path / "report").open("w") as file:
            subprocess.run(words, env=environment, stdout=file, stderr=theirs, check=False, timeout=60)
    finally:
        os.close(ours)
        os.close(theirs)
    widest = max(len(line) for line in piped.splitlines() if "$ kubectl" not in line and "next:" not in line)
    assert wide - 20 < widest <= wide
    assert len((tmp_path / "report").read_text().splitlines()[0]) > 80
