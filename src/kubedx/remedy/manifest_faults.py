"""What is wrong with manifests as they are written, so that the API server would not take them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from kubedx.analyzers import nearest_few
from kubedx.inventory import Found, Inventory
from kubedx.kube import ApiFields, Manifest, api_fields, custom_fields, group_of, is_newer
from kubedx.remedy.manifest_fields import field_faults
from kubedx.remedy.validation import invalid

_DEFINITION = "CustomResourceDefinition"
_LAST_REMOVAL = "v1.32"
"""The version since which no old version of an API is served that this table lacks.

https://kubernetes.io/docs/reference/using-api/deprecation-guide/
"""


def manifest_faults(manifests: Sequence[Manifest], inventory: Inventory, definitions: Iterable[Mapping[str, Any]] = ()) -> tuple[str, ...]:
    """A sentence for each fault, with file, line and path. `definitions` are CustomResourceDefinitions of the cluster as parsed JSON."""
    own = (one.document for one in manifests if one.document.get("kind") == _DEFINITION)
    custom = {version: fields for definition in (*definitions, *own) for version, fields in custom_fields(definition).items()}
    return tuple(f"{manifest.title}: {fault}" for manifest in manifests for fault in _faults(manifest, inventory, custom))


def _faults(manifest: Manifest, inventory: Inventory, custom: Mapping[str, ApiFields]) -> Iterator[str]:
    version = inventory.cluster.version
    unserved = _unserved(manifest.document, version)
    if unserved:
        yield unserved
        return
    wrong = field_faults(manifest.document, custom, version)
    # As in the API server: what is wrong beside the fields is looked for once these are right.
    yield from wrong or ((manifest.fault,) if manifest.fault else ())
    if manifest.object is not None and not wrong:
        found = inventory.find(manifest.object.ref)
        yield from invalid(manifest.object, found.object if isinstance(found, Found) else None)


def _unserved(document: Mapping[str, Any], version: str) -> str:
    """Why no API server serves a built-in kind under this version; empty where one may, and for the kinds of others."""
    fields = api_fields()
    api_version, kind = str(document.get("apiVersion")), str(document.get("kind"))
    if fields.schema_of(api_version, kind) or is_newer(version, fields.version):
        return ""
    served = [one.rpartition("/")[::2] for one in fields.kinds]
    group = group_of(api_version)
    places = [held for held, name in served if name == kind]
    if api_version in {held for held, _ in served}:
        alike = nearest_few(kind, (name for held, name in served if held == api_version))
        return f"{api_version} has no kind {kind}{_hint(places or alike)}"
    if group and "." not in group and group not in {group_of(held) for held, _ in served}:
        return f"there is no API group {group}{_hint(places or nearest_few(group, (group_of(held) for held, _ in served)))}"
    same_group = [held for held in places if group_of(held) == group]
    if same_group and not is_newer(_LAST_REMOVAL, version or _LAST_REMOVAL):
        return f"{api_version} is served no more; write {same_group[0]}, whose fields may differ"
    return ""


def _hint(meant: Sequence[str]) -> str:
    return f"; did you mean {' or '.join(meant)}?" if meant else ""
