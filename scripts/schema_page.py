"""The reference of a JSON document, from its JSON Schema: a table of keys for each object in it."""

from typing import Any

Schema = dict[str, Any]


def schema_tables(schema: Schema, anchor: str) -> str:
    """The document's own keys, then every definition. `anchor` keeps the headings of several documents apart."""
    parts = [table(schema, anchor)]
    for name, definition in schema.get("$defs", {}).items():
        merged = members(definition)
        told = f"{definition['description']}\n\n" if "description" in definition else ""
        held = table(merged, anchor) if merged.get("properties") else f"{kind(definition, anchor)}\n"
        parts.append(f'<a id="{anchor}-{name}"></a>\n\n### {name}\n\n{told}{held}')
    return "\n".join(parts)


def table(schema: Schema, anchor: str) -> str:
    """The keys of an object, those of objects within it under their own paths."""
    rows = "".join(f"| `{key}` | {kind(node, anchor)} | {node.get('description', '')} |\n" for key, node in keys(schema, ""))
    return f"| key | type | what |\n|---|---|---|\n{rows}"


def keys(schema: Schema, path: str) -> list[tuple[str, Schema]]:
    found: list[tuple[str, Schema]] = []
    for name, node in members(schema).get("properties", {}).items():
        found.append((f"{path}{name}", node))
        inner, mark = (node["items"], "[]") if isinstance(node.get("items"), dict) else (node, "")
        found += keys(inner, f"{path}{name}{mark}.") if "$ref" not in inner else []
    return found


def members(schema: Schema) -> Schema:
    """An object with what `allOf` adds, but for references, which are told where they lead."""
    parts = [part for part in schema.get("allOf", ()) if "properties" in part]
    return {**schema, "properties": {key: node for part in [*parts, schema] for key, node in part.get("properties", {}).items()}}


def kind(node: Schema, anchor: str) -> str:
    """What stands there, in words, with a link to what is told elsewhere."""
    if "$ref" in node:
        name = node["$ref"].rpartition("/")[2]
        return f"[{name}](#{anchor}-{name})"
    if "const" in node:
        return f"`{node['const']}`"
    if "enum" in node:
        return " or ".join(f"`{value}`" for value in node["enum"])
    for word in ("oneOf", "anyOf", "allOf"):
        if word in node:
            return " or ".join(kind(each, anchor) for each in node[word])
    types = node.get("type", "object")
    names = [types] if isinstance(types, str) else types
    return " or ".join(f"array of {kind(node['items'], anchor)}" if name == "array" and "items" in node else name for name in names)


def json_page(generated: str, diagnosis: Schema, comparison: Schema, verification: Schema) -> str:
    """The whole page."""
    return (
        f"{generated}\n\n# The JSON documents\n\n"
        "`kubedx analyze -o json`, `-o yaml` and `kubedx preflight` write the first, `kubedx diff` the second, `kubedx verify` the third. "
        f"Their JSON Schemas are <{diagnosis['$id']}>, <{comparison['$id']}> and <{verification['$id']}>, "
        "and in `kubedx/report` of the package; "
        "every output is tested against them.\n\n"
        f"## A diagnosis\n\n{diagnosis['description']}\n\n{schema_tables(diagnosis, 'diagnosis')}\n"
        f"## A comparison\n\n{comparison['description']}\n\n{schema_tables(comparison, 'comparison')}\n"
        f"## A verification\n\n{verification['description']}\n\n{schema_tables(verification, 'verification')}"
    )
