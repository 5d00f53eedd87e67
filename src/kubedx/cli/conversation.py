"""`--interactive`: questions about the incidents, in the terminal or from a pipe, until /quit, the end of the input, or Ctrl-C."""

import contextlib
import sys
from collections.abc import Callable, Iterator

from kubedx.cli.telling import Write
from kubedx.cli.terminal import is_interactive
from kubedx.errors import ProviderError
from kubedx.explain import Conversation
from kubedx.report import Style, render_answer, render_evidence, render_explanations

HELP = """\
Ask in your own words, such as: why does it not start? what does the service db need?
  /show [N]   incident N again, and speak of it from now on
  /evidence   all evidence of the incident that is spoken of
  /prompt     exactly what was sent with the last question
  /quit       leave; the end of the input and Ctrl-C do it too
"""


class Talk:
    """Lines in, answers out. Nothing that is typed can change a cluster."""

    def __init__(self, conversation: Conversation, style: Style, write: Write) -> None:
        self._conversation, self._style, self._write = conversation, style, write
        self._commands: dict[str, Callable[[str], None]] = {
            "/show": self._show,
            "/evidence": self._evidence,
            "/prompt": self._prompt,
            "/help": lambda _rest: self._write(HELP),
        }

    def run(self, lines: Iterator[str]) -> None:
        """Answer line by line, until one says /quit."""
        for line in lines:
            word, _, rest = line.strip().partition(" ")
            if word in ("/quit", "/exit", "/q"):
                return
            if word.startswith("/"):
                self._commands.get(word, self._unknown)(rest.strip())
            elif word:
                self._answer(line.strip())

    def _answer(self, question: str) -> None:
        try:
            explanation = self._conversation.ask(question)
        except ProviderError as error:
            self._write(f"{_printable(str(error))}\n\n")
            return
        self._write(render_answer(explanation, self._style) + "\n")

    def _show(self, rank: str) -> None:
        if rank and not (rank.isascii() and rank.isdigit() and self._conversation.look_at(int(rank))):
            count = len(self._conversation.incidents)
            self._write(f"there is no incident {_printable(rank[:20])}; /show 1 to /show {count}\n")
            return
        self._write(render_explanations(self._conversation.focus, self._style) + "\n")

    def _evidence(self, _rest: str) -> None:
        self._write(render_evidence(self._conversation.focus, self._style) + "\n")

    def _prompt(self, _rest: str) -> None:
        prompt = self._conversation.prompt
        self._write(f"{prompt.system}\n\n{prompt.user}\n\n" if prompt else "nothing was sent yet\n")

    def _unknown(self, _rest: str) -> None:
        self._write("that is no command; /help tells which there are\n")


def talk(conversation: Conversation, style: Style, write: Write) -> None:
    """Talk with whoever is at standard input."""
    typed = is_interactive(sys.stdin)
    if typed:
        write(f"Questions about incident {conversation.focus.rank}? /help tells more, /quit leaves.\n")
    try:
        Talk(conversation, style, write).run(_typed() if typed else _piped())
    except KeyboardInterrupt:
        write("\n")


def _typed() -> Iterator[str]:
    """Lines from a terminal, with a prompt, and with editing where readline is there."""
    with contextlib.suppress(ImportError):
        import readline  # noqa: F401  # input() edits lines by it
    while True:
        try:
            yield input("> ")
        except (EOFError, UnicodeDecodeError):
            sys.stdout.write("\n")
            return


def _piped() -> Iterator[str]:
    if sys.stdin is None:
        return
    for line in sys.stdin.buffer:
        yield line.decode("utf-8", "replace")


def _printable(text: str) -> str:
    return "".join(letter for letter in text if letter.isprintable())
