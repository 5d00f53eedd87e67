"""Rules that users declare in YAML, with conditions in CEL (https://cel.dev), and the tests that they bring along.

    apiVersion: kubedx.dev/v1
    kind: Rule
    metadata: {name: deployment-without-owner}
    spec:
      on: Deployment
      severity: warning
      when: "!has(object.metadata.labels.owner)"
      message: "'the deployment has no label owner'"
      path: metadata.labels
      advice: Label it with the team that owns it.
      tests:
        fires: [{object: {metadata: {name: cart, labels: {}}}}]
        quiet: [{object: {metadata: {name: cart, labels: {owner: shop}}}}]

`object` is the object that is judged, `objects` the lists of the kinds in `consults`, by their kind. Both have the fields that kubedx
reads of Kubernetes' own kinds, under the names of the API; custom resources have their metadata and status.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from importlib import import_module
from typing import Any

import msgspec

from kubedx.errors import KubedxError
from kubedx.findings import Confidence, Evidence, EvidenceType, Finding, RuleCrash, Severity
from kubedx.kube import Kind, KubeObject, Ref, kind_by_word, pattern_of

API_VERSION = "kubedx.dev/v1"
MAX_FINDINGS = 1000
MAX_CRASHES = 20
MAX_TEXT = 500
_NAME = pattern_of(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?")

Objects = Callable[[Kind], Sequence[KubeObject]]


class DeclaredRuleError(KubedxError):
    """A file of rules that cannot be used."""


class Example(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An object, with the lists beside it, for which the rule fires, or does not."""

    object: dict[str, Any]
    objects: dict[str, list[dict[str, Any]]] = {}


class Examples(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The tests that a rule brings along."""

    fires: tuple[Example, ...] = ()
    quiet: tuple[Example, ...] = ()


class Spec(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a rule says. `when` and `message` are CEL; `path` is the field that is quoted as evidence."""

    on: str
    when: str
    message: str
    consults: tuple[str, ...] = ()
    severity: Severity = Severity.WARNING
    confidence: Confidence = Confidence.CERTAIN
    filter: str = "Custom"
    path: str = ""
    advice: str = ""
    tests: Examples = Examples()


class Metadata(msgspec.Struct, frozen=True):
    """The name of a rule, which is its code behind `custom/`."""

    name: str


class Document(msgspec.Struct, frozen=True, kw_only=True, rename="camel", forbid_unknown_fields=True):
    """A rule as it stands in a file."""

    api_version: str
    kind: str
    metadata: Metadata
    spec: Spec


class DeclaredRule(msgspec.Struct, frozen=True):
    """A rule whose expressions compile and whose kinds are known."""

    code: str
    spec: Spec
    on: Kind
    consults: tuple[Kind, ...]
    when: Any
    message: Any

    @property
    def kinds(self) -> tuple[Kind, ...]:
        """What a scan must read for it."""
        return (self.on, *self.consults)


class Verdicts(msgspec.Struct, frozen=True):
    """What declared rules found, and on which objects they failed."""

    findings: tuple[Finding, ...] = ()
    crashed: tuple[RuleCrash, ...] = ()


def declared_rules(documents: Iterable[tuple[str, object]], custom: Iterable[Kind] = ()) -> tuple[DeclaredRule, ...]:
    """The rules of these documents, each with the name of its file. Raises DeclaredRuleError for the first that cannot be used."""
    custom = tuple(custom)
    rules: dict[str, DeclaredRule] = {}
    for place, document in documents:
        rule = _rule(place, document, custom)
        if rule.code in rules:
            raise DeclaredRuleError(f"{place}: there are two rules of the name {rule.code.removeprefix('custom/')}; rename one")
        rules[rule.code] = rule
    return tuple(rules.values())


def judge_declared(rules: Iterable[DeclaredRule], objects: Objects) -> Verdicts:
    """Let the rules judge. One that fails on an object fails on that object alone."""
    findings: list[Finding] = []
    crashed: list[RuleCrash] = []
    for rule in rules:
        beside = {kind.kind: [_plain(one) for one in objects(kind)] for kind in rule.consults}
        found = 0
        failed = 0
        for subject in objects(rule.on):
            plain = _plain(subject)
            try:
                message = _verdict(rule, plain, beside)
            except Exception as error:  # noqa: BLE001  # an expression may fail in any way; it is its author's to mend
                failed += 1
                if failed <= MAX_CRASHES:
                    crashed.append(RuleCrash(rule.code, subject.ref, _told(error)))
                continue
            if message is not None and found < MAX_FINDINGS:
                found += 1
                findings.append(_finding(rule, subject.ref, message, plain))
    return Verdicts(tuple(findings), tuple(crashed))


def failing_examples(rule: DeclaredRule) -> Iterator[str]:
    """A sentence for each test of a rule that does not come out as it says."""
    for wanted, examples in ((True, rule.spec.tests.fires), (False, rule.spec.tests.quiet)):
        word = "fires" if wanted else "quiet"
        for number, example in enumerate(examples, start=1):
            try:
                message = _verdict(rule, example.object, {kind.kind: example.objects.get(kind.kind, []) for kind in rule.consults})
            except Exception as error:  # noqa: BLE001  # as in judge_declared
                yield f"{rule.code}: {word} {number} fails: {_told(error)}"
                continue
            if (message is not None) != wanted:
                yield f"{rule.code}: {word} {number} {'does not fire' if wanted else f'fires: {message}'}"


def _rule(place: str, document: object, custom: Sequence[Kind]) -> DeclaredRule:
    try:
        parsed = msgspec.convert(document, Document)
    except msgspec.ValidationError as error:
        raise DeclaredRuleError(f"{place}: this is no rule: {error}") from error
    name, spec = parsed.metadata.name, parsed.spec
    if (parsed.api_version, parsed.kind) != (API_VERSION, "Rule"):
        raise DeclaredRuleError(
            f"{place}: a rule has the apiVersion {API_VERSION} and the kind Rule, not {parsed.api_version} {parsed.kind}"
        )
    if not _NAME.fullmatch(name):
        raise DeclaredRuleError(f'{place}: a rule\'s name is lower case letters, digits and dashes, not "{name}"')
    return DeclaredRule(
        code=f"custom/{name}",
        spec=spec,
        on=_kind(place, name, spec.on, custom),
        consults=tuple(_kind(place, name, word, custom) for word in spec.consults),
        when=_compiled(place, name, "when", spec.when),
        message=_compiled(place, name, "message", spec.message),
    )


def _kind(place: str, name: str, word: str, custom: Sequence[Kind]) -> Kind:
    kind = kind_by_word(word, custom)
    if kind is None:
        raise DeclaredRuleError(f'{place}: rule {name} names the kind "{word}", which kubedx does not read')
    return kind


def _compiled(place: str, name: str, field: str, expression: str) -> Any:
    try:
        cel = import_module("cel")
    except ImportError as error:
        raise DeclaredRuleError("declared rules need a package that is not installed: pip install 'kubedx[rules]'") from error
    try:
        return cel.compile(expression)
    except ValueError as error:
        raise DeclaredRuleError(f"{place}: rule {name}, {field}: {_told(error)}") from error


def _verdict(rule: DeclaredRule, plain: Mapping[str, Any], beside: Mapping[str, Any]) -> str | None:
    """The message when the rule fires. Raises what CEL raises, and TypeError for an expression that gives something else."""
    context = {"object": plain, "objects": beside}
    fires = rule.when.execute(context)
    if not isinstance(fires, bool):
        raise TypeError(f"`when` gives {type(fires).__name__} and not true or false")
    if not fires:
        return None
    message = rule.message.execute(context)
    if not isinstance(message, str):
        raise TypeError(f"`message` gives {type(message).__name__} and no text")
    return " ".join(message.split())[:MAX_TEXT] or rule.code


def _finding(rule: DeclaredRule, subject: Ref, message: str, plain: Mapping[str, Any]) -> Finding:
    spec = rule.spec
    evidence = Evidence(type=EvidenceType.FIELD, ref=subject, path=spec.path or spec.when, value=_quoted(plain, spec.path) or message)
    return Finding(
        code=rule.code,
        filter=spec.filter,
        subject=subject,
        severity=spec.severity,
        confidence=spec.confidence,
        message=message,
        evidence=(evidence,),
        values={"advice": spec.advice} if spec.advice else {},
    )


def _quoted(plain: Any, path: str) -> str:
    """The value at a path of names and dots; empty where there is none."""
    value = plain
    for part in path.split(".") if path else ():
        value = value.get(part) if isinstance(value, Mapping) else None
    return msgspec.json.encode(value).decode()[:MAX_TEXT] if path and value not in (None, "", [], {}) else ""


def _plain(obj: KubeObject) -> dict[str, Any]:
    """The object as CEL sees it. Labels and annotations are there even when they are empty, so that `has(…)` can ask for one."""
    plain = msgspec.to_builtins(obj)
    metadata = {"labels": {}, "annotations": {}, **plain.get("metadata", {})}
    return {**plain, "apiVersion": obj.ref.api_version, "kind": obj.ref.kind, "metadata": metadata}


def _told(error: Exception) -> str:
    return f"{type(error).__name__}: {' '.join(str(error).split())}"[:200]
