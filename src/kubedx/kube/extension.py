"""What extends the API: aggregated servers and custom resources."""

from typing import ClassVar

import msgspec

from kubedx.kube.object import Condition, KubeObject, Struct
from kubedx.kube.ref import Kind


class APIServiceTarget(Struct, frozen=True):
    """The Service that serves an API group."""

    name: str = ""
    namespace: str = ""
    port: int = 443


class APIServiceSpec(Struct, frozen=True):
    """An API group and who serves it; `service` None is the API server itself. `ca_bundle` is base64 of PEM."""

    ca_bundle: str = ""
    group: str = ""
    group_priority_minimum: int | None = None
    insecure_skip_tls_verify: bool = msgspec.field(name="insecureSkipTLSVerify", default=False)
    service: APIServiceTarget | None = None
    version: str = ""
    version_priority: int | None = None


class APIServiceStatus(Struct, frozen=True):
    """Whether the API group is available."""

    conditions: tuple[Condition, ...] = ()


class APIService(KubeObject, frozen=True):
    """An APIService. https://kubernetes.io/docs/concepts/extend-kubernetes/api-extension/apiserver-aggregation/"""

    KIND: ClassVar[Kind] = Kind("apiregistration.k8s.io/v1", "APIService", "apiservices", namespaced=False)

    spec: APIServiceSpec = APIServiceSpec()
    status: APIServiceStatus = APIServiceStatus()


class CustomResourceDefinitionNames(Struct, frozen=True):
    """The names of a kind."""

    categories: tuple[str, ...] = ()
    kind: str = ""
    list_kind: str = ""
    plural: str = ""
    short_names: tuple[str, ...] = ()
    singular: str = ""


class CustomResourceDefinitionVersion(Struct, frozen=True):
    """A version of a kind."""

    name: str = ""
    served: bool = False
    storage: bool = False
    deprecated: bool = False
    deprecation_warning: str = ""


class ConversionService(Struct, frozen=True):
    """The Service of a conversion webhook."""

    name: str = ""
    namespace: str = ""
    path: str = ""
    port: int = 443


class ConversionClientConfig(Struct, frozen=True):
    """How to reach a conversion webhook. `ca_bundle` is base64 of PEM."""

    ca_bundle: str = ""
    service: ConversionService | None = None
    url: str = ""


class WebhookConversion(Struct, frozen=True):
    """A conversion webhook."""

    client_config: ConversionClientConfig = ConversionClientConfig()
    conversion_review_versions: tuple[str, ...] = ()


class CustomResourceConversion(Struct, frozen=True):
    """How versions become each other."""

    strategy: str = "None"
    webhook: WebhookConversion | None = None


class CustomResourceDefinitionSpec(Struct, frozen=True):
    """What a custom resource is, without its schema."""

    group: str = ""
    names: CustomResourceDefinitionNames = CustomResourceDefinitionNames()
    scope: str = ""
    versions: tuple[CustomResourceDefinitionVersion, ...] = ()
    conversion: CustomResourceConversion | None = None


class CustomResourceDefinitionStatus(Struct, frozen=True):
    """What the API server makes of it."""

    accepted_names: CustomResourceDefinitionNames = CustomResourceDefinitionNames()
    conditions: tuple[Condition, ...] = ()
    stored_versions: tuple[str, ...] = ()


class CustomResourceDefinition(KubeObject, frozen=True):
    """A CustomResourceDefinition. https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/"""

    KIND: ClassVar[Kind] = Kind("apiextensions.k8s.io/v1", "CustomResourceDefinition", "customresourcedefinitions", namespaced=False)

    spec: CustomResourceDefinitionSpec = CustomResourceDefinitionSpec()
    status: CustomResourceDefinitionStatus = CustomResourceDefinitionStatus()
