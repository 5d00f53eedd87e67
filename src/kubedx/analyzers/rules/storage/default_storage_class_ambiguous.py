"""default-storage-class-ambiguous"""

from collections.abc import Iterator

from kubedx.analyzers import Hit, Outcome, rule
from kubedx.analyzers.evidence import field
from kubedx.analyzers.rules.storage._binding import is_default
from kubedx.findings import Severity
from kubedx.inventory import Inventory
from kubedx.kube import StorageClass

ANNOTATION = "storageclass.kubernetes.io/is-default-class"


@rule(filter="Storage", also=("StorageClass",), on=StorageClass, severity=Severity.INFO, added="0.1")
def default_storage_class_ambiguous(storage_class: StorageClass, inventory: Inventory) -> Iterator[Outcome]:
    """Several StorageClasses are marked as the default.

    ## What it means
    Claims without a class get the default one that was created last, which may not be the one that was meant.

    ## When it is not reported
    On the class that claims get in fact, so that it is said once for each class that is too many.

    ## How to fix it
    Leave the annotation on one class only.
    """
    defaults = [one for one in inventory.list(StorageClass) if is_default(one)]
    if len(defaults) < 2 or not is_default(storage_class):
        return
    chosen = min(defaults, key=_age)
    if storage_class.name != chosen.name:
        yield Hit(
            message=f'class is marked as the default, but so is "{chosen.name}", which claims without a class get',
            evidence=(
                field(storage_class, f"metadata.annotations[{ANNOTATION}]", "true"),
                field(chosen, f"metadata.annotations[{ANNOTATION}]", "true"),
            ),
            values={"chosen": chosen.name},
        )


def _age(storage_class: StorageClass) -> tuple[float, str]:
    """The newest first; of equal age, the first by name (as the DefaultStorageClass admission plugin sorts them)."""
    created = storage_class.metadata.creation_timestamp
    return (-created.timestamp() if created else 0.0, storage_class.name)
