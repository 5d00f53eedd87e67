"""A command line as a shell would take it apart, as far as a command for pasting may go.

Pipes, `&&`, `||`, `;` and line ends join simple calls. Whatever else a shell can do with a line (substitution, redirection to a file,
here-documents, subshells, jobs in the background) is not wanted in a command that a model writes, and makes the whole line unsafe.
https://pubs.opengroup.org/onlinepubs/9799919799/utilities/V3_chap02.html
"""

import re

import msgspec

from kubedx.kube import pattern_of

_QUIET = pattern_of(r"(?:[12]?>{1,2}\s*/dev/null|2>&1|&>\s*/dev/null)(?=\s|$|[|;&])")
_BLANK = pattern_of(r"<[A-Za-z][\w ./|:-]{0,60}>|\$\{?[A-Za-z_]\w{0,60}\}?|\[[A-Z_]{3,40}\]")
_UNSAFE = frozenset("`<>&()")
_JOINS = ("&&", "||", "|&", "|", ";", "\n")
_MOST = 2000


class Call(msgspec.Struct, frozen=True):
    """A program with its arguments. `piped`: it reads what the call before it prints."""

    words: tuple[str, ...]
    piped: bool = False


class Line(msgspec.Struct, frozen=True):
    """The calls of a line, none when it is unsafe. `has_blanks`: a word is to be filled in, like `<pod-name>` or `$POD`."""

    calls: tuple[Call, ...] = ()
    has_blanks: bool = False


def line_of(command: str) -> Line:
    """A command line taken apart."""
    return _Reader(command[:_MOST].replace("\\\n", " ")).line() if len(command) <= _MOST else Line()


class _Reader:
    def __init__(self, text: str) -> None:
        self._text, self._place = text, 0
        self._calls: list[Call] = []
        self._words: list[str] = []
        self._word: str | None = None
        self._piped = self._blanks = self._unsafe = False

    def line(self) -> Line:
        while self._place < len(self._text) and not self._unsafe:
            self._step(self._text[self._place])
        self._end_call("")
        return Line() if self._unsafe else Line(tuple(self._calls), self._blanks)

    def _step(self, char: str) -> None:
        quiet, blank = _QUIET.match(self._text, self._place), _BLANK.match(self._text, self._place)
        join = next((join for join in _JOINS if self._text.startswith(join, self._place)), "")
        if char in "'\"":
            self._quoted(char)
        elif char == "\\":
            self._take(self._text[self._place + 1 : self._place + 2], 2)
        elif quiet and (char != "2" or self._word is None):
            self._end_word()
            self._place = quiet.end()
        elif blank:
            self._blanks = True
            self._take(blank[0], len(blank[0]))
        elif join:
            self._place += len(join)
            self._end_call(join)
        elif char.isspace():
            self._end_word()
            self._place += 1
        elif char == "#" and self._word is None:
            self._place = len(self._text)
        elif char in _UNSAFE or char == "$":
            self._unsafe = True
        else:
            self._take(char, 1)

    def _quoted(self, quote: str) -> None:
        end = self._place + 1
        while end < len(self._text) and self._text[end] != quote:
            end += 2 if quote == '"' and self._text[end] == "\\" else 1
        inner = self._text[self._place + 1 : end]
        if end >= len(self._text) or (quote == '"' and ("`" in inner or "$(" in inner)):
            self._unsafe = True
        if quote == '"' and re.search(r"\$\{?[A-Za-z_]", inner):
            self._blanks = True
        self._take(re.sub(r'\\(["\\$`])', r"\1", inner) if quote == '"' else inner, end + 1 - self._place)

    def _take(self, text: str, length: int) -> None:
        self._word = (self._word or "") + text
        self._place += length

    def _end_word(self) -> None:
        if self._word is not None:
            self._words.append(self._word)
            self._word = None

    def _end_call(self, join: str) -> None:
        self._end_word()
        if self._words:
            self._calls.append(Call(tuple(self._words), self._piped))
        elif join not in ("\n", ";", "") or (not join and self._piped):
            self._unsafe = True
        self._words, self._piped = [], join in ("|", "|&")
