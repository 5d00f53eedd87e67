"""source: the only room that reads clusters, live or from a dump. Law: imports only `kube` and `errors`; knows no finding.

What cannot be read becomes a `Gap`; an error is raised only where nothing can be judged. A Secret's values are never
asked of an API server and never kept from a dump. Clocks only measure time limits; the moment of a reading is the
API server's, or the dump's.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from kubedx.source.access import ClusterAccess, Impersonation
from kubedx.source.contract import Documented, LogLimit, Scope, Source, Updates, Watch, WatchableSource
from kubedx.source.overrides import Overrides

if TYPE_CHECKING:
    from kubedx.source.config_documents import with_documents
    from kubedx.source.definitions import definitions_of
    from kubedx.source.demo import demo_source
    from kubedx.source.dump import DumpSource
    from kubedx.source.dump_entry import DumpLimits
    from kubedx.source.field_docs import FieldDocs
    from kubedx.source.kubeconfig import is_cluster_configured, load_cluster
    from kubedx.source.live import LiveSource
    from kubedx.source.manifests import Manifests, read_manifests
    from kubedx.source.memory import MemorySource, type_document
    from kubedx.source.openapi import OpenApi, field_names
    from kubedx.source.recording import RecordedSource, RecordingSource
    from kubedx.source.recording_files import files_of_recording
    from kubedx.source.recording_writing import RecordingTarget
    from kubedx.source.yaml_documents import YamlError, parse_yaml

__all__ = [
    "ClusterAccess",
    "Documented",
    "DumpLimits",
    "DumpSource",
    "FieldDocs",
    "Impersonation",
    "LiveSource",
    "LogLimit",
    "Manifests",
    "MemorySource",
    "OpenApi",
    "Overrides",
    "RecordedSource",
    "RecordingSource",
    "RecordingTarget",
    "Scope",
    "Source",
    "Updates",
    "Watch",
    "WatchableSource",
    "YamlError",
    "definitions_of",
    "demo_source",
    "field_names",
    "files_of_recording",
    "is_cluster_configured",
    "load_cluster",
    "parse_yaml",
    "read_manifests",
    "type_document",
    "with_documents",
]

# Each source comes with what only it needs (sockets and TLS, archives, YAML) when it is asked for.
_LATER = {
    "DumpLimits": "dump_entry",
    "DumpSource": "dump",
    "FieldDocs": "field_docs",
    "LiveSource": "live",
    "Manifests": "manifests",
    "MemorySource": "memory",
    "OpenApi": "openapi",
    "RecordedSource": "recording",
    "RecordingSource": "recording",
    "RecordingTarget": "recording_writing",
    "YamlError": "yaml_documents",
    "definitions_of": "definitions",
    "demo_source": "demo",
    "field_names": "openapi",
    "files_of_recording": "recording_files",
    "is_cluster_configured": "kubeconfig",
    "load_cluster": "kubeconfig",
    "parse_yaml": "yaml_documents",
    "read_manifests": "manifests",
    "type_document": "memory",
    "with_documents": "config_documents",
}


def __getattr__(name: str) -> Any:
    """The sources themselves, imported when they are asked for."""
    if name not in _LATER:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_LATER[name]}"), name)
