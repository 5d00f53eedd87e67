"""The manual pages, from the commands themselves: kubedx.1, a page for each command, and k8sgpt.1. In roff's man(7)."""

import re
from collections.abc import Callable

import click

Heading = Callable[[str], str]

EXIT_STATUS = {
    "0": "Done. A scan may have gaps and incidents all the same.",
    "1": "Nothing could be judged: no cluster, no access, a file that cannot be used. One sentence on standard error says what to do.",
    "2": "Wrong usage; 1 under the name k8sgpt.",
    "3": "An incident at or above --fail-on; of verify: the incident persists.",
    "4": "With --fail-on: no such incident, but not everything could be judged.",
    "130": "Interrupted.",
    "141": "Nobody reads the output any more.",
}
ENVIRONMENT = {
    "KUBECONFIG": "The kubeconfig files, as kubectl reads them.",
    "K8SGPT_*": "Take the place of keys of the config file, as with k8sgpt.",
    "KUBEDX_PAGER, PAGER": "What shows a long text on a terminal.",
    "KUBEDX_DOCS_URL": "Where reports find the pages of rules, such as a mirror of the documentation without a way to the internet.",
    "NO_COLOR": "No colours.",
    "XDG_CONFIG_HOME, XDG_CACHE_HOME": "Where the config file and kept answers are, instead of ~/.config and ~/.cache.",
}
FILES = {"~/.config/k8sgpt/k8sgpt.yaml": "Backends and their keys, filters, custom analyzers: k8sgpt's own config file."}

_COLUMNS = re.compile(r"^(\S.*?)\s{2,}(\S.*)$")
_ALONE = re.compile(r"^\s{20,}(\S.*)$")


def shown(group: click.Group) -> dict[str, click.Command]:
    """The commands of a group that its help tells of."""
    return {name: command for name, command in group.commands.items() if not command.hidden}


def manual_pages(program: click.Group, version: str) -> dict[str, str]:
    """Each page by the name of its file."""
    root = click.Context(program, info_name="kubedx")
    pages = {"kubedx.1": _page("kubedx", program, root, version, _overview(program))}
    for name, command in shown(program).items():
        context = _context(command, root, name)
        own = _subcommands(command, context) if isinstance(command, click.Group) else _options(command, context)
        pages[f"kubedx-{name}.1"] = _page(f"kubedx-{name}", command, context, version, own)
    return pages | {"k8sgpt.1": _k8sgpt(version)}


def _page(name: str, command: click.Command, context: click.Context, version: str, body: str) -> str:
    paragraphs = [" ".join(part.split()) for part in (command.help or "").split("\n\n")]
    described = "".join(f".PP\n{_text(part)}\n" for part in paragraphs)
    see = "kubedx-analyze" if name == "kubedx" else "kubedx"
    return (
        f"{_head(name, paragraphs[0], version)}"
        f".SH SYNOPSIS\n{_synopsis(context)}\n"
        f".SH DESCRIPTION\n{described}{body}{_examples(command)}"
        f".SH SEE ALSO\n.BR {see} (1)\n"
    )


def _head(name: str, summary: str, version: str) -> str:
    summary = summary.partition(". ")[0].rstrip(".")
    return (
        '.\\" Written by scripts/docs from the commands; edit these instead.\n'
        f'.TH {name.upper()} 1 "" "kubedx {version}" "kubedx manual"\n'
        f".SH NAME\n{_text(name)} \\- {_text(summary[:1].lower() + summary[1:])}\n"
    )


def _synopsis(context: click.Context) -> str:
    words = " ".join(context.command.collect_usage_pieces(context))
    return f".B {_text(context.command_path)}\n.I {_text(words)}"


def _overview(program: click.Group) -> str:
    rows = "".join(
        f".TP\n.BR kubedx\\-{_text(name)} (1)\n{_text(command.get_short_help_str(limit=200))}\n" for name, command in shown(program).items()
    )
    return (
        f".SH COMMANDS\n{rows}"
        f".SH EXIT STATUS\n{_definitions(EXIT_STATUS)}"
        f".SH ENVIRONMENT\n{_definitions(ENVIRONMENT)}"
        f".SH FILES\n{_definitions(FILES)}"
    )


def _subcommands(group: click.Group, context: click.Context) -> str:
    parts = []
    for name, command in shown(group).items():
        inner = _context(command, context, name)
        told = " ".join((command.help or "").split())
        options = _options(command, inner, heading=_minor)
        parts.append(f".SH {_text(name.upper())}\n{_synopsis(inner)}\n.PP\n{_text(told)}\n{options}{_examples(command, heading=_minor)}")
    return "".join(parts)


def _context(command: click.Command, parent: click.Context, name: str) -> click.Context:
    return click.Context(command, parent=parent, info_name=name, **command.context_settings)


def _major(title: str) -> str:
    return f".SH {_text(title.upper())}\n"


def _minor(title: str) -> str:
    return f".SS {_text(title)}\n"


def _options(command: click.Command, context: click.Context, heading: Heading = _major) -> str:
    sections: dict[str, str] = {}
    for param in command.get_params(context):
        record = param.get_help_record(context) if isinstance(param, click.Option) else None
        if record is not None:
            section = getattr(param, "section", "Global flags")
            sections[section] = sections.get(section, "") + f".TP\n{_flag(record[0])}\n{_text(record[1])}\n"
    return "".join(f"{heading(title)}{rows}" for title, rows in sections.items())


def _flag(declaration: str) -> str:
    """`-n, --namespace NAME` with the flags in bold and the value in italics."""
    words = []
    for word in declaration.split():
        font = "B" if word.startswith("-") else "I"
        comma = "," if word.endswith(",") else ""
        words.append(f"\\f{font}{_text(word.rstrip(','))}\\fR{comma}")
    return " ".join(words)


def _examples(command: click.Command, heading: Heading = _major) -> str:
    """The examples of the help: a command, and behind two spaces or on a line of its own what it does."""
    if not command.epilog or "Examples:" not in command.epilog:
        return ""
    parts: list[str] = []
    lines = [line for line in command.epilog.partition("Examples:")[2].splitlines() if line.strip() not in ("", "\b")]
    for line in lines:
        alone, columns = _ALONE.match(line), _COLUMNS.match(line.strip())
        if alone:
            parts.append(f"{_text(alone[1])}\n")
        elif not line.startswith(" "):
            parts.append(f".PP\n{_text(line)}\n" if not parts or not parts[-1].startswith(".PP") else f"{_text(line)}\n")
        elif columns:
            parts.append(f".TP\n.B {_text(columns[1])}\n{_text(columns[2])}\n")
        else:
            parts.append(f".TP\n.B {_text(line.strip())}\n")
    return heading("Examples") + "".join(parts)


def _k8sgpt(version: str) -> str:
    return (
        f"{_head('k8sgpt', 'kubedx under the name, and with the words, of k8sgpt', version)}"
        ".SH SYNOPSIS\n.B k8sgpt\n.RI COMMAND\n.RI [OPTIONS]\n"
        ".SH DESCRIPTION\n.PP\nThe same program as\n.BR kubedx (1),\nwith the same commands and flags. "
        "It prints k8sgpt\\(aqs own text and JSON, and exits with 1 where\n.BR kubedx (1)\nexits with 2.\n"
        ".SH SEE ALSO\n.BR kubedx (1),\n.BR kubedx\\-analyze (1)\n"
    )


def _definitions(terms: dict[str, str]) -> str:
    return "".join(f".TP\n.B {_text(term)}\n{_text(told)}\n" for term, told in terms.items())


_SPECIAL = str.maketrans({"\\": "\\e", "-": "\\-", "'": "\\(aq", "`": "\\(ga", "^": "\\(ha", "~": "\\(ti", '"': "\\(dq"})


def _text(words: str) -> str:
    """Words that roff prints as they are, on one line, whatever the letters that its input may have."""
    escaped = " ".join(words.split()).translate(_SPECIAL)
    escaped = "".join(letter if letter.isascii() else f"\\[u{ord(letter):04X}]" for letter in escaped)
    return f"\\&{escaped}" if escaped.startswith(".") else escaped
