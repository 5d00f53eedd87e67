"""The reference of the Python API, from its signatures and docstrings."""

import enum
import inspect
import re
import typing

import kubedx

_QUALIFIED = re.compile(r"\b(?:kubedx|collections|pathlib|enum|os|typing)\.(?:\w+\.)*(?=[A-Z])")


def api_reference() -> str:
    """A section for each public name that is a function or tells where to read; types have a link to what they hold."""
    written = [section(name) for name in ("diagnose", "render", "Cluster", "Dump", "Demo")]
    return "\n".join(written) + (
        "\n`Diagnosis`, `Incident` and `Severity` are the types of what you get; `kubedx.findings` has the others. "
        "`KubedxError` is above all errors, which are in `kubedx.errors`.\n"
    )


def section(name: str) -> str:
    """The signature, an argument a line, and what its docstring says."""
    target = getattr(kubedx, name)
    told = inspect.getdoc(target) or ""
    return f"### {name}\n\n```text\n{signature(name, target)}\n```\n\n{told}\n"


def signature(name: str, target: typing.Any) -> str:
    found = inspect.signature(target)
    parts, keyword_only = [], False
    for parameter in found.parameters.values():
        if parameter.kind is inspect.Parameter.KEYWORD_ONLY and not keyword_only:
            keyword_only = True
            parts.append("*")
        parts.append(_QUALIFIED.sub("", str(_plain(parameter))))
    returns = "" if isinstance(target, type) else f" -> {found.return_annotation.__name__}"
    short = f"kubedx.{name}({', '.join(parts)}){returns}"
    return short if len(short) < 100 else f"kubedx.{name}(\n" + "".join(f"    {part},\n" for part in parts) + f"){returns}"


def _plain(parameter: inspect.Parameter) -> inspect.Parameter:
    """The parameter with a default as a caller would write it."""
    default = parameter.default
    if isinstance(default, enum.Enum):
        return parameter.replace(default=default.value)
    return parameter.replace(default=Written(f"{type(default).__name__}()")) if isinstance(default, kubedx.Cluster) else parameter


class Written(str):
    """A default that shows as it is written."""

    __slots__ = ()

    def __repr__(self) -> str:
        return str(self)
