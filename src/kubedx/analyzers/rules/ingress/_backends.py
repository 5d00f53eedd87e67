"""The Services and Secrets that an Ingress names, with the place of each in its spec."""

from collections.abc import Iterator

import msgspec

from kubedx.kube import Ingress, IngressBackend, IngressServiceBackend

CLASS_ANNOTATION = "kubernetes.io/ingress.class"


class Backend(msgspec.Struct, frozen=True):
    """A Service behind an Ingress: at which path of the spec, and for which host and path of a URL."""

    path: str
    route: str
    service: IngressServiceBackend

    @property
    def port(self) -> str:
        """The port as written: its name or number."""
        return self.service.port.name or str(self.service.port.number)


def service_backends(ingress: Ingress) -> Iterator[Backend]:
    """Every Service backend; those that are resources are left out."""
    if service := _service(ingress.spec.default_backend):
        yield Backend("spec.defaultBackend.service", "default backend", service)
    for number, rule in enumerate(ingress.spec.rules):
        for place, path in enumerate(rule.http.paths if rule.http else ()):
            if service := _service(path.backend):
                where = f"spec.rules[{number}].http.paths[{place}].backend.service"
                yield Backend(where, f"{rule.host or '*'}{path.path or '/'}", service)


def _service(backend: IngressBackend | None) -> IngressServiceBackend | None:
    return backend.service if backend is not None and backend.service is not None and backend.service.name else None
