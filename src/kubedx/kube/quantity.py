"""Quantities: amounts of a resource, as Kubernetes writes them.

https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/
"""

from decimal import ROUND_UP, Context, Decimal
from functools import lru_cache

from kubedx.kube.pattern import pattern_of

Quantity = str | int | float
"""An amount as written: `500m`, `128Mi`, `1e3`, or a bare number."""

_FORM = pattern_of(r"([+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+))(?:([KMGTPE]i|[numkMGTPE])|[eE]([+-]?[0-9]+))?")
_BINARY = {f"{letter}i": Decimal(1024) ** power for power, letter in enumerate("KMGTPE", start=1)}
_DECIMAL = {letter: Decimal(10) ** power for letter, power in zip("numkMGTPE", (-9, -6, -3, 3, 6, 9, 12, 15, 18), strict=True)}
_FACTORS = {**_BINARY, **_DECIMAL, "": Decimal(1)}

_LARGEST = Decimal(2**63 - 1)
_SMALLEST_STEP = Decimal(1).scaleb(-9)
_LONGEST = 100  # characters; no real amount comes near, and Decimal is slow on hostile ones
_EXACT = Context(prec=300)
_HIGHEST_EXPONENT = 100


@lru_cache(maxsize=4096, typed=True)
def parse_quantity(written: Quantity) -> Decimal:
    """The amount that a quantity stands for: cores, bytes, or a count.

    As in the API server, an amount beyond 2^63-1 becomes that, and one finer than 1n is rounded away from zero.
    Raises ValueError for what is no quantity.
    """
    match = _FORM.fullmatch(str(written)) if not isinstance(written, bool) and len(str(written)) <= _LONGEST else None
    if match is None:
        raise ValueError(f"{str(written)[:_LONGEST]!r} is no quantity")
    number, suffix, exponent = match.groups()
    amount = Decimal(number)
    if exponent and amount:
        amount = _EXACT.scaleb(amount, max(-_HIGHEST_EXPONENT, min(_HIGHEST_EXPONENT, int(exponent))))
    amount = _EXACT.multiply(amount, _FACTORS[suffix or ""])
    if abs(amount) >= _LARGEST:
        return _LARGEST.copy_sign(amount)
    return amount.quantize(_SMALLEST_STEP, rounding=ROUND_UP, context=_EXACT).normalize(_EXACT) + 0


def format_quantity(amount: Decimal, resource: str = "") -> str:
    """An amount for people, rounded to two places: `1.5Gi` for bytes (told by the name of the resource), else `500m`, `2.5`, `110`."""
    if _counts_bytes(resource):
        units = ((suffix, factor) for suffix, factor in reversed(_BINARY.items()) if abs(amount) >= factor)
        suffix, factor = next(units, ("", Decimal(1)))
        return _two_places(amount / factor) + suffix
    if 0 < abs(amount) < 1:
        return _two_places(amount * 1000) + "m"
    return _two_places(amount)


def _counts_bytes(resource: str) -> bool:
    # A quota writes `requests.memory` and `<class>.storageclass.storage.k8s.io/requests.storage`.
    plain = resource.rpartition("/")[2].removeprefix("requests.").removeprefix("limits.")
    return plain in {"memory", "storage", "ephemeral-storage"} or plain.startswith("hugepages-")


def _two_places(number: Decimal) -> str:
    return f"{number:.2f}".rstrip("0").rstrip(".")
