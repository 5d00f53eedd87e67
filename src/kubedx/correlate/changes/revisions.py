"""What the newest template of a workload changes against the one before it."""

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from kubedx.correlate.changes.writers import last_writer
from kubedx.findings import Change
from kubedx.inventory import Inventory
from kubedx.kube import (
    ControllerRevision,
    DaemonSet,
    Deployment,
    KubeObject,
    PodTemplateSpec,
    ReplicaSet,
    StatefulSet,
    template_changes,
    words_of_value,
)

REVISION = "deployment.kubernetes.io/revision"

_SOURCES = (
    ("meta.helm.sh/release-name", "Helm release"),
    ("argocd.argoproj.io/tracking-id", "Argo CD application"),
    ("kustomize.toolkit.fluxcd.io/name", "Flux kustomization"),
    ("helm.toolkit.fluxcd.io/name", "Flux release"),
)


class _Revision(NamedTuple):
    """A template, and when the workload first had it."""

    number: int
    made: datetime
    template: PodTemplateSpec


def template_changes_of(workload: KubeObject, inventory: Inventory) -> Iterator[Change]:
    """The fields in which the newest template differs from the one before; none where there was none before."""
    revisions = sorted(_revisions(workload, inventory), key=lambda one: (one.number, one.made))
    if len(revisions) < 2:
        return
    before, newest = revisions[-2:]
    by = _author(workload)
    for change in template_changes(before.template, newest.template):
        path = f"spec.template.spec.{change.path}"
        yield Change(newest.made, workload.ref, path, words_of_value(change.before), words_of_value(change.after), by)


def _author(workload: KubeObject) -> str:
    """Who wrote the template: by the managers of fields, and where it comes from by the marks of deployment tools."""
    marks = {**workload.metadata.labels, **workload.metadata.annotations}
    source = next((f"{words} {marks[key].partition(':')[0]}" for key, words in _SOURCES if marks.get(key)), "")
    return source or last_writer(workload)


def _revisions(workload: KubeObject, inventory: Inventory) -> Iterator[_Revision]:
    if isinstance(workload, Deployment):
        for one in inventory.owned_by(workload, ReplicaSet):
            written = one.metadata.annotations.get(REVISION, "")
            if one.metadata.creation_timestamp is not None and written.isascii() and written.isdigit():
                yield _Revision(int(written), one.metadata.creation_timestamp, one.spec.template)
    elif isinstance(workload, StatefulSet | DaemonSet):
        for revision in inventory.owned_by(workload, ControllerRevision):
            template = revision.data.spec.template
            if revision.metadata.creation_timestamp is not None and template is not None:
                yield _Revision(revision.revision, revision.metadata.creation_timestamp, template)
