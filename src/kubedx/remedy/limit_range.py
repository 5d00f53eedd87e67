"""What limit ranges refuse, in the words of plugin/pkg/admission/limitranger in kubernetes/kubernetes."""

from collections.abc import Iterable, Iterator
from decimal import Decimal

from kubedx.kube import LimitRangeItem, PersistentVolumeClaim, Pod, containers, format_quantity
from kubedx.remedy.amounts import amount_of, limit_of, parsed, request_of

_OF_CONTAINERS, _OF_PODS, _OF_CLAIMS = "Container", "Pod", "PersistentVolumeClaim"


def container_defaults(items: Iterable[LimitRangeItem]) -> LimitRangeItem | None:
    """What containers have that ask for nothing."""
    return next((item for item in items if item.type == _OF_CONTAINERS), None)


def out_of_range(pod: Pod, items: tuple[LimitRangeItem, ...]) -> Iterator[str]:
    """The bounds that a pod or a container of it is beyond."""
    defaults = container_defaults(items)
    for item in items:
        if item.type == _OF_CONTAINERS:
            for one in containers(pod.spec):
                limits = {resource: limit_of(one.container, resource, item) for resource in item.max}
                asked = {resource: request_of(one.container, resource, item) for resource in item.min}
                yield from _beyond(item, limits, asked)
        elif item.type == _OF_PODS:
            limits = {resource: _sum(limit_of(one, resource, defaults) for one in pod.spec.containers) for resource in item.max}
            asked = {resource: _sum(request_of(one, resource, defaults) for one in pod.spec.containers) for resource in item.min}
            yield from _beyond(item, limits, asked)


def claim_out_of_range(claim: PersistentVolumeClaim, items: Iterable[LimitRangeItem]) -> Iterator[str]:
    """The bounds that a claim is beyond."""
    storage = amount_of(claim.spec.resources.requests.get("storage"))
    for item in items:
        if item.type == _OF_CLAIMS:
            yield from _beyond(item, {"storage": storage}, {"storage": storage}, "request")


def _beyond(
    item: LimitRangeItem, limits: dict[str, Decimal | None], asked: dict[str, Decimal | None], what: str = "limit"
) -> Iterator[str]:
    for resource, most in parsed(item.max).items():
        given = limits.get(resource)
        if given is not None and given > most:
            told = format_quantity(given, resource)
            yield f"maximum {resource} usage per {item.type} is {item.max[resource]}, but {what} is {told}"
    for resource, least in parsed(item.min).items():
        given = asked.get(resource)
        if given is not None and given < least:
            yield f"minimum {resource} usage per {item.type} is {item.min[resource]}, but request is {format_quantity(given, resource)}"


def _sum(amounts: Iterable[Decimal | None]) -> Decimal | None:
    """The sum; None where one is not known."""
    known = list(amounts)
    return sum((one for one in known if one is not None), Decimal(0)) if None not in known else None


def limits_below_requests(pod: Pod, items: Iterable[LimitRangeItem]) -> Iterator[str]:
    """The requests that are more than the limit, own or by default."""
    defaults = container_defaults(items)
    for name, group in (("containers", pod.spec.containers), ("initContainers", pod.spec.init_containers)):
        for number, one in enumerate(group):
            for resource, written in one.resources.requests.items():
                request, limit = amount_of(written), limit_of(one, resource, defaults)
                if request is not None and limit is not None and request > limit:
                    told = format_quantity(limit, resource)
                    yield (
                        f'spec.{name}[{number}].resources.requests: Invalid value: "{written}": '
                        f"must be less than or equal to {resource} limit of {told}"
                    )
