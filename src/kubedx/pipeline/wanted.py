"""Which of what is found the user asked for."""

from kubedx.correlate import family_of, is_about
from kubedx.findings import Finding, Incident
from kubedx.inventory import Found
from kubedx.kube import Ref, selects
from kubedx.pipeline.others import OTHERS
from kubedx.pipeline.request import Request
from kubedx.pipeline.scan import Scan
from kubedx.remedy import identity


class Wanted:
    """Whether the user asked for a finding: by filter, labels and namespace, or as one of the target's; and did not know it before."""

    def __init__(self, request: Request, scan: Scan) -> None:
        self._request = request
        self._known, self._inventory, self._target = scan.known, scan.inventory, scan.target
        self._family = family_of(scan.target, scan.inventory) if scan.target else frozenset[Ref]()

    def holds(self, incident: Incident) -> bool:
        """Whether the incident concerns the target; every one does where there is none."""
        return self._target is None or is_about(incident, self._target, self._family)

    def opens(self, finding: Finding) -> bool:
        """With -n, a cluster-scoped object opens no incident of its own unless its filter is named, or it concerns the target."""
        request, subject = self._request, finding.subject
        chosen = finding.code.startswith(OTHERS) or finding.under(request.filters)
        if request.filters and not chosen:
            return False
        if self._known and identity(finding, self._inventory) in self._known:
            return False
        anywhere = request.filters or self._target
        if not request.scope.holds(subject.namespace) or (request.scope.namespaces and not subject.namespace and not anywhere):
            return False
        if request.selector is None:
            return True
        found = self._inventory.find(subject)
        return isinstance(found, Found) and selects(request.selector, found.object.metadata.labels)
