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
from typing import Any

import msgspec

from kubedx.findings import Confidence, Evidence, EvidenceType, Finding, RuleCrash, Severity
from kubedx.kube import Kind, KubeObject, Ref, kind_by_word, pattern_of
from kubedx.plugins.rule_child import SECONDS, DeclaredRuleError, judged
from kubedx.plugins.rule_process import MAX_TEXT, Job

API_VERSION = "kubedx.dev/v1"
MAX_EXPRESSION = 16 * 1024
ALL = "*"
"""In place of a name, where a rule failed on all objects of its kind."""
_NAME = pattern_of(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?")

Objects = Callable[[Kind], Sequence[KubeObject]]


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
    """A rule whose kinds are known. `place` is the file that it stands in."""

    code: str
    spec: Spec
    on: Kind
    consults: tuple[Kind, ...]
    place: str = ""

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
    declared = tuple(rules.values())
    for step in judged([Job(rule.spec.when, rule.spec.message) for rule in declared], {}):
        rule = declared[step.job]
        raise DeclaredRuleError(f"{rule.place}: rule {rule.code.removeprefix('custom/')}, {step.error}")
    return declared


def judge_declared(rules: Iterable[DeclaredRule], objects: Objects, seconds: int = SECONDS) -> Verdicts:
    """Let the rules judge, each for so many seconds at most. One that fails on an object fails on that object alone."""
    rules = tuple(rules)
    kinds = {_key(kind): kind for rule in rules for kind in rule.kinds}
    known = {key: objects(kind) for key, kind in kinds.items()}
    plain = {key: [_plain(one) for one in found] for key, found in known.items()}
    jobs = [Job(rule.spec.when, rule.spec.message, _key(rule.on), {kind.kind: _key(kind) for kind in rule.consults}) for rule in rules]
    findings: list[Finding] = []
    crashed: list[RuleCrash] = []
    for step in judged(jobs, plain, seconds):
        rule = rules[step.job]
        key = _key(rule.on)
        if step.index < 0:
            crashed.append(RuleCrash(rule.code, rule.on.ref("", ALL), step.error))
        elif step.error:
            crashed.append(RuleCrash(rule.code, known[key][step.index].ref, step.error))
        else:
            findings.append(_finding(rule, known[key][step.index].ref, step.message, plain[key][step.index]))
    return Verdicts(tuple(findings), tuple(crashed))


def failing_examples(rule: DeclaredRule) -> Iterator[str]:
    """A sentence for each test of a rule that does not come out as it says."""
    tests = [
        (wanted, number, one)
        for wanted, name in ((True, "fires"), (False, "quiet"))
        for number, one in enumerate(getattr(rule.spec.tests, name), 1)
    ]
    jobs, lists = [], {}
    for place, (_wanted, _number, example) in enumerate(tests):
        lists[f"{place}"] = [example.object]
        beside = {kind.kind: f"{place} {kind.kind}" for kind in rule.consults}
        lists |= {key: example.objects.get(name, []) for name, key in beside.items()}
        jobs.append(Job(rule.spec.when, rule.spec.message, f"{place}", beside))
    said = {step.job: step for step in judged(jobs, lists)}
    for place, (wanted, number, _example) in enumerate(tests):
        step, word = said.get(place), "fires" if wanted else "quiet"
        if step and step.error:
            yield f"{rule.code}: {word} {number} fails: {step.error}"
        elif (step is not None) != wanted:
            yield f"{rule.code}: {word} {number} {f'fires: {step.message}' if step else 'does not fire'}"


def _key(kind: Kind) -> str:
    return f"{kind.api_version} {kind.kind}"


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
    if max(len(spec.when), len(spec.message)) > MAX_EXPRESSION:
        raise DeclaredRuleError(
            f"{place}: rule {name} has an expression of more than {MAX_EXPRESSION} letters; divide it into several rules"
        )
    return DeclaredRule(
        code=f"custom/{name}",
        spec=spec,
        on=_kind(place, name, spec.on, custom),
        consults=tuple(_kind(place, name, word, custom) for word in spec.consults),
        place=place,
    )


def _kind(place: str, name: str, word: str, custom: Sequence[Kind]) -> Kind:
    kind = kind_by_word(word, custom)
    if kind is None:
        raise DeclaredRuleError(f'{place}: rule {name} names the kind "{word}", which kubedx does not read')
    return kind


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
