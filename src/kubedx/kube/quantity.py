"""Quantities: amounts of a resource, as Kubernetes writes them."""

Quantity = str | int | float
"""An amount as written: `500m`, `128Mi`, `1e3`, or a bare number."""
