"""Requests for certificates that the cluster's own signers issue."""

from typing import ClassVar

from kubedx.kube.object import Condition, KubeObject, Struct
from kubedx.kube.ref import Kind


class CertificateSigningRequestSpec(Struct, frozen=True):
    """Who asks which signer for a certificate. The request itself is not kept."""

    expiration_seconds: int | None = None
    signer_name: str = ""
    usages: tuple[str, ...] = ()
    username: str = ""


class CertificateSigningRequestStatus(Struct, frozen=True):
    """Whether the request was approved, denied, or failed. `certificate` is base64 of PEM, empty until it is issued."""

    certificate: str = ""
    conditions: tuple[Condition, ...] = ()


class CertificateSigningRequest(KubeObject, frozen=True):
    """A CertificateSigningRequest.

    https://kubernetes.io/docs/reference/access-authn-authz/certificate-signing-requests/
    """

    KIND: ClassVar[Kind] = Kind("certificates.k8s.io/v1", "CertificateSigningRequest", "certificatesigningrequests", namespaced=False)

    spec: CertificateSigningRequestSpec = CertificateSigningRequestSpec()
    status: CertificateSigningRequestStatus = CertificateSigningRequestStatus()
