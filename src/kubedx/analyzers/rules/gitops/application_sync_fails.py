"""application-sync-fails"""

import re
from collections.abc import Iterator

from kubedx.analyzers import Hit, Outcome, rule
from kubedx.analyzers.custom_status import PATIENCE, entries, moment, status, text
from kubedx.analyzers.evidence import field, quoted
from kubedx.analyzers.rules.gitops._application import is_live_application, named, ref_of
from kubedx.findings import Effect, Severity
from kubedx.inventory import Inventory
from kubedx.kube import RawObject

_UNWELL = re.compile(r"waiting for|healthy|hook|timed out|deadline", re.IGNORECASE)
"""Words for deployed objects that do not come up, which have rules of their own."""
FAILED = frozenset({"Failed", "Error"})


@rule(
    filter="CustomResource",
    on=RawObject,
    severity=Severity.ERROR,
    suffers=Effect.FAILS,
    produces=(Effect.FAILS, Effect.UNAVAILABLE),
    added="0.1",
)
def application_sync_fails(application: RawObject, inventory: Inventory) -> Iterator[Outcome]:
    """Argo CD cannot bring an Application to what Git says.

    ## What it means
    Argo CD reports an error of the Application itself (`ComparisonError`: the manifests cannot be made, the repository cannot be read;
    `InvalidSpecError`), or its last sync failed; then the first resource that the API server refused, or the hook that failed, is named
    with its words.
    https://argo-cd.readthedocs.io/en/stable/user-guide/sync-options/

    ## When it is not reported
    When the Application is in sync again after a sync that failed, while a sync is running, in the first two minutes of an error, and
    when it is only OutOfSync, which may be meant.

    ## How to fix it
    Act on the quoted message: correct the manifest, the repository's credentials or path, or the rights of Argo CD; then sync again.
    """
    if not is_live_application(application):
        return
    told = status(application)
    for one in entries(told, "conditions"):
        since = moment(one, "lastTransitionTime")
        if text(one, "type").endswith("Error") and (since is None or inventory.now - since >= PATIENCE):
            yield Hit(
                message=f"application reports {text(one, 'type')}: {quoted(text(one, 'message'))}",
                evidence=(field(application, f"status.conditions[{text(one, 'type')}].message", text(one, "message")),),
                since=since,
                own_reason=True,
                values={"reason": text(one, "type"), "why": quoted(text(one, "message"))},
            )
            return
    operation = ("operationState", "phase")
    if text(told, *operation) not in FAILED or text(told, "sync", "status") == "Synced":
        return
    results = entries(told, "operationState", "syncResult", "resources")
    refused = next((one for one in results if text(one, "status") == "SyncFailed"), None)
    hook = next((one for one in results if text(one, "hookPhase") in FAILED), None) if refused is None else None
    at = refused or hook
    why = quoted(text(at, "message") if at else text(told, "operationState", "message"))
    yield Hit(
        message=f"sync of the application failed{f' at {named(at)}' if at else ''}: {why}",
        evidence=(
            field(application, "status.operationState.message", text(told, "operationState", "message")),
            *((field(application, f"status.operationState.syncResult.resources[{named(at)}].message", why),) if at else ()),
        ),
        since=moment(told, "operationState", "finishedAt"),
        cause=ref_of(hook) if hook else None,
        own_reason=None if hook or (refused is None and _UNWELL.search(why)) else True,
        values={"reason": text(told, *operation), "why": why, "resource": named(at) if at else ""},
    )
