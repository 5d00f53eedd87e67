"""Which targets a scrape job keeps, as far as its relabeling can be followed exactly.

https://prometheus.io/docs/prometheus/latest/configuration/configuration/#kubernetes_sd_config
"""

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from kubedx.analyzers.custom_status import entries, text
from kubedx.inventory import Inventory
from kubedx.kube import KubeObject, Node, Pod, Service, pattern_of

ROLES: Mapping[str, type[KubeObject]] = {"pod": Pod, "service": Service, "node": Node}
_BAD_IN_NAMES = pattern_of(r"[^a-zA-Z0-9_]")
_LONGEST_REGEX = 500


class Kept(NamedTuple):
    """A job with how many objects it keeps of how many, and the first step that drops the rest (its place, and its words)."""

    job: str
    role: str
    kept: int
    total: int
    step: int
    words: str


def kept_by(job: dict[str, Any], inventory: Inventory) -> Kept | None:
    """What a job keeps; None where it finds its targets in another way, or a step cannot be followed."""
    found = entries(job, "kubernetes_sd_configs")
    role = text(found[0], "role") if len(found) == 1 else ""
    kind = ROLES.get(role)
    if kind is None or set(found[0]) - {"role", "namespaces"} or "namespaces" in found[0]:
        return None
    objects = inventory.list(kind)
    if not objects.complete:
        return None
    remaining = [_labels(role, one) for one in objects]
    blamed, words = -1, ""
    for place, step in enumerate(entries(job, "relabel_configs")):
        action = str(step.get("action", "replace")).lower()
        if action not in {"keep", "drop"}:
            continue
        left = _filtered(step, action, remaining, role)
        if left is None:
            return None
        if blamed < 0 and len(left) < len(remaining):
            blamed, words = place, _words(step, action)
        remaining = left
    return Kept(text(job, "job_name"), role, len(remaining), len(objects), blamed, words)


def _filtered(step: dict[str, Any], action: str, remaining: list[dict[str, str]], role: str) -> list[dict[str, str]] | None:
    sources, pattern = step.get("source_labels"), _pattern(_regex(step))
    followed = isinstance(sources, list) and all(str(one).startswith(_followed(role)) for one in sources)
    if not followed or pattern is None:
        return None
    separator = str(step.get("separator", ";"))
    names = [str(one) for one in sources] if isinstance(sources, list) else []
    matching = [one for one in remaining if pattern.fullmatch(separator.join(one.get(name, "") for name in names))]
    return matching if action == "keep" else [one for one in remaining if one not in matching]


def _pattern(words: str) -> re.Pattern[str] | None:
    # Nested repetition takes Python's engine for ever on some texts; such a step is not followed.
    if len(words) > _LONGEST_REGEX or re.search(r"[*+]\)[*+]", words):
        return None
    try:
        return re.compile(words)
    except (re.error, RecursionError, OverflowError):
        return None


def _followed(role: str) -> tuple[str, ...]:
    return (f"__meta_kubernetes_{role}_annotation", f"__meta_kubernetes_{role}_label", "__meta_kubernetes_namespace")


def _labels(role: str, one: KubeObject) -> dict[str, str]:
    labels = {"__meta_kubernetes_namespace": one.namespace}
    for word, values in (("annotation", one.metadata.annotations), ("label", one.metadata.labels)):
        for key, value in values.items():
            name = _BAD_IN_NAMES.sub("_", key)
            labels[f"__meta_kubernetes_{role}_{word}_{name}"] = value
            labels[f"__meta_kubernetes_{role}_{word}present_{name}"] = "true"
    return labels


def _words(step: dict[str, Any], action: str) -> str:
    return f"{action} {', '.join(map(str, step.get('source_labels') or ()))} =~ {_regex(step)}"


def _regex(step: dict[str, Any]) -> str:
    """The regular expression as it was written: YAML makes a boolean of `true`."""
    written = step.get("regex", "(.*)")
    return str(written).lower() if isinstance(written, bool) else str(written)
