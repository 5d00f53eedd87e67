"""Fixes that were proved: the change is made on the inventory, the rules judge what it touches, and only where the fault is gone and
no new one has come it is called checked.
"""

import shlex
from collections.abc import Container, Iterable, Iterator, Mapping

from kubedx.analyzers import Judgement, Pair, Rule, judge_again, parse_image
from kubedx.findings import FieldChange, Finding, Fix, Incident, Severity
from kubedx.inventory import EdgeKind, Found, Inventory
from kubedx.kube import GroupKind, KubeObject, Node, Pod, Ref, container_statuses
from kubedx.remedy.edit import Edited, FieldEdit, edited, json_patch, words_of
from kubedx.remedy.forecast import Forecast, forecast
from kubedx.remedy.identity import identities, identity
from kubedx.remedy.proposals import Proposal, proposals

MAX_FIXES = 3
"""Fixes of one incident: one for each workload that names the same absent object."""

MAX_INCIDENTS = 20
MIN_INCIDENTS = 3
MAX_PODS = 20_000
"""Incidents, from the first on, for which fixes are looked for; fewer in a large cluster, since a proof looks at every pod once."""

_DEPENDENTS = (EdgeKind.SELECTS, EdgeKind.ROUTES, EdgeKind.SCALES, EdgeKind.MOUNTS, EdgeKind.READS_ENV)
_BUILT_IN_GROUPS = frozenset({"", "apps", "batch", "autoscaling", "policy"})
_MANAGERS = (
    ("annotations", "argocd.argoproj.io/tracking-id", "Argo CD"),
    ("labels", "argocd.argoproj.io/instance", "Argo CD"),
    ("labels", "kustomize.toolkit.fluxcd.io/name", "Flux"),
    ("labels", "helm.toolkit.fluxcd.io/name", "Flux"),
    ("annotations", "meta.helm.sh/release-name", "Helm"),
)


class Proof:
    """Proves fixes against all that is found in the cluster as it is."""

    def __init__(self, inventory: Inventory, findings: Iterable[Finding], rules: Iterable[Rule]) -> None:
        self._inventory = inventory
        self._known = identities(findings, inventory)
        self._rules: Mapping[str, Rule] = {rule.code: rule for rule in rules}
        self._on: dict[GroupKind, list[str]] = {}
        for code, rule in self._rules.items():
            for kind in rule.on:
                self._on.setdefault(kind.KIND.group_kind, []).append(code)

    @property
    def most_incidents(self) -> int:
        """For how many incidents to look for fixes."""
        pods = len(self._inventory.list(Pod))
        return max(MIN_INCIDENTS, min(MAX_INCIDENTS, MAX_PODS // max(pods, 1)))

    def fixes(self, incident: Incident) -> tuple[Fix, ...]:
        """The fixes of the incident's root cause."""
        root = incident.root_cause
        causes = [one for one in incident.findings if one.code == root.code and (one.cause == root.cause or one.subject == root.observed)]
        found: dict[tuple[Ref, str], Fix] = {}
        for finding in causes:
            if len(found) == MAX_FIXES:
                break
            for proposal in proposals(finding, self._inventory):
                change = edited(proposal.object, proposal.edits)
                if change is None or (proposal.object.ref, json_patch(change.fields)) in found:
                    continue
                fix = self._fix(finding, proposal, change)
                found[fix.ref, fix.patch] = fix
        return tuple(found.values())

    def _fix(self, finding: Finding, proposal: Proposal, change: Edited) -> Fix:
        target = proposal.object
        return Fix(
            ref=target.ref,
            changes=tuple(FieldChange(words_of(one.place), _written(one.before), _written(one.after)) for one in change.fields),
            patch=json_patch(change.fields),
            command=_command(target, change),
            checked=self._holds(finding, proposal, change),
            managed_by=_manager(target),
        )

    def _holds(self, finding: Finding, proposal: Proposal, change: Edited) -> bool:
        """Whether the fault is gone with the change, and no new one has come; and not only for being foreseen."""
        images = [str(one.after) for one in change.fields if one.place[-1] == "image"]
        if any(not _has_run(image, self._inventory) for image in images):
            return False
        found = self._inventory.find(self._inventory.top_owner_of(finding.subject))
        sufferer = (found.object,) if isinstance(found, Found) and found.object.ref != change.object.ref else ()
        foreseen = forecast(self._inventory, (change.object, *sufferer))
        judgement = self._judged(foreseen, (finding.subject, change.object.ref), self._rules)
        if judgement.crashes:
            return False
        harmful = (one for one in judgement.findings if one.severity.at_least(Severity.WARNING))
        if (
            _is_there(finding, proposal, judgement, foreseen.inventory, self._inventory)
            or identities(harmful, foreseen.inventory) - self._known
        ):
            return False
        unchanged = forecast(self._inventory, (proposal.object, *sufferer))
        as_it_was = self._judged(unchanged, (finding.subject, change.object.ref), {finding.code})
        return _is_there(finding, proposal, as_it_was, unchanged.inventory, self._inventory)

    def _judged(self, foreseen: Forecast, refs: Iterable[Ref], codes: Container[str]) -> Judgement:
        """What these rules say of these objects, of what the forecast touches, and of what depends on that."""
        touched = dict.fromkeys((*refs, *foreseen.touched, *self._around((*refs, *foreseen.touched))))
        pairs = (Pair(code, ref) for ref in touched for code in self._on.get(ref.group_kind, ()) if code in codes)
        return judge_again(Judgement({}), self._rules, foreseen.inventory, pairs)

    def _around(self, refs: Iterable[Ref]) -> Iterator[Ref]:
        """What depends on these objects, and what depends on that: Services, and the Ingresses that lead to them."""
        for ref in refs:
            for edge in self._inventory.edges_to(ref, *_DEPENDENTS):
                yield edge.source
                yield from (further.source for further in self._inventory.edges_to(edge.source, EdgeKind.ROUTES))


def _is_there(finding: Finding, proposal: Proposal, judgement: Judgement, foreseen: Inventory, present: Inventory) -> bool:
    """Whether the fault is there in a forecast."""
    return identity(finding, present) in identities(judgement.findings, foreseen) or proposal.is_there(foreseen)


def _has_run(image: str, inventory: Inventory) -> bool:
    """Whether a node has pulled that image, so that it is known to exist."""
    wanted = parse_image(image)
    for pod in inventory.list(Pod):
        for view in container_statuses(pod):
            if view.status is not None and view.status.image_id and parse_image(view.container.image) == wanted:
                return True
    return any(parse_image(name) == wanted for node in inventory.list(Node) for one in node.status.images for name in one.names)


def _command(target: KubeObject, change: Edited) -> str:
    """The command that makes the change: the shortest of kubectl's own that can, else a patch."""
    kind = target.kind
    word = kind.kind.lower() if kind.group in _BUILT_IN_GROUPS else f"{kind.kind.lower()}.{kind.group}"
    place = ["-n", target.namespace] if target.namespace else []
    fields = change.fields
    container = _container(target, fields[0]) if len(fields) == 1 else ""
    leaf = fields[0].place[-1]
    if container and leaf == "image":
        words = ["kubectl", *place, "set", "image", f"{word}/{target.name}", f"{container}={fields[0].after}"]
    elif container and fields[0].place[-3:-1] == ("resources", "requests"):
        words = ["kubectl", *place, "set", "resources", f"{word}/{target.name}", "-c", container, f"--requests={leaf}={fields[0].after}"]
    else:
        words = ["kubectl", *place, "patch", word, target.name, "--type=json", "-p", json_patch(fields)]
    return shlex.join(words)


def _container(target: KubeObject, field: FieldEdit) -> str:
    """The name of the container in which a field stands; empty when it stands in none."""
    document = target
    for token in field.place:
        if isinstance(document, tuple) and isinstance(token, int):
            return str(getattr(document[token], "name", ""))
        document = getattr(document, _snake(str(token)), None)  # type: ignore[assignment]  # fields of any struct
    return ""


def _snake(name: str) -> str:
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name)


def _written(value: object) -> str:
    return "" if value is None else str(value)


def _manager(target: KubeObject) -> str:
    """Who would undo a change that is made past him: Argo CD, Flux or Helm; empty where nobody is known."""
    for group, key, name in _MANAGERS:
        if key in getattr(target.metadata, group):
            return name
    return "Helm" if target.metadata.labels.get("app.kubernetes.io/managed-by") == "Helm" else ""
