"""What the fields of an API mean, for `--with-doc`: as a live API server says it, or a dump's CustomResourceDefinitions, else as
Kubernetes says it of its own kinds, which is part of the package.

`kubernetes-openapi.json.gz` holds the descriptions of the OpenAPI documents of a real API server, of the kinds that have a type here
(written by `scripts/field-docs`). They are the Kubernetes authors', under the Apache License 2.0 (https://github.com/kubernetes/kubernetes).
"""

import gzip
from collections.abc import Callable, Sequence
from functools import cache
from importlib import resources

from kubedx.kube import Gap, Ref
from kubedx.source.openapi import OpenApi

PACKAGED = "kubernetes-openapi.json.gz"
MOST = 600
"""Letters of one description; the longest of Kubernetes' own have thousands."""

Reader = Callable[[str], OpenApi | Gap | None]
"""Reads what an API version says of its fields; None where nothing does."""


class FieldDocs:
    """The documentation of fields. Each API version is read once, when the first field of it is asked for."""

    def __init__(self, read: Reader = lambda _version: None) -> None:
        self._read = read
        self._known: dict[str, OpenApi | None] = {}
        self.troubles: list[str] = []
        """What could not be read, one sentence each."""

    def of(self, ref: Ref, names: Sequence[str]) -> str:
        """What the field of an object of that path (`field_names`) means, in one line; empty where nobody says it."""
        own = self._own(ref.api_version)
        text = (own.describe(ref.group_kind, names) if own else "") or packaged().describe(ref.group_kind, names)
        return text if len(text) <= MOST else f"{text[:MOST].rpartition(' ')[0]} …"

    def _own(self, api_version: str) -> OpenApi | None:
        if api_version not in self._known:
            answer = self._read(api_version)
            if isinstance(answer, Gap):
                self.troubles.append(f"the documentation of {api_version} could not be read: {answer.message}")
            self._known[api_version] = answer if isinstance(answer, OpenApi) else None
        return self._known[api_version]


@cache
def packaged() -> OpenApi:
    """What Kubernetes says of its own kinds."""
    return OpenApi.of_document(gzip.decompress(resources.files("kubedx.source").joinpath(PACKAGED).read_bytes()))
