"""Manifests, as `kubectl apply -f` reads them: files, folders and standard input, YAML or JSON, many documents, Lists."""

import re
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

import msgspec

from kubedx.errors import ManifestError
from kubedx.kube import Gap, KubeObject, Manifest, RawObject, Ref, Secret, type_of
from kubedx.source.dump_kinds import read_as
from kubedx.source.memory import type_document
from kubedx.source.yaml_documents import YamlDocument, YamlError, documents

STDIN = "-"
MAX_SIZE = 64 * 1024 * 1024
"""Bytes of one file: a cluster takes objects of a megabyte or two."""

MOST_TOLD = 5
"""Faults in one sentence, where there is no object."""

MADE_NAME = "preview"
"""What stands behind a generateName in place of the letters that the API server would choose."""

_SUFFIXES = (".yaml", ".yml", ".json")
_KUSTOMIZATIONS = frozenset({"kustomization.yaml", "kustomization.yml"})
_KUSTOMIZE = "kustomize.config.k8s.io/"
_NO_BASE64 = "?"  # a letter that base64 has not
_BASE64 = re.compile(r"(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?")


class Manifests(NamedTuple):
    """What stands in manifests, in order, of an object that stands twice the last; a sentence for each document that nobody can apply; and
    one for each that is right but not judged, or judged as something else than it says.
    """

    manifests: tuple[Manifest, ...] = ()
    faults: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def objects(self) -> tuple[KubeObject, ...]:
        """Those that can be typed."""
        return tuple(one.object for one in self.manifests if one.object is not None)


class _UnreadableError(Exception):
    """A document that nobody can apply; the text is a sentence."""


def read_manifests(paths: Sequence[str], namespace: str = "default", stdin: BinaryIO | None = None) -> Manifests:
    """What stands in these files; of a folder its own files alone. `namespace` is for objects that name none and need one.

    Raises ManifestError for a file that cannot be read, and where there is not one object; with file and line.
    """
    reading = _Reading(namespace)
    for path in paths:
        for name, data in _files(path, stdin):
            reading.take(name, data)
    found = reading.found
    if not found.manifests:
        raise ManifestError(
            "; ".join(found.faults[:MOST_TOLD])
            or f"there is no object in {', '.join(paths)}; name files with manifests, or - for standard input"
        )
    return found


class _Reading:
    """Manifests as they are read."""

    def __init__(self, namespace: str) -> None:
        self._namespace = namespace
        self._kept: dict[Ref | str, Manifest] = {}
        self._faults: list[str] = []
        self._notes: list[str] = []

    @property
    def found(self) -> Manifests:
        return Manifests(tuple(self._kept.values()), tuple(self._faults), tuple(self._notes))

    def take(self, name: str, data: bytes) -> None:
        """Read one file to its end, whatever is wrong in it."""
        try:
            for found in documents(data):
                self._note_repeated(name, found)
                for where, document in _objects(name, found, data):
                    self._take(where, document)
        except _UnreadableError as fault:
            self._faults.append(str(fault))

    def _note_repeated(self, name: str, found: YamlDocument | YamlError) -> None:
        for key, line in found.repeated if isinstance(found, YamlDocument) else ():
            self._notes.append(f'{name}, line {line}: the key "{key}" stands twice in one object; the last one counts, as for kubectl')

    def _take(self, where: str, document: dict[str, Any] | _UnreadableError) -> None:
        try:
            if isinstance(document, _UnreadableError):
                raise document
            version, kind = _version_and_kind(where, document)
            if read_as(version, kind, namespaced=True) is None:
                self._notes.append(
                    f"{where}: {kind} of version {version} is not judged, only its fields are looked at; its newest version would be"
                )
                self._kept[where] = Manifest(where=where, document=document)
                return
            self._keep(_manifest(where, document, self._namespace))
        except _UnreadableError as fault:
            self._faults.append(str(fault))

    def _keep(self, manifest: Manifest) -> None:
        found = manifest.object
        if found is None:
            self._kept[manifest.where] = manifest
            return
        if found.metadata.generate_name and found.name.endswith(f"{found.metadata.generate_name}{MADE_NAME}"):
            self._notes.append(f"{manifest.title} has a generateName, which kubectl apply refuses and kubectl create takes")
        first = self._kept.pop(found.ref, None)
        if first is not None:
            self._notes.append(f"{manifest.where}: {found.ref} stands at {first.where} too; the last one counts")
        self._kept[found.ref] = manifest


def _files(path: str, stdin: BinaryIO | None) -> Iterator[tuple[str, bytes]]:
    if path == STDIN:
        yield "standard input", (stdin or sys.stdin.buffer).read(MAX_SIZE)
        return
    if path.startswith(("https://", "http://")):
        raise ManifestError(f"{path} is not read from the network; hand it on: curl -sSL {path} | kubedx preflight -f -")
    try:
        place = Path(path)
        for one in _files_of(place) if place.is_dir() else [place]:
            if one.stat().st_size > MAX_SIZE:
                raise ManifestError(f"{one} is larger than {MAX_SIZE // 1024 // 1024} MiB, which is no manifest")
            yield str(one), one.read_bytes()
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise ManifestError(f"{path} cannot be read: {reason}; give the path of a manifest") from error


def _files_of(folder: Path) -> list[Path]:
    """The manifests of a folder. Raises ManifestError for one that a program makes manifests of first."""
    if (folder / "Chart.yaml").exists():
        raise ManifestError(f"{folder} is a Helm chart; hand on what is made of it: helm template {folder} | kubedx preflight -f -")
    if any((folder / name).exists() for name in _KUSTOMIZATIONS):
        raise ManifestError(f"{folder} holds a kustomization; hand on what it builds: kubectl kustomize {folder} | kubedx preflight -f -")
    inside = sorted(one for one in folder.iterdir() if one.suffix.lower() in _SUFFIXES and one.is_file())
    if not inside:
        raise ManifestError(f"the folder {folder} holds no .yaml, .yml or .json file; name one that does")
    return inside


def _objects(name: str, found: Any, data: bytes) -> Iterator[tuple[str, dict[str, Any] | _UnreadableError]]:
    """The objects of one document, each with where it stands."""
    if isinstance(found, YamlError):
        if b"{{" in data:
            raise _UnreadableError(_template(name))
        yield name, _UnreadableError(f"{name}, {found}")
        return
    where, value = f"{name}, line {found.line}", found.value
    if value is None:
        return
    if not isinstance(value, dict):
        yield where, _UnreadableError(f"{where}: a document that is no object")
        return
    if found.items is None or not str(value.get("kind", "")).endswith("List"):
        yield where, value
        return
    for number, item in enumerate(found.items, 1):
        inner, place = msgspec.json.decode(item), f"{where}, item {number}"
        if inner is not None:
            yield place, inner if isinstance(inner, dict) else _UnreadableError(f"{place}: an item that is no object")


def _version_and_kind(where: str, document: dict[str, Any]) -> tuple[str, str]:
    version, kind = document.get("apiVersion"), document.get("kind")
    if not isinstance(version, str) or not isinstance(kind, str) or not version or not kind:
        raise _UnreadableError(f"{where}: an object without apiVersion or kind")
    if version.startswith(_KUSTOMIZE):
        raise _UnreadableError(
            f"{where}: a kustomization and no manifest; hand on what it builds: kubectl kustomize FOLDER | kubedx preflight -f -"
        )
    metadata = document.get("metadata")
    if isinstance(metadata, dict) and any("{{" in str(metadata.get(field, "")) for field in ("name", "namespace")):
        raise _UnreadableError(_template(where))
    return version, kind


def _template(where: str) -> str:
    return f"{where}: a template that is not filled in ({{{{ }}}}); hand on what is made of it: helm template CHART | kubedx preflight -f -"


def _manifest(where: str, document: dict[str, Any], namespace: str) -> Manifest:
    """The object under the type of its kind. What is wrong with it is for others to tell: there is no more than a sentence here."""
    kind = document["kind"]
    if (document["apiVersion"], kind) == (Secret.KIND.api_version, Secret.KIND.kind):
        document = _without_values(document)
    typed = type_document(document)
    if isinstance(typed, Gap):
        return Manifest(where=where, document=document, fault=typed.message.removeprefix("the object is not what its kind demands: "))
    if not typed.name:
        if not typed.metadata.generate_name:
            return Manifest(where=where, document=document, fault="metadata.name is missing, and must be there")
        made = msgspec.structs.replace(typed.metadata, name=f"{typed.metadata.generate_name}{MADE_NAME}")
        typed = msgspec.structs.replace(typed, metadata=made)
    return Manifest(where=where, document=document, object=_placed(typed, namespace))


def _without_values(document: dict[str, Any]) -> dict[str, Any]:
    """A Secret of which only the keys are left, and whether each value is such as it may be."""
    kept = dict(document)
    for field, is_plain in (("data", False), ("stringData", True)):
        values = document.get(field)
        if isinstance(values, dict):
            kept[field] = {key: _without_value(value, is_plain=is_plain) for key, value in values.items()}
    return kept


def _without_value(value: Any, *, is_plain: bool) -> Any:
    match value:
        case str():
            return "" if is_plain or _BASE64.fullmatch("".join(value.split())) else _NO_BASE64
        case bool() | None:
            return value
        case int() | float():
            return 0
        case list():
            return []
        case _:
            return {}


def _placed(found: KubeObject, namespace: str) -> KubeObject:
    """The object in its namespace; a kind without a type is left where it says, since it may have none."""
    if isinstance(found, RawObject):
        return found
    kind = type_of(found.kind.group_kind)
    wanted = (found.namespace or namespace) if kind is not None and kind.KIND.namespaced else ""
    return msgspec.structs.replace(found, metadata=msgspec.structs.replace(found.metadata, namespace=wanted))
