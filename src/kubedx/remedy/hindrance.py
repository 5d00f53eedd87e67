"""What would keep manifests from being applied at all."""

from collections.abc import Iterable, Iterator, Sequence

from kubedx.inventory import Absent, Found, Inventory
from kubedx.kube import CustomResourceDefinition, KubeObject, Namespace, RawObject, Ref, StatefulSet
from kubedx.remedy.admission import Admission
from kubedx.remedy.forecast import claims_of


def hindrances(applied: Iterable[KubeObject], inventory: Inventory) -> tuple[str, ...]:
    """What would keep objects from being applied at all, each in a sentence: a namespace that does not exist, a kind that nobody serves."""
    applied = tuple(applied)
    made = {one.name for one in applied if isinstance(one, Namespace)}
    wanted = sorted({one.namespace for one in applied if one.namespace} - made)
    absent = [name for name in wanted if isinstance(inventory.get(Namespace, "", name), Absent)]
    lost = [f'namespace "{name}" does not exist and is not among the manifests: nothing can be applied in it' for name in absent]
    unserved = (
        f"the cluster does not serve {kind} of {group}: {ref} cannot be applied" for group, kind, ref in _unserved(applied, inventory)
    )
    return (*lost, *unserved, *_refused([one for one in applied if one.namespace not in absent], inventory))


def _refused(applied: Iterable[KubeObject], inventory: Inventory) -> Iterator[str]:
    """What the API server would not store: for a quota of objects, a limit range, a webhook that nobody answers."""
    admission = Admission(inventory, {})
    for one in applied:
        is_new = not isinstance(inventory.find(one.ref), Found)
        why = admission.refusal_of(one, is_new=is_new)
        if why:
            yield f"{one.ref} would be refused: {why}"
        for claim in claims_of(one, inventory, inventory.now) if isinstance(one, StatefulSet) else ():
            why = admission.refusal_of(claim, is_new=True)
            if why:
                yield f"{one.ref} could not make its {claim.ref}: {why}"
                break


def _unserved(applied: Sequence[KubeObject], inventory: Inventory) -> Iterator[tuple[str, str, Ref]]:
    """Custom resources without a definition; each kind once."""
    if not inventory.known(CustomResourceDefinition):
        return
    definitions = (*inventory.list(CustomResourceDefinition), *(one for one in applied if isinstance(one, CustomResourceDefinition)))
    served = {(one.spec.group, one.spec.names.kind) for one in definitions}
    served |= {(one.kind.group, one.kind.kind) for one in inventory.list(RawObject)}
    for one in applied:
        group, kind = one.kind.group, one.kind.kind
        custom = "." in group and not group.endswith(".k8s.io")
        if isinstance(one, RawObject) and custom and (group, kind) not in served:
            served.add((group, kind))
            yield one.kind.api_version, kind, one.ref
