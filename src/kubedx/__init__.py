"""kubedx reads a Kubernetes cluster once, finds its faults and folds them into one incident per root cause.

    import kubedx

    for incident in kubedx.diagnose().incidents:
        print(incident.severity, incident.title)

The rooms and what each may import are described in docs/architecture.md; `.importlinter` keeps them apart.
Nothing heavy is imported here: what the names stand for comes when it is asked for.
"""

TYPE_CHECKING = False  # which type checkers take for true, as that of `typing`, and which costs nobody an import
if TYPE_CHECKING:
    from kubedx.api import Cluster, Demo, Diagnosis, Dump, Incident, KubedxError, Severity, diagnose, render

__version__ = "0.1.0"

__all__ = [
    "Cluster",
    "Demo",
    "Diagnosis",
    "Dump",
    "Incident",
    "KubedxError",
    "Severity",
    "__version__",
    "diagnose",
    "render",
]

if not TYPE_CHECKING:  # to a type checker a name that does not exist would be one of any type

    def __getattr__(name: str) -> object:
        """The public names, imported when they are asked for."""
        if name not in __all__:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        from importlib import import_module

        return getattr(import_module("kubedx.api"), name)


def __dir__() -> list[str]:
    """The public names, for completion in a shell."""
    return __all__
