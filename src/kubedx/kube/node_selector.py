"""Node selectors, and which nodes they match.

https://kubernetes.io/docs/concepts/scheduling-eviction/assign-pod-node/
"""

from collections.abc import Mapping

from kubedx.kube.object import Struct
from kubedx.kube.selector import requirement_holds


class NodeSelectorRequirement(Struct, frozen=True):
    """One requirement on a label or field of a node: In, NotIn, Exists, DoesNotExist, Gt or Lt."""

    key: str = ""
    operator: str = ""
    values: tuple[str, ...] = ()


class NodeSelectorTerm(Struct, frozen=True):
    """Requirements that must all hold; a term without any matches nothing."""

    match_expressions: tuple[NodeSelectorRequirement, ...] = ()
    match_fields: tuple[NodeSelectorRequirement, ...] = ()


class NodeSelector(Struct, frozen=True):
    """Terms of which one must match; no term matches nothing."""

    node_selector_terms: tuple[NodeSelectorTerm, ...] = ()


def matches_node(selector: NodeSelector, name: str, labels: Mapping[str, str]) -> bool:
    """Whether one of the terms matches the node of that name with these labels."""
    return any(term_matches_node(term, name, labels) for term in selector.node_selector_terms)


def term_matches_node(term: NodeSelectorTerm, name: str, labels: Mapping[str, str]) -> bool:
    """Whether one term matches the node. Source: k8s.io/component-helpers/scheduling/corev1/nodeaffinity/nodeaffinity.go."""
    if not term.match_expressions and not term.match_fields:
        return False
    return all(node_requirement_holds(each, labels) for each in term.match_expressions) and all(
        node_requirement_holds(each, {"metadata.name": name}) for each in term.match_fields
    )


def node_requirement_holds(requirement: NodeSelectorRequirement, labels: Mapping[str, str]) -> bool:
    """Whether one requirement holds for a node with these labels."""
    return requirement_holds(requirement.operator, labels.get(requirement.key), requirement.values)
