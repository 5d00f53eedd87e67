"""Which names occur in an incident: those of its objects, and whatever stands where names stand in its texts and excerpts."""

import re
from collections.abc import Iterator

from kubedx.findings import Incident, RootCause
from kubedx.kube import Ref, kind_by_word, pattern_of
from kubedx.redact.excerpts import strings_of
from kubedx.redact.fields import LABELS, Way, snake, way_of
from kubedx.redact.introduced import certain, keyed, paths
from kubedx.redact.lexicon import is_common_key, is_own, words_of
from kubedx.redact.names import is_public
from kubedx.redact.positions import spoken_names
from kubedx.redact.stand_in_names import is_common
from kubedx.redact.vocabulary import COMMON_VALUES, DIRECTORIES, FILE_EXTENSIONS, PUBLIC_ORGANISATIONS

Known = dict[str, str]

_NAME = pattern_of(r"[A-Za-z0-9](?:[A-Za-z0-9._-]{0,251}[A-Za-z0-9])?")
_CAMEL = pattern_of(r"[A-Za-z]*[a-z][A-Z][A-Za-z0-9]*|[A-Z][a-z]+|[A-Z0-9_]+")
_MEASURE = pattern_of(r"[0-9][0-9.,]*[A-Za-z%]{0,4}|v?[0-9]+(?:\.[0-9A-Za-z-]+)+|[0-9]+(?:[a-z]{1,2}[0-9]+)*[a-z]{0,2}")
_QUOTED = pattern_of(r"(?P<before>[A-Za-z.]{0,40})[ =(\[]{0,3}(?P<quote>[\"'`])(?P<text>[^\"'`\s]{1,300})(?P=quote)(?P<after>:?)")
_IMAGE = pattern_of(r"\bimages?\b\W{1,4}(?P<image>[A-Za-z0-9][^\s\"'`,;\\]{2,300})", re.IGNORECASE)
_PAIR = pattern_of(r"(?<![\w.-])(?P<key>[A-Za-z][\w.-]{0,40})=(?P<value>[A-Za-z][\w.-]{1,120}\w)(?![\w/(])")
_PLACE = pattern_of(r"(?<![\w/.-])(?P<first>[a-z][a-z0-9.-]{1,62}[a-z0-9])/(?P<name>[a-z0-9][a-z0-9.-]{0,251}[a-z0-9])(?![\w/])")
_PORT = pattern_of(r"(?<![\w./:@-])(?P<host>[A-Za-z][A-Za-z0-9.-]{1,252}):[0-9]{2,5}(?![\w.:])")
_OF_KIND = pattern_of(r"\b(?P<kind>[A-Za-z]{2,40}) (?P<name>[a-z0-9][a-z0-9.-]{0,250}[a-z0-9])(?![\w/])")
_OWNED = pattern_of(r"\b(?P<kind>[A-Za-z]{2,40}) \"?(?P<namespace>[a-z0-9][a-z0-9-]{0,62})/(?P<name>[a-z0-9][a-z0-9.-]{0,252})(?![\w/])")
# What the sentences of kubelet, scheduler and container runtimes name without quotes.
_SPOKEN = pattern_of(
    r"(?:pull access denied for|priority class with name|assigned \S{1,300} to|repository|manifest for)[ ](?P<name>[\w./:@-]{2,300}\w)",
    re.IGNORECASE,
)
_REFERENCE = pattern_of(
    r"(?<![\w/:.@-])(?P<image>(?:[\w-]{1,63}\.){1,8}[a-z]{2,24}(?::[0-9]{2,5})?/[\w./-]{1,255}(?::[\w.-]{1,128}|@sha256:[0-9a-f]{8,64}))"
)
_DASHED = pattern_of(r"(?<![\w./:@%-])[a-z][a-z0-9]{0,60}(?:-[a-z0-9]{1,60}){1,10}(?![\w/(])")
_ASSIGNED = pattern_of(r"\bassigned (?P<namespace>[a-z0-9-]{1,63})/(?P<name>[a-z0-9.-]{1,253}) to ")
_URL_PATH = pattern_of(r"://[^\s/\"'<>]{1,300}/(?P<path>[^\s?#\"'<>,;)\]}]{1,300})")
_SAID_PART = pattern_of(r"(?:(?:init|ephemeral|sidecar) )?(?P<kind>[a-z]+) \"?(?P<name>[A-Za-z0-9._-]{1,253})\"?")
_SEPARATORS = pattern_of(r"[/:@,?&=;|]+")
_TAG = pattern_of(r"(?::[^:/@]*)?(?:@[^/]*)?$")
_ANNOTATED = pattern_of(r"[a-z0-9.-]+\.[a-z]{2,24}/[\w.-]+")
_SOURCES = FILE_EXTENSIONS | {"c", "cc", "cpp", "cs", "go", "java", "kt", "php", "rb", "rs", "scala", "ts"}
_SAYS_NO_NAME = frozenset(
    (
        *("code", "duration", "err", "error", "kind", "level", "lvl", "message", "method", "msg", "phase", "proto", "protocol", "reason"),
        *("severity", "status", "time", "timestamp", "ts", "type", "version"),
    )
)


def names_of(incident: Incident) -> Known:
    """The names in an incident, each with the kind of what it names (`name` where that is not told)."""
    collector = _Collector()
    for ref in _refs(incident):
        collector.add_ref(ref)
    for text in _texts(incident):
        collector.add_text(text)
    for part in (incident.root_cause.part, *(symptom.part for symptom in incident.symptoms)):
        collector.add_part(part)
    for excerpt in incident.dossier.excerpts:
        collector.add_excerpt(excerpt.text)
    return collector.known


class _Collector:
    def __init__(self) -> None:
        self.known: Known = {}

    def add_ref(self, ref: Ref) -> None:
        """An object of the incident; its name is one whatever word it is."""
        if ref.namespace:
            self.known.setdefault(ref.namespace, "namespace")
        if ref.name:
            self.known.setdefault(ref.name, ref.kind)

    def add_part(self, part: str) -> None:
        """A part, such as `container api`."""
        said = _SAID_PART.fullmatch(part)
        if said:
            self.add(said["name"], said["kind"] if said["kind"] in {"container", "volume", "port", "key"} else "name")

    def add(self, name: str, kind: str) -> None:
        """What stands where a name stands is one, unless it is a word that anybody might write."""
        if looks_like_name(name):
            self.known.setdefault(name, kind)

    def add_value(self, text: str, kind: str = "name") -> None:
        """A value without spaces: a name, a path, an address, a list of them."""
        if _ANNOTATED.fullmatch(text) and is_public(text.partition("/")[0]):
            return
        pieces = [piece for piece in _SEPARATORS.split(text) if piece]
        for piece in pieces:
            self.add(piece.strip("()[]{}<>.$%*+~!"), kind if len(pieces) == 1 else "name")

    def add_image(self, text: str) -> None:
        """Whose an image is: its path, unless anybody may pull it."""
        path = _TAG.sub("", text.rpartition("://")[2]).split("/")
        first = path[0].partition(":")[0]
        registry = path.pop(0) if len(path) > 1 and ("." in path[0] or ":" in path[0] or path[0] == "localhost") else ""
        everybodys = not registry or is_public(registry.partition(":")[0])
        if everybodys and (len(path) == 1 or path[0] in PUBLIC_ORGANISATIONS or first == "registry.k8s.io"):
            return
        for piece in (registry.partition(":")[0], *path):
            self.add(piece, "image")

    def add_text(self, text: str) -> None:
        """Whatever stands where names stand in a sentence, a log line, a command."""
        images = self._add_images(text)
        for match in _QUOTED.finditer(text):
            if not match["after"] and match["text"] not in images:
                self.add_value(match["text"], _kind_word(match["before"]))
        for start, end in spoken_names(text):
            self.add_value(text[start:end].strip(" ,"))
        for match in _URL_PATH.finditer(text):
            self.add_value(match["path"])
        self._add_by_form(text)
        self._add_places(text)

    def _add_by_form(self, text: str) -> None:
        for match in _PAIR.finditer(text):
            if match["key"].lower().rpartition(".")[2] not in _SAYS_NO_NAME:
                self.add_value(match["value"])
        for match in _PORT.finditer(text):
            if match["host"].rpartition(".")[2] not in _SOURCES:
                self.add(match["host"], "host")
        for match in _DASHED.finditer(text):
            self.add(match[0], "name")
        for value in (*keyed(text), *paths(text)):
            self.add_value(value)
        for name, kind in certain(text):
            self.known.setdefault(name, kind)

    def _add_images(self, text: str) -> set[str]:
        images = {match["image"].rstrip(".:)") for pattern in (_IMAGE, _REFERENCE) for match in pattern.finditer(text)}
        for match in _SPOKEN.finditer(text):
            if "/" in match["name"]:
                images.add(match["name"])
            else:
                self.add(match["name"].partition(":")[0], "name")
        for image in sorted(images):
            self.add_image(image)
        return images

    def _add_places(self, text: str) -> None:
        for match in _ASSIGNED.finditer(text):
            self.add(match["namespace"], "namespace")
            self.add(match["name"], "Pod")
        for match in _OWNED.finditer(text):
            if (kind := _kind_word(match["kind"])) != "name":
                self.add(match["namespace"], "namespace")
                self.add(match["name"].rstrip(".-"), kind)
        for match in _PLACE.finditer(text):
            kind = _kind_word(match["first"].partition(".")[0])
            if kind != "name":
                self.add(match["name"], kind)
            elif self.known.get(match["first"]) == "namespace":
                self.add(match["name"], "name")
        for match in _OF_KIND.finditer(text):
            if ("-" in match["name"] or any(char.isdigit() for char in match["name"])) and (kind := _kind_word(match["kind"])) != "name":
                self.add(match["name"], kind)

    def add_excerpt(self, text: str) -> None:
        """A part of a spec, as JSON or YAML, whole or cut."""
        if not text.lstrip().startswith(("{", "[")):
            self.add_text(text)
        for path, value in strings_of(text):
            field = snake(path[-1]) if path else ""
            way = way_of("", field)
            if any(snake(key) in LABELS for key in path[:-1]):
                if not is_common_key(path[-1]) or value.lower() not in COMMON_VALUES:
                    self.add_value(value)
            elif way is Way.IMAGE:
                self.add_image(value)
            elif value.startswith(("{", "[")):  # an annotation that holds an object
                self.add_excerpt(value.replace('\\"', '"'))
            elif any(char.isspace() for char in value):
                self.add_text(value)
            elif way not in {Way.API, Way.DOMAIN, Way.KEY}:
                self.add_value(value, _kind_of_field(field))


def looks_like_name(text: str) -> bool:
    """Whether somebody may have given this name: it has a word that is nobody's else, and is no number, measure, file or word of an API."""
    if not _NAME.fullmatch(text) or len(text) < 2 or is_own(text) or is_public(text) or is_common(text):
        return False
    if _CAMEL.fullmatch(text) or _MEASURE.fullmatch(text) or text.lower() in DIRECTORIES:
        return False
    return any(not is_common(word) for word in words_of(text))


def _kind_word(word: str) -> str:
    kind = kind_by_word(word) if word else None
    if kind is not None:
        return kind.kind
    return "container" if word.lower() == "container" else "name"


def _kind_of_field(field: str) -> str:
    return {
        "secret_name": "Secret",
        "claim_name": "PersistentVolumeClaim",
        "service_name": "Service",
        "node_name": "Node",
        "namespace": "namespace",
        "service_account_name": "ServiceAccount",
        "storage_class_name": "StorageClass",
    }.get(field, "name")


def _texts(incident: Incident) -> Iterator[str]:
    yield incident.title
    for root_cause in (incident.root_cause, *(rival.root_cause for rival in incident.rivals)):
        yield root_cause.message
        yield from _values(root_cause)
    yield from (symptom.message for symptom in incident.symptoms)
    yield from (piece.value for piece in incident.evidence)
    for change in incident.changed:
        yield from (change.path, f'"{change.before}"', f'"{change.after}"', change.before, change.after)


def _values(root_cause: RootCause) -> Iterator[str]:
    """The words of the playbook: a value is taken for a quoted one, since it will be one."""
    for key, value in root_cause.values.items():
        yield f"image {value}" if "image" in key else f'"{value}"' if value and " " not in value else value


def _refs(incident: Incident) -> Iterator[Ref]:
    for root_cause in (incident.root_cause, *(rival.root_cause for rival in incident.rivals)):
        yield from (root_cause.observed, root_cause.subject)
        if root_cause.cause is not None:
            yield root_cause.cause
        yield from (piece.ref for piece in root_cause.evidence)
    for symptom in incident.symptoms:
        yield symptom.subject
        yield from (piece.ref for piece in symptom.evidence)
    yield from (*incident.affected, *incident.entry_points)
    yield from (change.ref for change in incident.changed)
    yield from (fix.ref for fix in incident.fixes)
    yield from (excerpt.ref for excerpt in incident.dossier.excerpts)
