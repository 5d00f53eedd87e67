"""What the user asks for, and who explains what is found."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

import msgspec

from kubedx.analyzers import LogPolicy
from kubedx.correlate import Target
from kubedx.findings import Facts, Incident, Severity, Suppressions
from kubedx.kube import KubeObject, LabelSelector, Manifest, Ref
from kubedx.source import Scope


class Explained(msgspec.Struct, frozen=True):
    """Incidents with their explanations, the backend that gave them, and one warning for each thing that went wrong.

    `details` is each incident's explanation in k8sgpt's form, by incident id.
    """

    incidents: tuple[Incident, ...]
    provider: str = ""
    warnings: tuple[str, ...] = ()
    details: dict[str, str] = {}


class Explainer(Protocol):
    """What explains incidents: the room `explain`, or a fake."""

    def explain(self, incidents: tuple[Incident, ...], facts: Facts) -> Explained:
        """Never raises; a failing model leaves the playbook's text and a warning."""
        ...


class Applied(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody means to apply: manifests, a sentence for each document that nobody could, and the CustomResourceDefinitions, as
    parsed JSON, by which custom resources among them are checked.
    """

    manifests: tuple[Manifest, ...]
    faults: tuple[str, ...] = ()
    definitions: tuple[Mapping[str, Any], ...] = ()

    @property
    def objects(self) -> tuple[KubeObject, ...]:
        """Those that can be typed."""
        return tuple(one.object for one in self.manifests if one.object is not None)


class FieldDocs(Protocol):
    """What tells what the fields of an API mean."""

    def of(self, ref: Ref, names: Sequence[str]) -> str:
        """The documentation of a field of an object, by the names that lead to it; empty where there is none."""
        ...

    @property
    def troubles(self) -> Sequence[str]:
        """What of it could not be read so far, one sentence each."""
        ...


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """What the user asks for. `deadline` is of `time.monotonic()`; `selector` and `filters` choose whose symptoms open an incident.

    With a `target`, only what concerns that object is reported, and what it depends on. With manifests that are `applied`, only
    what they would cause: the cluster is judged as it would be with them. With `codes`, only these rules judge. With `docs`, fields
    that are quoted come with their documentation.
    """

    scope: Scope = Scope()
    filters: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    selector: LabelSelector | None = None
    target: Target | None = None
    applied: Applied | None = None
    level: Severity = Severity.WARNING
    suppressions: Suppressions = Suppressions()
    logs: LogPolicy = LogPolicy.SUSPECTS
    read_certificates: bool = False
    custom_resources: bool = True
    lap: Callable[[str], None] = lambda _code: None
    deadline: float | None = None
    warnings: tuple[str, ...] = ()
    docs: FieldDocs | None = None
