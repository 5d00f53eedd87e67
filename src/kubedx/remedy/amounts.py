"""Amounts of resources, and what a pod's containers ask for with the defaults of their namespace."""

from collections.abc import Mapping
from decimal import Decimal

from kubedx.analyzers import Amounts
from kubedx.kube import Container, LimitRangeItem, Quantity, parse_quantity


def parsed(written: Mapping[str, Quantity]) -> Amounts:
    """The amounts that can be understood."""
    return {resource: amount for resource, quantity in written.items() if (amount := amount_of(quantity)) is not None}


def amount_of(quantity: Quantity | None) -> Decimal | None:
    """One amount; None where there is none."""
    try:
        return None if quantity is None else parse_quantity(quantity)
    except ValueError:
        return None


def request_of(container: Container, resource: str, defaults: LimitRangeItem | None) -> Decimal | None:
    """What a container asks for: its request, else its limit, else the default of its namespace."""
    resources = container.resources
    own = amount_of(resources.requests.get(resource, resources.limits.get(resource)))
    return own if own is not None or defaults is None else amount_of(defaults.default_request.get(resource, defaults.default.get(resource)))


def limit_of(container: Container, resource: str, defaults: LimitRangeItem | None) -> Decimal | None:
    """What a container may use at most: its limit, else the default of its namespace."""
    own = amount_of(container.resources.limits.get(resource))
    return own if own is not None or defaults is None else amount_of(defaults.default.get(resource))
