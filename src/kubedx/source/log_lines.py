"""The bytes at the end of a container's log into lines that are safe to print."""

from kubedx.kube import ContainerLog, LogKey, pattern_of
from kubedx.source.contract import LogLimit

_ESCAPES = pattern_of(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[@-_])")
# Control characters but the tab, and the marks that reorder or break a line on a screen (Unicode TR9 and TR14).
_CONTROL = pattern_of("[\x00-\x08\x0a-\x1f\x7f-\x9f\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]")
# What stands before each line on a node (time, stream, whether the line is whole:
# https://github.com/kubernetes/design-proposals-archive/blob/main/node/kubelet-cri-logging.md), or in what `--timestamps` gives, as
# must-gather asks for (always nine digits: kubernetes/pkg/kubelet/types, RFC3339NanoFixed).
_RUNTIME = pattern_of(
    r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:(?:\.\d+)?(?:Z|[+-]\d\d:\d\d) (?:stdout|stderr) ([FP])(?:$| )|\.\d{9}(?:Z|[+-]\d\d:\d\d)(?:$| ))"
)


def container_log(key: LogKey, tail: bytes, limit: LogLimit, *, truncated: bool) -> ContainerLog:
    """The last lines of a log, of which `tail` is the end; `truncated` when more was before it.

    A first line that is cut is dropped, unless it is all there is.
    """
    if len(tail) > limit.size:
        tail, truncated = tail[-limit.size :] if limit.size > 0 else b"", True
    texts = tail.decode("utf-8", "replace").split("\n")
    if texts and not texts[-1]:
        texts.pop()
    if truncated and len(texts) > 1:
        del texts[0]
    if len(texts) > limit.lines:
        texts, truncated = texts[-limit.lines :] if limit.lines > 0 else [], True
    return ContainerLog(key, tuple(map(_clean, _without_runtime_marks(texts))), truncated)


def _clean(line: str) -> str:
    return _CONTROL.sub("", _ESCAPES.sub("", line))


def _without_runtime_marks(lines: list[str]) -> list[str]:
    """The lines without the times and streams that were set before each, and partial lines put together."""
    marks = [_RUNTIME.match(line) for line in lines]
    if not lines or not all(marks):
        return lines
    whole: list[str] = []
    unfinished = False
    for line, mark in zip(lines, marks, strict=True):
        text = line[mark.end() :] if mark else line
        if unfinished:
            whole[-1] += text
        else:
            whole.append(text)
        unfinished = bool(mark and mark[1] == "P")
    return whole
