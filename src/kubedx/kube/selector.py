"""Label selectors, and what they select."""

from kubedx.kube.object import Struct


class LabelSelectorRequirement(Struct, frozen=True):
    """One requirement on a label."""

    key: str = ""
    operator: str = ""
    values: tuple[str, ...] = ()


class LabelSelector(Struct, frozen=True):
    """Requirements on labels that must all hold. Empty selects everything; None, where a selector may be absent, nothing."""

    match_expressions: tuple[LabelSelectorRequirement, ...] = ()
    match_labels: dict[str, str] = {}
