"""Every error a user can meet, typed by who must act.

    KubedxError                one sentence: what failed, on what, what to do
    ├── UsageError             the user typed something that has no meaning            exit 2
    ├── ConfigError            a kubeconfig or k8sgpt.yaml that cannot be used         exit 1
    ├── ClusterError           the cluster did not let us judge anything               exit 1
    │   ├── ClusterUnreachable     no answer from the API server
    │   ├── Unauthorized           the API server does not know who we are
    │   ├── NothingReadable        every list that was needed is forbidden
    │   ├── NamespaceAbsent        the asked namespace is known not to exist
    │   └── ObjectAbsent           the asked object is known not to exist
    ├── DumpError              a dump that cannot be read, or must not be              exit 1
    ├── ManifestError          a manifest that cannot be read                          exit 1
    ├── CacheError             the cache of answers cannot be used; never ends a scan  exit 1
    └── ProviderError          a language model that did not answer; never ends a scan
        ├── ProviderMissing        its package is not installed
        ├── ProviderNotConfigured  no such backend in the config file, or it lacks a setting
        └── ProviderFailed         it was asked and failed

Exceptions of other packages are turned into these once, in `source` and in `explain`, with `raise … from`.
"""

from typing import ClassVar


class KubedxError(Exception):
    """An error with one clear sentence for the user as its text."""

    exit_code: ClassVar[int] = 1


class UsageError(KubedxError):
    """A flag, name or combination that has no meaning."""

    exit_code = 2


class ConfigError(KubedxError):
    """A kubeconfig or k8sgpt.yaml that cannot be used."""


class ClusterError(KubedxError):
    """Nothing could be judged, because of the cluster."""


class ClusterUnreachable(ClusterError):  # noqa: N818  # named for the state, as the field says it
    """No answer came from the API server."""


class Unauthorized(ClusterError):  # noqa: N818  # named for the state
    """The API server answered 401: it does not know who we are."""


class NothingReadable(ClusterError):  # noqa: N818  # named for the state
    """Every list that was needed is forbidden."""


class NamespaceAbsent(ClusterError):  # noqa: N818  # named for the state
    """The namespace that was asked for is known not to exist."""


class ObjectAbsent(ClusterError):  # noqa: N818  # named for the state
    """The object that was asked for is known not to exist."""


class DumpError(KubedxError):
    """A dump that cannot be read, or must not be."""


class ManifestError(KubedxError):
    """A manifest that cannot be read."""


class CacheError(KubedxError):
    """The cache of answers cannot be used. A scan goes on without it."""


class ProviderError(KubedxError):
    """A language model did not answer. The scan goes on without it."""


class ProviderMissing(ProviderError):  # noqa: N818  # named for the state
    """The package of a backend is not installed."""


class ProviderNotConfigured(ProviderError):  # noqa: N818  # named for the state
    """A backend is not in the config file, or lacks a setting."""


class ProviderFailed(ProviderError):  # noqa: N818  # named for the state
    """A backend was asked and failed."""
