"""kubedx reads a Kubernetes cluster once, finds its faults and folds them into one incident per root cause.

The rooms and what each may import are described in docs/architecture.md; `.importlinter` keeps them apart.
Nothing heavy is imported here.
"""

__version__ = "0.1.0"

__all__ = ["__version__"]
