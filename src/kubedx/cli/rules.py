"""`kubedx rules`: what kubedx can find, as a table; all of one filter; or one rule's page."""

import difflib
import os
import sys
import textwrap
from collections.abc import Iterable, Iterator, Sequence

from kubedx.analyzers import Rule, catalogue, filters
from kubedx.cli.terminal import Terminal, is_interactive, terminal_of, write_report
from kubedx.errors import UsageError
from kubedx.kube import KubeObject

NARROWEST, WIDEST = 40, 120
CODE = 33
SEVERITY = 9


def print_rules(word: str) -> int:
    """Print the table, the part of it that belongs to a filter, or the page of the rule with this code. Raises UsageError."""
    terminal = terminal_of(sys.stdout, os.environ)
    rules = catalogue()
    named = [name for name in filters() if name.lower() == word.lower()]
    if word in rules:
        text = _page(rules[word], terminal)
    elif word and not named:
        near = difflib.get_close_matches(word, [*rules, *filters()], n=1)
        hint = f"did you mean {near[0]}?" if near else "kubedx rules lists them all"
        raise UsageError(f'rule "{word}" is not known; {hint}')
    else:
        chosen = [rule for rule in rules.values() if not named or named[0] in rule.filters]
        text = _table(chosen, terminal) if is_interactive(sys.stdout) else "".join(map(_line, chosen))
    write_report(text, terminal.encoding)
    return 0


def test_rules(files: Sequence[str]) -> int:
    """Run the tests of declared rules: 0 when all come out as they say, 1 when one does not. Raises UsageError and DeclaredRuleError."""
    from kubedx.cli.others import read_rules
    from kubedx.plugins import declared_rules, failing_examples

    if not files:
        raise UsageError("say which rules to test: kubedx rules test FILE")
    rules = declared_rules(pair for file in files for pair in read_rules(file))
    failed = [sentence for rule in rules for sentence in failing_examples(rule)]
    tests = sum(len(rule.spec.tests.fires) + len(rule.spec.tests.quiet) for rule in rules)
    untested = [rule.code for rule in rules if not (rule.spec.tests.fires and rule.spec.tests.quiet)]
    lines = [*failed, *(f"{code} lacks a test that fires, or one that is quiet" for code in untested)]
    lines.append(f"{len(rules)} rules, {tests} tests, {len(failed)} failed")
    write_report("\n".join(lines) + "\n", "utf-8")
    return 1 if failed else 0


def _line(rule: Rule) -> str:
    """A rule on one line, for grep and scripts: code, severity, filters, what it needs, and what it finds."""
    needs = ",".join(_needs(rule)) or "-"
    return f"{rule.code:<{CODE}} {rule.severity.value:<8} {','.join(rule.filters):<24} {needs:<20} {_summary(rule)}\n"


def _table(rules: Iterable[Rule], terminal: Terminal) -> str:
    """The rules under their filters, for people: code, severity, what it finds and what it needs for that."""
    width = min(max(terminal.width, NARROWEST), WIDEST)
    groups: dict[tuple[str, ...], list[Rule]] = {}
    for rule in rules:
        groups.setdefault(rule.filters, []).append(rule)
    parts = []
    for names, members in sorted(groups.items(), key=lambda group: (len(group[0]) > 1, group[0])):
        parts.append("\n".join(_bold(line, terminal) for line in textwrap.wrap(", ".join(names), width)) + "\n")
        parts.extend(_row(rule, width) for rule in members)
        parts.append("\n")
    parts.append("kubedx rules CODE tells all about a rule, kubedx rules FILTER shows the rules of one filter.\n")
    return "".join(parts)


def _row(rule: Rule, width: int) -> str:
    needs = _needs(rule)
    text = f"{_summary(rule)} Needs {', '.join(needs)}." if needs else _summary(rule)
    head = f"  {rule.code:<{CODE}}{rule.severity.value:<{SEVERITY}}"
    if width - len(head) < NARROWEST // 2 or len(head) > 2 + CODE + SEVERITY:  # no room beside them
        return f"{head.rstrip()}\n{textwrap.fill(text, width, initial_indent='      ', subsequent_indent='      ')}\n"
    return f"{textwrap.fill(text, width, initial_indent=head, subsequent_indent=' ' * len(head))}\n"


def _page(rule: Rule, terminal: Terminal) -> str:
    """All about a rule: what it finds, what it declares, and the sections of its documentation."""
    width = min(max(terminal.width, NARROWEST), WIDEST)
    summary, _, sections = rule.doc.partition("\n\n")
    parts = [_bold(rule.code, terminal), "", textwrap.fill(" ".join(summary.split()), width), "", *_facts(rule, width)]
    for block in sections.split("\n\n"):
        heading, _, text = block.partition("\n")
        if heading.startswith("## "):
            parts += ["", _bold(heading.removeprefix("## "), terminal)]
        else:
            parts.append("")
            text = block
        if text:
            parts.append(textwrap.fill(" ".join(text.split()), width, initial_indent="  ", subsequent_indent="  ", break_on_hyphens=False))
    return "\n".join(parts) + "\n"


def _facts(rule: Rule, width: int) -> Iterator[str]:
    facts = {
        "severity": rule.severity.value,
        "confidence": rule.confidence.value,
        "filter": ", ".join(rule.filters),
        "judges": ", ".join(_kinds(rule.on)) or "custom resources",
        "needs": ", ".join(_kinds(rule.reads)),
        "looks at": ", ".join(_kinds(rule.consults)),
        "observes": rule.suffers.value if rule.suffers else "",
        "can lead to": ", ".join(effect.value for effect in rule.produces),
        "since": rule.added,
    }
    for name, value in facts.items():
        if value:
            yield textwrap.fill(value, width, initial_indent=f"  {name:<13}", subsequent_indent=" " * 15, break_on_hyphens=False)


def _needs(rule: Rule) -> list[str]:
    """The kinds without which it judges nothing, but for the kind that it judges."""
    return [kind for kind in _kinds(rule.reads) if kind not in _kinds(rule.on)]


def _kinds(types: Iterable[type[KubeObject]]) -> list[str]:
    return [kind.KIND.kind for kind in types if kind.KIND.kind]


def _summary(rule: Rule) -> str:
    return " ".join(rule.doc.split("\n\n")[0].split())


def _bold(text: str, terminal: Terminal) -> str:
    return f"\x1b[1m{text}\x1b[0m" if terminal.colour else text
