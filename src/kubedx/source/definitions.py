"""The CustomResourceDefinitions by which manifests of custom resources are checked: read one by one, since a list of all is megabytes."""

from collections.abc import Iterable
from typing import Any

from kubedx.kube import CustomResourceDefinition, Manifest, RawObject
from kubedx.source.contract import Source
from kubedx.source.live import LiveSource

MOST = 50
"""Definitions that are read at most, each in a request."""


def definitions_of(source: Source, manifests: Iterable[Manifest], deadline: float | None = None) -> tuple[dict[str, Any], ...]:
    """The definitions, as parsed JSON, of the custom kinds of these manifests, as far as a live cluster tells them. A dump tells none."""
    wanted = {one.object.kind.group_kind: one.object.kind for one in manifests if isinstance(one.object, RawObject)}
    if not isinstance(source, LiveSource) or not any("." in group for group, _ in wanted):
        return ()
    plurals = {kind.group_kind: kind.plural for kind in source.custom_kinds(deadline)}
    named = (f"{plurals.get(key, kind.plural)}.{kind.group}" for key, kind in sorted(wanted.items()) if "." in kind.group)
    refs = [CustomResourceDefinition.KIND.ref("", name) for name in named]
    found = (source.document(CustomResourceDefinition.KIND, ref, deadline) for ref in refs[:MOST])
    return tuple(one for one in found if one is not None)
