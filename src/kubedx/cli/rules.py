"""`kubedx rules`: what kubedx can find."""

import difflib
import sys

from kubedx.analyzers import Rule, catalogue
from kubedx.cli.terminal import terminal_of, write_report
from kubedx.errors import UsageError


def print_rules(code: str) -> int:
    """Print the list, or one rule's documentation."""
    rules = catalogue()
    if code and code not in rules:
        near = difflib.get_close_matches(code, rules, n=1)
        hint = f"did you mean {near[0]}?" if near else "kubedx rules lists them all"
        raise UsageError(f'rule "{code}" is not known; {hint}')
    text = _told(rules[code]) if code else "".join(_row(rule) for rule in rules.values())
    write_report(text, terminal_of(sys.stdout, {}).encoding)
    return 0


def _row(rule: Rule) -> str:
    return f"{rule.code:<44} {rule.severity.value:<8} {rule.doc.splitlines()[0]}\n"


def _told(rule: Rule) -> str:
    reads = ", ".join(kind.KIND.kind for kind in (*rule.on, *rule.reads))
    return f"{rule.code} ({rule.severity.value}; --filter={','.join(rule.filters)}; reads {reads})\n\n{rule.doc}\n"
