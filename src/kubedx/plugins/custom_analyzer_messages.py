"""The messages of k8sgpt's custom analyzers, built when they are needed, so that no generated code has to be kept."""

from functools import cache
from importlib import import_module
from typing import Any

_STRING, _MESSAGE = "TYPE_STRING", "TYPE_MESSAGE"
_ONE, _MANY = "LABEL_OPTIONAL", "LABEL_REPEATED"

_MESSAGES: dict[str, tuple[tuple[str, str, str, str], ...]] = {
    "SensitiveData": (("unmasked", _STRING, _ONE, ""), ("masked", _STRING, _ONE, "")),
    "ErrorDetail": (("text", _STRING, _ONE, ""), ("sensitive", _MESSAGE, _MANY, "SensitiveData")),
    "Result": (
        ("kind", _STRING, _ONE, ""),
        ("name", _STRING, _ONE, ""),
        ("error", _MESSAGE, _MANY, "ErrorDetail"),
        ("details", _STRING, _ONE, ""),
        ("parent_object", _STRING, _ONE, ""),
    ),
    "RunRequest": (),
    "RunResponse": (("result", _MESSAGE, _ONE, "Result"),),
}
"""Name, type, label and message type of each field, numbered from 1 in this order."""


@cache
def messages() -> tuple[Any, Any]:
    """The classes of `RunRequest` and `RunResponse`. In a pool of their own: other packages may define `schema.v1` too."""
    descriptor_pb2 = import_module("google.protobuf.descriptor_pb2")
    pool = import_module("google.protobuf.descriptor_pool").DescriptorPool()
    factory = import_module("google.protobuf.message_factory")
    field_type = descriptor_pb2.FieldDescriptorProto
    file = descriptor_pb2.FileDescriptorProto(name="schema/v1/custom_analyzer.proto", package="schema.v1", syntax="proto3")
    for name, fields in _MESSAGES.items():
        message = file.message_type.add(name=name)
        for number, (field, kind, label, type_name) in enumerate(fields, start=1):
            message.field.add(
                name=field,
                number=number,
                type=field_type.Type.Value(kind),
                label=field_type.Label.Value(label),
                type_name=f".schema.v1.{type_name}" if type_name else None,
            )
    pool.Add(file)
    return tuple(factory.GetMessageClass(pool.FindMessageTypeByName(f"schema.v1.{name}")) for name in ("RunRequest", "RunResponse"))
