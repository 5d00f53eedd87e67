"""Whether a command that a model wrote may be shown, and as what: it is as untrusted as what the cluster wrote."""

import enum
import re
from collections.abc import Iterable, Sequence
from urllib.parse import urlsplit

from kubedx.explain.commands import PROGRAMS, KubectlCall, kind_of_word, kubectl_call, program_of
from kubedx.explain.shell import Call, line_of
from kubedx.explain.verbs import (
    CHANGES,
    DOCUMENTATION,
    FILTERS,
    FOREIGN,
    GRANTS,
    HARMS,
    INSIDE,
    INSIDE_WRITES,
    LIST_ONLY,
    LOOKS,
    OTHERS,
    OTHERS_HARM,
    TOOL_IMAGES,
)
from kubedx.findings import EvidenceType, Facts, Incident
from kubedx.kube import Ref, pattern_of
from kubedx.redact import is_public


class Standing(enum.IntEnum):
    """What becomes of a command. Of several calls in a line the worst counts."""

    STANDS = 0
    """It is shown as it is."""
    CAREFUL = 1
    """It is shown under a warning: it deletes, evicts, stops or grants something."""
    EXAMPLE = 2
    """It is shown as an example: it has blanks, or names what is neither known nor known to be absent."""
    FALLS = 3
    """It is not shown."""


_URL = pattern_of(r"\b[a-z][a-z0-9+.-]{1,20}://[^\s\"'<>`)\]]+", re.IGNORECASE)
_NETWORK = frozenset(("curl", "wget", "nc", "ping", "dig", "nslookup", "getent", "pg_isready", "redis-cli"))
_HOST = pattern_of(r"(?:[a-z0-9-]{1,63}\.){1,8}[a-z]{2,24}|\b(?:\d{1,3}\.){3}\d{1,3}\b", re.IGNORECASE)
_LINK_LOCAL = "169.254."
"""Where clouds hand out credentials to whoever asks: https://www.rfc-editor.org/rfc/rfc3927"""
_HOST_IN_CALL = pattern_of(
    r"\b(?:curl|wget|nc|ssh|scp|telnet|ping)\s[^\n`]{0,200}?(?P<host>(?:[a-z0-9-]{1,63}\.){1,8}[a-z]{2,24})\b", re.IGNORECASE
)
_IMAGE_IN_CALL = pattern_of(
    r"\b(?:(?:kubectl|oc)\b[^\n`]{0,200}?(?:--image[= ]|\bset image\b[^\n`=]{0,200}=)|(?:docker|podman|crictl)\s[^\n`]{0,200}?\s)"
    r"(?P<host>(?:[a-z0-9-]{1,63}\.){1,8}[a-z]{2,24})(?::\d{1,5})?/",
    re.IGNORECASE,
)
_HARMFUL_SHELL = pattern_of(
    r"\|\s*(?:sudo\s+)?(?:ba|z|a)?sh\b|\brm\s+-[a-z]*[rf]|/dev/(?:tcp|udp)/|\$\(|\beval\s|\bmkfs|\bdd\s+if=|:\(\)\s*\{|<<\s*['\"]?EOF",
    re.IGNORECASE,
)
_HARMFUL_CALL = pattern_of(
    r"\b(?:kubectl|oc|helm)\b[^\n`.]{0,120}?\b(?:delete|drain|replace|uninstall|clusterrolebinding|rolebinding|certificate approve)\b"
    r"|--replicas[= ]0\b|\bsystemctl (?:stop|disable|mask)\b"
)
_IS_NAME = pattern_of(r"[A-Za-z0-9][A-Za-z0-9._:-]*")


class CommandJudge:
    """Judges the commands of one incident's answer by what the cluster holds and by what the program itself found."""

    def __init__(self, incident: Incident, facts: Facts) -> None:
        self._facts = facts
        self._namespace = incident.root_cause.subject.namespace
        self._refs = frozenset(_refs(incident))
        self._told = _words(_told(incident))
        self._found = "\n".join(_found(incident))

    def standing(self, command: str) -> Standing:
        """What becomes of a command line."""
        line = line_of(command.strip())
        if not line.calls or any(not self.knows_host(url) for url in _URL.findall(command)):
            return Standing.FALLS
        worst = max(self._of_call(call) for call in line.calls)
        return max(worst, Standing.EXAMPLE) if line.has_blanks else worst

    def of_prose(self, text: str) -> Standing:
        """What becomes of a sentence, by the commands that stand in the midst of it, without backticks."""
        calls = any(not self._leads_inside(match["host"]) for match in _HOST_IN_CALL.finditer(text))
        pulls = any(not (is_public(match["host"]) or self._leads_inside(match["host"])) for match in _IMAGE_IN_CALL.finditer(text))
        if calls or pulls or _HARMFUL_SHELL.search(text):
            return Standing.FALLS
        return Standing.CAREFUL if _HARMFUL_CALL.search(text) else Standing.STANDS

    def knows_host(self, url: str) -> bool:
        """Whether a URL leads where this incident is about, or to public documentation. What only a log or event says does not count."""
        host = (urlsplit(url).hostname if _parses(url) else "") or ""
        return bool(host) and (any(host == known or host.endswith(f".{known}") for known in DOCUMENTATION) or self._leads_inside(host))

    def _leads_inside(self, host: str) -> bool:
        """Whether a host is of the cluster, or named by the program's own findings."""
        labels = host.lower().split(".")
        if host.startswith(_LINK_LOCAL):
            return False
        if host in self._found or host in ("localhost", "127.0.0.1"):
            return True
        if len(labels) == 1 or all(label.isdigit() for label in labels):
            return host.lower() in self._told
        place = labels[1] if len(labels) == 2 or labels[2] == "svc" else ""
        return bool(place) and self._facts.exists(Ref("v1", "Namespace", "", place)) is True

    def is_absent(self, ref: Ref) -> bool:
        """Whether an object certainly does not exist, and the incident does not speak of it either."""
        return ref not in self._refs and self._facts.exists(ref) is False

    def _of_call(self, call: Call) -> Standing:
        words = call.words[1:] if call.words[0] == "sudo" and len(call.words) > 1 else call.words
        program = program_of(words[0])
        if call.piped:
            return Standing.STANDS if program in FILTERS else Standing.FALLS
        if program in PROGRAMS:
            return self._of_kubectl(kubectl_call(words[1:], self._namespace))
        if program not in OTHERS:
            return Standing.FALLS
        known = OTHERS[program] | OTHERS_HARM.get(program, frozenset())
        verb = next((word for word in words[1:4] if word in known), "")
        if verb in OTHERS_HARM.get(program, ()):
            return Standing.CAREFUL
        return Standing.STANDS if not OTHERS[program] or verb in OTHERS[program] else Standing.FALLS

    def _of_kubectl(self, call: KubectlCall) -> Standing:
        unwanted = call.flags.keys() & FOREIGN or call.verb not in LOOKS | CHANGES | HARMS or _reads_foreign_file(call)
        if unwanted or (call.verb == "delete" and _deletes_anything(call)):
            return Standing.FALLS
        inner = self._of_inner(call.inner) if call.verb in ("exec", "run", "debug") else Standing.STANDS
        harms = _harms(call)
        return max(inner, self._of_objects(call, harms=harms), self._of_images(call), Standing.CAREFUL if harms else Standing.STANDS)

    def _of_objects(self, call: KubectlCall, *, harms: bool) -> Standing:
        standing = Standing.STANDS
        for ref in (ref for ref in call.objects if _IS_NAME.fullmatch(ref.name)):
            exists = self._facts.exists(ref)
            spoken_of = ref in self._refs
            if exists is False and (not spoken_of or (call.verb not in LOOKS and not call.verb.startswith("create"))):
                return Standing.FALLS
            if exists is None and not spoken_of and ref.name.lower() not in self._told:
                standing = Standing.EXAMPLE
            if harms and exists is None and not spoken_of:
                standing = Standing.EXAMPLE
        if call.kind_word and kind_of_word(call.kind_word) is None and call.kind_word.lower() not in self._told | {"all"}:
            standing = max(standing, Standing.EXAMPLE)
        return standing

    def _of_inner(self, words: Sequence[str]) -> Standing:
        """What a container is told to run may look and call inside the cluster, and neither write, send nor start anything else."""
        if not words:
            return Standing.STANDS
        program = program_of(words[0])
        if program in ("sh", "bash", "ash"):
            if len(words) == 1:
                return Standing.STANDS  # a shell for a person
            line = line_of(words[2]) if len(words) == 3 and words[1] in ("-c", "-lc", "-ec") else line_of("")
            if any(call.piped and program_of(call.words[0]) not in FILTERS for call in line.calls):
                return Standing.FALLS
            return max((self._of_inner(call.words) for call in line.calls), default=Standing.FALLS)
        writes = program not in LIST_ONLY and any(INSIDE_WRITES.match(word) for word in words[1:])
        leaves = program in _NETWORK and any(not self._leads_inside(host) for word in words[1:] for host in _HOST.findall(word))
        return Standing.STANDS if program in INSIDE and not writes and not leaves else Standing.FALLS

    def _of_images(self, call: KubectlCall) -> Standing:
        """An image that only a log or nobody named is an example of one."""
        images = [call.flag("--image")] if call.verb in ("run", "debug", "create") else []
        if call.verb == "set image":
            images = [word.partition("=")[2] for word in call.words if "=" in word]
        for image in filter(None, images):
            repository = re.sub(r"(?::[^:/@]*)?(?:@.*)?$", "", image)
            registry = repository.partition("/")[0].partition(":")[0]
            if "." in registry and not is_public(registry) and registry not in self._found:
                return Standing.FALLS
            if repository not in TOOL_IMAGES and repository not in self._found:
                return Standing.EXAMPLE
        return Standing.STANDS


def _harms(call: KubectlCall) -> bool:
    if call.verb in HARMS or (call.verb == "scale" and call.flag("--replicas") == "0"):
        return True
    if call.verb == "taint" and any("NoExecute" in word for word in call.words):
        return True
    if call.verb == "patch":
        patch = call.flag("-p", "--patch").replace(" ", "")
        return "finalizers" in patch or '"op":"remove"' in patch or "null" in patch or '"replicas":0' in patch
    if call.verb == "create":
        return bool(call.words) and call.words[0].lower() in GRANTS
    return "--force" in call.flags or "--privileged" in call.flags


def _deletes_anything(call: KubectlCall) -> bool:
    return bool(call.flags.keys() & {"--all", "-A", "--all-namespaces"}) or not (call.words or call.flag("-f", "--filename"))


def _reads_foreign_file(call: KubectlCall) -> bool:
    named = () if call.verb == "logs" else (call.flag("-f", "--filename"),)
    files = (*named, call.flag("-k", "--kustomize"), call.flag("--from-file"), call.flag("--patch-file"))
    return any("://" in file or file.startswith(("github.com", "~", "/")) for file in files)


def _parses(url: str) -> bool:
    try:
        return bool(urlsplit(url).hostname)
    except ValueError:
        return False


def _words(texts: Iterable[str]) -> frozenset[str]:
    return frozenset(word.strip(".-_").lower() for text in texts for word in re.findall(r"[A-Za-z0-9][A-Za-z0-9._-]*", text))


def _found(incident: Incident) -> Iterable[str]:
    """What the program itself says, and what fields and specs hold; neither logs nor events."""
    root = incident.root_cause
    yield from (root.message, *root.values.values(), *(symptom.message for symptom in incident.symptoms))
    yield from (piece.value for piece in incident.evidence if piece.type is EvidenceType.FIELD)
    yield from (excerpt.text for excerpt in incident.dossier.excerpts)
    yield from (text for change in incident.changed for text in (change.before, change.after))
    yield from (rival.root_cause.message for rival in incident.rivals)


def _told(incident: Incident) -> Iterable[str]:
    """Everything that the model was told."""
    yield from _found(incident)
    yield from (piece.value for piece in incident.evidence)
    yield from (word for ref in _refs(incident) for word in (ref.name, ref.namespace, ref.kind))


def _refs(incident: Incident) -> Iterable[Ref]:
    for root in (incident.root_cause, *(rival.root_cause for rival in incident.rivals)):
        yield from (root.subject, root.observed, *((root.cause,) if root.cause else ()), *(piece.ref for piece in root.evidence))
    for symptom in incident.symptoms:
        yield from (symptom.subject, *(piece.ref for piece in symptom.evidence))
    yield from (*incident.affected, *incident.entry_points)
    yield from (change.ref for change in incident.changed)
    yield from (fix.ref for fix in incident.fixes)
