"""The examples of a page of the documentation: its blocks of Python, each of which stands alone."""

import re
from pathlib import Path
from typing import Any, NamedTuple

DOCS = Path(__file__).resolve().parents[2] / "docs"
_BLOCK = re.compile(r"(?:^<!-- (?P<mark>live) -->\n)?^```python\n(?P<code>.*?)^```$", re.MULTILINE | re.DOTALL)


class Example(NamedTuple):
    """A block, with the line where it begins. A live one needs a cluster."""

    page: str
    line: int
    code: str
    is_live: bool

    def __str__(self) -> str:
        return f"{self.page}:{self.line}"

    def run(self) -> dict[str, Any]:
        """Run it as a program of its own, and give what it left."""
        left: dict[str, Any] = {"__name__": "__main__"}
        exec(compile("\n" * self.line + self.code, str(DOCS / self.page), "exec"), left)
        return left


def examples(page: str) -> list[Example]:
    """All of a page, in its order."""
    text = (DOCS / page).read_text("utf-8")
    return [
        Example(page, text.count("\n", 0, block.start("code")), block["code"], block["mark"] == "live") for block in _BLOCK.finditer(text)
    ]
