"""Container images as OCI archives (https://github.com/opencontainers/image-spec), and what the last stage of a Dockerfile says of one."""

import hashlib
import io
import json
import re
import shlex
import tarfile
from pathlib import Path
from typing import Any, NamedTuple

_CONTINUED = re.compile(r"\\\n\s*")
_VARIABLE = re.compile(r"\$\{(\w+)\}|\$(\w+)")


class File(NamedTuple):
    """A file of an image. Compiled Python modules hold for the very second of their source, `changed`."""

    data: bytes
    changed: int
    executable: bool


class Layer:
    """Files and symbolic links by their path in the image."""

    def __init__(self) -> None:
        self.files: dict[str, File] = {}
        self.links: dict[str, str] = {}
        self.writable: set[str] = set()

    def copy(self, path: str, file: Path) -> None:
        """Put a file of this machine there."""
        found = file.stat()
        self.files[path.strip("/")] = File(file.read_bytes(), int(found.st_mtime), bool(found.st_mode & 0o100))

    def write(self, path: str, data: bytes, *, executable: bool = False) -> None:
        """Put these bytes there."""
        self.files[path.strip("/")] = File(data, 0, executable)

    def archive(self) -> bytes:
        """The layer as a tar archive, everything root's."""
        parents = {str(parent) for path in {*self.files, *self.links} for parent in Path(path).parents}
        buffer = io.BytesIO()
        with tarfile.open(fileobj=buffer, mode="w") as tar:
            for folder in sorted((parents | self.writable) - {"."}):
                _add(tar, folder, tarfile.DIRTYPE, mode=0o1777 if folder in self.writable else 0o755)
            for path, target in sorted(self.links.items()):
                _add(tar, path, tarfile.SYMTYPE, target=target)
            for path, file in sorted(self.files.items()):
                _add(tar, path, tarfile.REGTYPE, mode=0o755 if file.executable else 0o644, file=file)
        return buffer.getvalue()


def _add(tar: tarfile.TarFile, path: str, kind: bytes, *, mode: int = 0o777, target: str = "", file: File | None = None) -> None:
    entry = tarfile.TarInfo(path)
    entry.type, entry.mode, entry.linkname = kind, mode, target
    if file is not None:
        entry.size, entry.mtime = len(file.data), file.changed
    tar.addfile(entry, io.BytesIO(file.data) if file else None)


class Stage(NamedTuple):
    """What a stage of a Dockerfile says of the image."""

    config: dict[str, Any]
    arguments: dict[str, str]


def last_stage(dockerfile: str) -> Stage:
    """Of the last stage the configuration, and every ARG's default. COPY and RUN are not for us to follow."""
    config: dict[str, Any] = {"Env": ["PATH=/usr/local/bin:/usr/bin:/bin"]}
    arguments: dict[str, str] = {}
    lines = (line for line in _CONTINUED.sub(" ", dockerfile).splitlines() if line.strip() and not line.startswith("#"))
    for line in lines:
        word, _, rest = line.partition(" ")
        match word:
            case "FROM":
                config = {"Env": ["PATH=/usr/local/bin:/usr/bin:/bin"]}
            case "ARG":
                name, _, value = rest.partition("=")
                arguments[name] = value
            case "ENV" | "LABEL":
                _set(config, word, _expanded(rest, config, arguments))
            case "USER" | "WORKDIR":
                config[{"USER": "User", "WORKDIR": "WorkingDir"}[word]] = rest
            case "ENTRYPOINT" | "CMD":
                config[word.capitalize()] = json.loads(rest)
    return Stage(config, arguments)


def _set(config: dict[str, Any], word: str, pairs: str) -> None:
    for pair in shlex.split(pairs):
        name, _, value = pair.partition("=")
        if word == "LABEL":
            config.setdefault("Labels", {})[name] = value
        else:
            config["Env"] = [*(one for one in config["Env"] if not one.startswith(f"{name}=")), f"{name}={value}"]


def _expanded(text: str, config: dict[str, Any], arguments: dict[str, str]) -> str:
    known = arguments | dict(one.split("=", 1) for one in config["Env"])
    return _VARIABLE.sub(lambda match: known.get(match[1] or match[2], ""), text)


def write_image(path: Path, name: str, layers: list[bytes], config: dict[str, Any], architecture: str) -> None:
    """Write the archive: an image layout with one image of that name (`ctr images import` reads the annotations)."""
    blobs: dict[str, bytes] = {}

    def blob(data: bytes, media: str) -> dict[str, Any]:
        digest = hashlib.sha256(data).hexdigest()
        blobs[digest] = data
        return {"mediaType": f"application/vnd.oci.image.{media}", "digest": f"sha256:{digest}", "size": len(data)}

    described = [blob(layer, "layer.v1.tar") for layer in layers]
    rootfs = {"type": "layers", "diff_ids": [layer["digest"] for layer in described]}
    image = blob(_json({"architecture": architecture, "os": "linux", "config": config, "rootfs": rootfs}), "config.v1+json")
    manifest = blob(_json({"schemaVersion": 2, "config": image, "layers": described}), "manifest.v1+json")
    named = {"io.containerd.image.name": name, "org.opencontainers.image.ref.name": name.rpartition(":")[2]}
    index = {"schemaVersion": 2, "manifests": [manifest | {"annotations": named}]}
    with tarfile.open(path, "w") as tar:
        for inner, data in {
            "oci-layout": _json({"imageLayoutVersion": "1.0.0"}),
            "index.json": _json(index),
            **{f"blobs/sha256/{digest}": data for digest, data in blobs.items()},
        }.items():
            _add(tar, inner, tarfile.REGTYPE, mode=0o644, file=File(data, 0, executable=False))


def _json(document: dict[str, Any]) -> bytes:
    return json.dumps(document, sort_keys=True).encode()
