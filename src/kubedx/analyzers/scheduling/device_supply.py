"""What drivers offer of devices, against what a claim asks for: only where all that decides is known.

A pool counts when all slices of its newest generation are at hand. Devices with taints, of which several claims may have a part, or which
share counters, are not counted as free or taken: then nothing is said.

Source: staging/src/k8s.io/dynamic-resource-allocation/structured in kubernetes/kubernetes.
"""

from collections import Counter
from typing import NamedTuple

from kubedx.analyzers.evidence import field
from kubedx.analyzers.memo import once_per_inventory
from kubedx.analyzers.scheduling.device_expression import demanded_driver, meets
from kubedx.findings import Evidence
from kubedx.inventory import Found, Inventory
from kubedx.kube import Device, DeviceClass, ExactDeviceRequest, Ref, ResourceClaim, ResourceSlice

MAX_VALUES = 4
"""Values of an attribute that are named."""


class Offered(NamedTuple):
    """A device, where it is, and the claim that has it, if any."""

    driver: str
    pool: str
    device: Device
    node: str
    held_by: Ref | None
    countable: bool

    @property
    def values(self) -> dict[str, str]:
        """Its attributes, as they are written."""
        written = ((key, one.string or one.version or one.number or one.truth) for key, one in self.device.attributes.items())
        return {key.rpartition("/")[2]: str(value) for key, value in written if value is not None}


class Condition(NamedTuple):
    """A condition that a device must meet, and the object and field that states it."""

    stated_by: Ref
    path: str
    expression: str

    @property
    def evidence(self) -> Evidence:
        """The condition, quoted."""
        return field(self.stated_by, self.path, self.expression)


class Shortage(NamedTuple):
    """Why a request cannot be met, in words, with the claims that hold what it would take."""

    words: str
    driver: str
    evidence: tuple[Evidence, ...]
    holders: tuple[Ref, ...] = ()


class _Wanted(NamedTuple):
    """A request of a claim, with all conditions on its devices."""

    claim: ResourceClaim
    name: str
    request: ExactDeviceRequest
    conditions: tuple[Condition, ...]
    driver: str

    @property
    def path(self) -> str:
        """Where it stands in the claim."""
        return f"spec.devices.requests[{self.name}].exactly"


def shortage(claim: ResourceClaim, inventory: Inventory) -> Shortage | None:
    """What keeps a claim from its devices; None where that cannot be told, or nothing does. Alternatives are not weighed."""
    if not inventory.known(ResourceSlice):
        return None
    wanted = (_wanted(claim, one.name, one.exactly, inventory) for one in claim.spec.devices.requests if one.exactly is not None)
    found = (_of_request(one, inventory) for one in wanted if one is not None)
    return next((one for one in found if one is not None), None)


def _wanted(claim: ResourceClaim, name: str, request: ExactDeviceRequest, inventory: Inventory) -> _Wanted | None:
    found = inventory.get(DeviceClass, "", request.device_class_name)
    if not isinstance(found, Found):
        return None
    places = (
        (found.object.ref, "spec", found.object.spec.selectors),
        (claim.ref, f"spec.devices.requests[{name}].exactly", request.selectors),
    )
    conditions = tuple(
        Condition(ref, f"{path}.selectors[{index}].cel.expression", one.cel.expression)
        for ref, path, selectors in places
        for index, one in enumerate(selectors)
        if one.cel is not None
    )
    driver = next((name for one in conditions if (name := demanded_driver(one.expression))), "")
    return _Wanted(claim, name, request, conditions, driver)


def _of_request(wanted: _Wanted, inventory: Inventory) -> Shortage | None:
    driver = wanted.driver
    if not inventory.list(ResourceSlice).items:
        evidence = field(wanted.claim, f"{wanted.path}.deviceClassName", wanted.request.device_class_name)
        of_driver = f' "{driver}"' if driver else ""
        return Shortage(f"no driver{of_driver} offers devices: there is no ResourceSlice in the cluster", driver, (evidence,))
    if driver and not any(one.spec.driver == driver for one in inventory.list(ResourceSlice)):
        stated = tuple(one.evidence for one in wanted.conditions if demanded_driver(one.expression))
        return Shortage(f'its driver "{driver}" offers no devices: there is no ResourceSlice of it', driver, stated)
    offers = _offers(inventory)
    if offers is None:
        return None
    candidates = [one for one in offers if not driver or one.driver == driver]
    for each in wanted.conditions:
        answers = [(one, meets(each.expression, one.driver, one.device)) for one in candidates]
        if any(answer is None for _one, answer in answers):
            return None
        left = [one for one, answer in answers if answer]
        if candidates and not left:
            return _unmet(each, candidates, driver)
        candidates = left
    return _too_few(wanted, candidates)


def _unmet(condition: Condition, candidates: list[Offered], driver: str) -> Shortage:
    """That no device meets a condition, with the values that the attributes in it have."""
    names = sorted({name for one in candidates for name in one.values if name in condition.expression})
    told = "; ".join(f"{name} is {_listed({one.values[name] for one in candidates if name in one.values})}" for name in names)
    of_driver = f' of driver "{driver}"' if driver else ""
    none = f"none of the {len(candidates)} devices{of_driver} meets" if len(candidates) > 1 else f"the one device{of_driver} does not meet"
    expression = " ".join(condition.expression.split())
    return Shortage(f"{none} `{expression}`{f' ({told})' if told else ''}", driver, (condition.evidence,))


def _listed(values: set[str]) -> str:
    shown = [f'"{one}"' for one in sorted(values)[:MAX_VALUES]]
    return " or ".join(shown) + (" or another" if len(values) > MAX_VALUES else "")


def _too_few(wanted: _Wanted, candidates: list[Offered]) -> Shortage | None:
    """That no node has as many devices as are asked for, in all or free."""
    request = wanted.request
    if request.allocation_mode not in {"", "ExactCount"} or request.admin_access or not all(one.countable for one in candidates):
        return None
    count = request.count or 1
    such = f'such devices of driver "{wanted.driver}"' if wanted.driver else "such devices"
    evidence = (field(wanted.claim, f"{wanted.path}.count", count),)
    most, place = _most(candidates)
    if most < count:
        return Shortage(f"it asks for {count} {such}, and the most there are is {most}, {place}", wanted.driver, evidence)
    free, free_place = _most([one for one in candidates if one.held_by is None])
    if free >= count:
        return None
    holders = tuple(sorted({one.held_by for one in candidates if one.held_by is not None}))
    words = f"it asks for {count} {such}, and the most that are free is {free}, {free_place if free else place}"
    return Shortage(words, wanted.driver, evidence, holders)


def _most(offers: list[Offered]) -> tuple[int, str]:
    """How many devices one node can use at most, and which."""
    node, most = max(Counter(one.node for one in offers if one.node).items(), key=lambda each: (each[1], each[0]), default=("", 0))
    return most + sum(not one.node for one in offers), f'on node "{node}"' if node else "in the cluster"


@once_per_inventory
def _offers(inventory: Inventory) -> tuple[Offered, ...] | None:
    """Every device of every driver; None where a pool is not whole, as while its driver writes it anew."""
    pools: dict[tuple[str, str], list[ResourceSlice]] = {}
    for one in inventory.list(ResourceSlice):
        pools.setdefault((one.spec.driver, one.spec.pool.name), []).append(one)
    newest = [_newest(slices) for slices in pools.values()]
    if any(len(slices) < slices[0].spec.pool.resource_slice_count for slices in newest):
        return None
    held = _held(inventory)
    return tuple(_offered(one, device, held) for slices in newest for one in slices for device in one.spec.devices)


def _newest(slices: list[ResourceSlice]) -> list[ResourceSlice]:
    generation = max(one.spec.pool.generation for one in slices)
    return [one for one in slices if one.spec.pool.generation == generation]


def _held(inventory: Inventory) -> dict[tuple[str, str, str], Ref]:
    """The devices that claims hold, by driver, pool and name."""
    return {
        (one.driver, one.pool, one.device): claim.ref
        for claim in inventory.list(ResourceClaim)
        if claim.status.allocation is not None
        for one in claim.status.allocation.devices.results
        if not one.admin_access
    }


def _offered(place: ResourceSlice, device: Device, held: dict[tuple[str, str, str], Ref]) -> Offered:
    spec = place.spec
    by_selector = spec.node_selector is not None or device.node_selector is not None
    shared = device.allow_multiple_allocations or device.consumes_counters
    countable = not (by_selector or shared or device.taints or device.binding_conditions)
    node = device.node_name if spec.per_device_node_selection else spec.node_name
    return Offered(spec.driver, spec.pool.name, device, node, held.get((spec.driver, spec.pool.name, device.name)), countable)
