"""testing: public fakes and builders, for our own tests and for authors of rules. Law: no socket, no clock."""

from kubedx.source import MemorySource
from kubedx.testing.objects import build, object_from, objects_from_yaml
from kubedx.testing.readings import reading_from_yaml, reading_of, source_from_yaml

__all__ = [
    "MemorySource",
    "build",
    "object_from",
    "objects_from_yaml",
    "reading_from_yaml",
    "reading_of",
    "source_from_yaml",
]
