"""install-plan-failed"""

from collections.abc import Iterator

from kubedx.analyzers import Hit, Outcome, rule
from kubedx.analyzers.custom_status import member, status, text
from kubedx.analyzers.evidence import field, quoted
from kubedx.analyzers.memo import once_per_inventory
from kubedx.analyzers.rules.olm._kinds import INSTALL_PLAN
from kubedx.findings import Effect, Severity
from kubedx.inventory import Inventory
from kubedx.kube import RawObject, condition


@rule(
    filter="InstallPlan",
    on=RawObject,
    severity=Severity.ERROR,
    suffers=Effect.FAILS,
    produces=(Effect.FAILS,),
    added="0.1",
)
def install_plan_failed(plan: RawObject, inventory: Inventory) -> Iterator[Outcome]:
    """The plan by which OLM installs an operator failed, or waits for approval.

    ## What it means
    A step of the InstallPlan was refused; its condition `Installed` says which. A plan that waits for approval is only for information:
    `installPlanApproval: Manual` asks for it.

    ## When it is not reported
    When a later plan of the namespace exists, which took its place.

    ## How to fix it
    Repair what the message names, and delete the failed plan: OLM makes a new one. To approve, set `spec.approved` to true.
    """
    if plan.kind.group_kind != INSTALL_PLAN or plan.metadata.deletion_timestamp is not None or _is_superseded(plan, inventory):
        return
    phase = text(status(plan), "phase")
    versions = member(plan.data, "spec", "clusterServiceVersionNames")
    names = ", ".join(map(str, versions)) if isinstance(versions, list) else ""
    if phase == "Failed":
        installed = condition(plan, "Installed")
        why = quoted(installed.message if installed else text(status(plan), "message"))
        yield Hit(
            message=f"installation of {names or 'the operator'} failed" + (f": {why}" if why else ""),
            evidence=(
                field(plan, "status.phase", phase),
                *((field(plan, "status.conditions[Installed].message", installed.message),) if installed and installed.message else ()),
            ),
            since=installed.last_transition_time if installed else None,
            values={"versions": names, "why": why},
        )
    elif phase == "RequiresApproval" and member(plan.data, "spec", "approved") is False:
        yield Hit(
            message=f"installation of {names or 'the operator'} waits for approval",
            evidence=(field(plan, "status.phase", phase), field(plan, "spec.approved", value=False)),
            severity=Severity.INFO,
            values={"versions": names, "why": ""},
        )


def _is_superseded(plan: RawObject, inventory: Inventory) -> bool:
    return _generation(plan) < _newest(inventory).get(plan.namespace, 0)


def _generation(plan: RawObject) -> int:
    found = member(plan.data, "spec", "generation")
    return found if isinstance(found, int) else 0


@once_per_inventory
def _newest(inventory: Inventory) -> dict[str, int]:
    """The newest generation of plans, by namespace."""
    newest: dict[str, int] = {}
    for one in inventory.list(RawObject):
        if one.kind.group_kind == INSTALL_PLAN:
            newest[one.namespace] = max(newest.get(one.namespace, 0), _generation(one))
    return newest
