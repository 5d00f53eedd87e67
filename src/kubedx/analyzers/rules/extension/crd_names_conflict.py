"""crd-names-conflict"""

from collections.abc import Iterator

from kubedx.analyzers import Hit, Outcome, rule
from kubedx.analyzers.evidence import field, quoted
from kubedx.findings import Effect, Severity
from kubedx.inventory import Inventory
from kubedx.kube import CustomResourceDefinition, condition


@rule(
    filter="CustomResourceDefinition",
    on=CustomResourceDefinition,
    severity=Severity.ERROR,
    produces=(Effect.FAILS, Effect.CRASHES),
    added="0.1",
)
def crd_names_conflict(crd: CustomResourceDefinition, inventory: Inventory) -> Iterator[Outcome]:
    """A CustomResourceDefinition uses a name that another one of its group has taken.

    ## What it means
    Kind, plural, singular, short names and list kind must be unique in an API group. This definition is accepted but not established:
    its resources cannot be created, and operators that watch them fail.

    ## When it is not reported
    When the names are accepted.

    ## How to fix it
    Rename the kind, or delete the other definition (which deletes all its resources).
    """
    accepted = condition(crd, "NamesAccepted")
    if accepted is None or accepted.status != "False" or crd.metadata.deletion_timestamp is not None:
        return
    other = next((one for one in inventory.list(CustomResourceDefinition) if one.name != crd.name and _shares(one, crd)), None)
    taken = f"; {other.name} has taken it" if other else ""
    established = condition(crd, "Established")
    yield Hit(
        message=(
            f"names are not accepted ({accepted.reason}): {quoted(accepted.message)}{taken}; kind {crd.spec.names.kind} is not established"
        ),
        evidence=(
            field(crd, "status.conditions[NamesAccepted].message", accepted.message or accepted.reason),
            *((field(crd, "status.conditions[Established].status", established.status),) if established else ()),
            field(crd, "spec.names.kind", crd.spec.names.kind),
            *((field(other, "spec.names.kind", other.spec.names.kind),) if other else ()),
        ),
        since=accepted.last_transition_time,
        values={"crd_kind": crd.spec.names.kind, "other": other.name if other else ""},
    )


def _shares(one: CustomResourceDefinition, other: CustomResourceDefinition) -> bool:
    return one.spec.group == other.spec.group and bool(_names(one) & _names(other))


def _names(crd: CustomResourceDefinition) -> set[str]:
    names = crd.spec.names
    # Kinds and resource names are two spaces of names.
    kinds = {f"kind {names.kind}", f"kind {names.list_kind or names.kind + 'List'}"}
    return kinds | {names.plural, names.singular or names.kind.lower(), *names.short_names}
