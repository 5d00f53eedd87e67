"""Manifests, as `kubectl apply -f` reads them: files, folders and standard input, YAML or JSON, many documents, Lists."""

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

import msgspec

from kubedx.errors import ManifestError
from kubedx.kube import Gap, KubeObject, RawObject, Ref, type_of
from kubedx.source.dump_kinds import read_as
from kubedx.source.memory import type_document
from kubedx.source.yaml_documents import YamlError, documents

STDIN = "-"
MAX_SIZE = 64 * 1024 * 1024
"""Bytes of one file: a cluster takes objects of a megabyte or two."""

_SUFFIXES = (".yaml", ".yml", ".json")
_KUSTOMIZE = "kustomize.config.k8s.io/"


class Manifests(NamedTuple):
    """The objects of manifests, and a sentence for each that is right but of a version whose fields are not read here."""

    objects: tuple[KubeObject, ...]
    unread: tuple[str, ...] = ()


def read_manifests(paths: Sequence[str], namespace: str = "default", stdin: BinaryIO | None = None) -> Manifests:
    """The objects of these files, in order; of a folder its own files alone. Of an object that stands twice, the last.

    `namespace` is for objects that name none and need one. Raises ManifestError with file and line for what cannot be read.
    """
    read: dict[Ref, KubeObject] = {}
    unread: list[str] = []
    for path in paths:
        for name, data in _files(path, stdin):
            for line, document in _documents(name, data):
                found = _object(f"{name}, line {line}", document, namespace)
                if isinstance(found, str):
                    unread.append(found)
                elif found is not None:
                    read[found.ref] = found
    if not read and not unread:
        raise ManifestError(f"there is no object in {', '.join(paths)}; name files with manifests, or - for standard input")
    return Manifests(tuple(read.values()), tuple(unread))


def _files(path: str, stdin: BinaryIO | None) -> Iterator[tuple[str, bytes]]:
    if path == STDIN:
        yield "standard input", (stdin or sys.stdin.buffer).read(MAX_SIZE)
        return
    try:
        place = Path(path)
        if place.is_dir():
            inside = sorted(one for one in place.iterdir() if one.suffix.lower() in _SUFFIXES and one.is_file())
            if not inside:
                raise ManifestError(f"the folder {path} holds no .yaml, .yml or .json file; name one that does")
        else:
            inside = [place]
        for one in inside:
            if one.stat().st_size > MAX_SIZE:
                raise ManifestError(f"{one} is larger than {MAX_SIZE // 1024 // 1024} MiB, which is no manifest")
            yield str(one), one.read_bytes()
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise ManifestError(f"{path} cannot be read: {reason}; give the path of a manifest") from error


def _documents(name: str, data: bytes) -> Iterator[tuple[int, dict[str, Any]]]:
    for document in documents(data):
        if isinstance(document, YamlError):
            raise ManifestError(f"{name}, {document}")
        value = document.value
        if value is None:
            continue
        if not isinstance(value, dict):
            raise ManifestError(f"{name}, line {document.line}: a document that is no object")
        if document.items is None or not str(value.get("kind", "")).endswith("List"):
            yield document.line, value
            continue
        for item in document.items:
            inner = msgspec.json.decode(item)
            if isinstance(inner, dict):
                yield document.line, inner


def _object(where: str, document: dict[str, Any], namespace: str) -> KubeObject | str | None:
    """The object; None for one that gets its name when it is made; a sentence for one of a version that is not read."""
    version, kind = document.get("apiVersion"), document.get("kind")
    if not isinstance(version, str) or not isinstance(kind, str) or not version or not kind:
        raise ManifestError(f"{where}: an object without apiVersion or kind")
    if version.startswith(_KUSTOMIZE):
        raise ManifestError(
            f"{where}: a kustomization and no manifest; hand on what it builds: kubectl kustomize FOLDER | kubedx preflight -f -"
        )
    if read_as(version, kind, namespaced=True) is None:
        return f"{where}: {kind} of version {version} is not read and not judged; its newest version would be"
    typed = type_document(document)
    if isinstance(typed, Gap):
        title = f"{kind} {typed.name}" if typed.name else kind
        raise ManifestError(f"{where}: {title}: {typed.message.removeprefix('the object is not what its kind demands: ')}")
    if not typed.name:
        if typed.metadata.generate_name:
            return None
        raise ManifestError(f"{where}: a {kind} without a name")
    return _placed(typed, namespace)


def _placed(found: KubeObject, namespace: str) -> KubeObject:
    """The object in its namespace; a kind without a type is left where it says, since it may have none."""
    if isinstance(found, RawObject):
        return found
    kind = type_of(found.kind.group_kind)
    wanted = (found.namespace or namespace) if kind is not None and kind.KIND.namespaced else ""
    return msgspec.structs.replace(found, metadata=msgspec.structs.replace(found.metadata, namespace=wanted))
