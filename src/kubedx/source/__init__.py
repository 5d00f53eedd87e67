"""source: the only room that reads clusters, live or from a dump. Law: imports only `kube` and `errors`; knows no finding.

What cannot be read becomes a `Gap`; an error is raised only where nothing can be judged. A Secret's values are never
asked of an API server and never kept from a dump. Clocks only measure time limits; the moment of a reading is the
API server's, or the dump's.
"""

from kubedx.source.access import ClusterAccess, Impersonation
from kubedx.source.contract import LogLimit, Scope, Source
from kubedx.source.kubeconfig import is_cluster_configured, load_cluster
from kubedx.source.live import LiveSource
from kubedx.source.memory import MemorySource, type_document
from kubedx.source.yaml_documents import YamlError, parse_yaml

__all__ = [
    "ClusterAccess",
    "Impersonation",
    "LiveSource",
    "LogLimit",
    "MemorySource",
    "Scope",
    "Source",
    "YamlError",
    "is_cluster_configured",
    "load_cluster",
    "parse_yaml",
    "type_document",
]
