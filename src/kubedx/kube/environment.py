"""The environment of a container, and where its values come from."""

from kubedx.kube.object import Struct


class ConfigMapKeySelector(Struct, frozen=True):
    """A key of a ConfigMap; where `optional`, it may be absent."""

    key: str = ""
    name: str = ""
    optional: bool = False


class SecretKeySelector(Struct, frozen=True):
    """A key of a Secret; where `optional`, it may be absent."""

    key: str = ""
    name: str = ""
    optional: bool = False


class ObjectFieldSelector(Struct, frozen=True):
    """A field of the pod itself."""

    field_path: str = ""


class ResourceFieldSelector(Struct, frozen=True):
    """A request or limit of a container."""

    container_name: str = ""
    resource: str = ""


class FileKeySelector(Struct, frozen=True):
    """A variable in a file of a volume; where `optional`, it may be absent."""

    key: str = ""
    optional: bool = False
    path: str = ""
    volume_name: str = ""


class EnvVarSource(Struct, frozen=True):
    """Where the value of a variable comes from: exactly one is set."""

    config_map_key_ref: ConfigMapKeySelector | None = None
    field_ref: ObjectFieldSelector | None = None
    file_key_ref: FileKeySelector | None = None
    resource_field_ref: ResourceFieldSelector | None = None
    secret_key_ref: SecretKeySelector | None = None


class EnvVar(Struct, frozen=True):
    """A variable of the environment."""

    name: str = ""
    value: str = ""
    value_from: EnvVarSource | None = None


class ConfigMapEnvSource(Struct, frozen=True):
    """A ConfigMap whose keys all become variables."""

    name: str = ""
    optional: bool = False


class SecretEnvSource(Struct, frozen=True):
    """A Secret whose keys all become variables."""

    name: str = ""
    optional: bool = False


class EnvFromSource(Struct, frozen=True):
    """All keys of a ConfigMap or Secret as variables."""

    config_map_ref: ConfigMapEnvSource | None = None
    prefix: str = ""
    secret_ref: SecretEnvSource | None = None
