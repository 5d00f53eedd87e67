"""ConfigMaps, Secrets and ServiceAccounts. The values of a Secret are dropped before anything can see them.

Of a TLS certificate, which any client of its server is shown, the facts stay (`kube.certificate`).

`kube.metadata_only` tells how keys are known where values are not even read.
"""

import base64
import binascii
from typing import Any, ClassVar

import msgspec

from kubedx.kube.certificate import ServedCertificate, served_certificate
from kubedx.kube.event import ObjectReference
from kubedx.kube.object import KubeObject, LocalObjectReference, ObjectMeta, Struct
from kubedx.kube.ref import Kind


class Secret(KubeObject, frozen=True):
    """A Secret: its type and the names of its keys, never a value.

    `type` is empty when unknown. `keys` are sorted, and tell nothing unless `keys_known`: a Secret that comes without
    any data may be empty, or stripped by whoever made the dump. `certificate` is what its TLS certificate says, None when
    that was not read, which a list does not do.
    """

    KIND: ClassVar[Kind] = Kind("v1", "Secret", "secrets")

    type: str = ""
    keys: tuple[str, ...] = ()
    keys_known: bool = False
    certificate: ServedCertificate | None = None

    @property
    def holds_certificate(self) -> bool:
        """Whether it is made to hold a TLS certificate: by its type, or by its keys."""
        return self.type == "kubernetes.io/tls" or "tls.crt" in self.keys


class Document(Struct, frozen=True):
    """A value of a ConfigMap that is YAML, parsed: only text, numbers, booleans, null, lists and dicts; or why it cannot be parsed."""

    value: Any = None
    error: str = ""


class ConfigMap(KubeObject, frozen=True):
    """A ConfigMap. `keys` are sorted, those of `binaryData` among them, and tell nothing unless `keys_known`.

    `data` is None when only metadata were read; the values of `binaryData` are never kept. `documents` are the values of keys that end
    in .yml or .yaml, parsed; None where no rule asked for the values.
    """

    KIND: ClassVar[Kind] = Kind("v1", "ConfigMap", "configmaps")

    keys: tuple[str, ...] = ()
    keys_known: bool = False
    data: dict[str, str] | None = None
    documents: dict[str, Document] | None = None
    immutable: bool = False


class ServiceAccount(KubeObject, frozen=True):
    """A ServiceAccount. https://kubernetes.io/docs/concepts/security/service-accounts/"""

    KIND: ClassVar[Kind] = Kind("v1", "ServiceAccount", "serviceaccounts")

    automount_service_account_token: bool | None = None
    image_pull_secrets: tuple[LocalObjectReference, ...] = ()
    secrets: tuple[ObjectReference, ...] = ()


_LONGEST_MARK = 64
"""Bytes of what is put in the place of a value that must not be seen, such as `REDACTED`. A certificate is far longer."""


class SecretOnWire(Struct, frozen=True):
    """A Secret as it is written; the values are slices of the body and never become text."""

    metadata: ObjectMeta = ObjectMeta()
    type: str = ""
    data: dict[str, msgspec.Raw] | None = None
    string_data: dict[str, msgspec.Raw] | None = None

    def without_values(self) -> Secret:
        """The Secret without its values, but with the facts of its certificate."""
        keys = {*(self.data or ()), *(self.string_data or ())}
        known = self.data is not None or self.string_data is not None
        return Secret(metadata=self.metadata, type=self.type, keys=tuple(sorted(keys)), keys_known=known, certificate=self._certificate())

    def _certificate(self) -> ServedCertificate | None:
        """None where the value is not there, or was blanked by whoever made the dump."""
        certificate = self._value("tls.crt")
        return served_certificate(certificate, self._value("tls.key")) if len(certificate.strip()) > _LONGEST_MARK else None

    def _value(self, key: str) -> bytes:
        try:
            if key in (self.string_data or {}):
                return msgspec.json.decode((self.string_data or {})[key], type=str).encode("utf-8", "replace")
            if key in (self.data or {}):
                return base64.b64decode(msgspec.json.decode((self.data or {})[key], type=str), validate=True)
        except (msgspec.MsgspecError, UnicodeError, binascii.Error, ValueError):
            return b""
        return b""


class ConfigMapOnWire(Struct, frozen=True):
    """A ConfigMap as it is written; binary values are slices of the body and never become text."""

    metadata: ObjectMeta = ObjectMeta()
    data: dict[str, str] | None = None
    binary_data: dict[str, msgspec.Raw] | None = None
    immutable: bool = False

    def with_keys(self) -> ConfigMap:
        """The ConfigMap, which knows its keys."""
        data = self.data or {}
        keys = tuple(sorted({*data, *(self.binary_data or ())}))
        return ConfigMap(metadata=self.metadata, keys=keys, keys_known=True, data=data, immutable=self.immutable)
