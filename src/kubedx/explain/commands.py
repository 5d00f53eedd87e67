"""kubectl's grammar: which verb a call has, on which objects, with which flags.

https://kubernetes.io/docs/reference/kubectl/ (verbs, `KIND NAME`, `KIND/NAME`, flags). What is not understood names nothing.
"""

import re
from collections.abc import Iterator, Sequence
from functools import cache

import msgspec

from kubedx.explain.shell import line_of
from kubedx.kube import Kind, Ref, kind_by_word, pattern_of

PROGRAMS = frozenset({"kubectl", "oc", "k"})
_NAME = pattern_of(r"[A-Za-z0-9<\[{][A-Za-z0-9.<>\[\]{}_-]*")
_ON_PODS = frozenset({"logs", "exec", "attach", "port-forward", "debug", "cp"})
_ON_NODES = frozenset({"drain", "cordon", "uncordon"})
_ON_OBJECTS = frozenset({"get", "describe", "delete", "edit", "patch", "label", "annotate", "scale", "autoscale", "expose", "wait"})
_WITH_SUBVERB = frozenset({"rollout", "set", "top"})
# Flags that stand alone; any other flag without "=" takes the word after it.
_ALONE = frozenset(
    [
        *(
            "-A",
            "--all-namespaces",
            "-w",
            "--watch",
            "--watch-only",
            "--previous",
            "-i",
            "-t",
            "-it",
            "-ti",
            "--stdin",
            "--tty",
            "--all-containers",
        ),
        *(
            "--prefix",
            "--show-labels",
            "--force",
            "--now",
            "-h",
            "--help",
            "--overwrite",
            "--timestamps",
            "--ignore-not-found",
            "--all",
            "--all-pods",
        ),
        *(
            "--delete-emptydir-data",
            "--ignore-daemonsets",
            "--no-headers",
            "--show-managed-fields",
            "--list",
            "--local",
            "--record",
            "--server-side",
        ),
        *("--sum", "--containers", "--recursive", "-R", "--dry-run"),
    ]
)
_ALONE_FOR_LOGS = frozenset({"-p", "-f", "--follow"})


class KubectlCall(msgspec.Struct, frozen=True):
    """A call of kubectl. `verb` may have two words (`rollout undo`); `inner` is what a container is told to run."""

    verb: str
    words: tuple[str, ...]
    flags: dict[str, str]
    objects: tuple[Ref, ...]
    kind_word: str = ""
    inner: tuple[str, ...] = ()

    @property
    def selects(self) -> bool:
        """Whether it acts on whatever matches."""
        return bool(self.flags.keys() & {"-l", "--selector", "--field-selector", "--all"})

    def flag(self, *names: str) -> str:
        """The value of a flag under any of its names."""
        return next((self.flags[name] for name in names if name in self.flags), "")


def kubectl_call(words: Sequence[str], namespace: str) -> KubectlCall:
    """The words of a call without `kubectl`, understood. `namespace` is where its objects are without `-n`."""
    flags, positions, inner = _split_flags(words)
    verb, rest = (positions[0], positions[1:]) if positions else ("", [])
    objects = tuple(_objects(verb, rest, flags, namespace))
    if verb in _WITH_SUBVERB and verb != "top" and rest:
        verb, rest = f"{verb} {rest[0]}", rest[1:]
    kind_word = rest[0].partition("/")[0].partition(",")[0] if rest and verb.split(" ")[0] in _ON_OBJECTS | _WITH_SUBVERB else ""
    return KubectlCall(verb, tuple(rest), flags, objects, kind_word, tuple(inner))


def objects_of(command: str, namespace: str) -> tuple[Ref, ...]:
    """The objects that the kubectl calls in a command line need to exist. `namespace` is where they are, without `-n`."""
    calls = (call.words for call in line_of(command).calls if program_of(call.words[0]) in PROGRAMS)
    return tuple(ref for words in calls for ref in kubectl_call(words[1:], namespace).objects)


def program_of(word: str) -> str:
    """The name of a program, without its path."""
    return word.rsplit("/", 1)[-1]


@cache
def kind_of_word(word: str) -> Kind | None:
    """The kind that kubectl takes a word for: `po`, `Pods`, `deployment.apps`."""
    return kind_by_word(word.lower()) or kind_by_word(word.split(".", maxsplit=1)[0].lower())


def _objects(verb: str, words: list[str], flags: dict[str, str], namespace: str) -> Iterator[Ref]:
    named = flags.get("-n") or flags.get("--namespace") or ""
    if named:
        yield Ref("v1", "Namespace", "", named)
    if flags.keys() & {"-A", "--all-namespaces", "-f", "--filename", "-k", "-l", "--selector"} and verb != "logs":
        return
    where = named or namespace
    for kind, name in _names(verb, words):
        if where or not kind.namespaced:
            yield kind.ref(where, name)


def _split_flags(call: Sequence[str]) -> tuple[dict[str, str], list[str], list[str]]:
    """Flags with their values, the words that are no flags, and what follows `--`, which is another program's."""
    flags: dict[str, str] = {}
    positions: list[str] = []
    alone = _ALONE | _ALONE_FOR_LOGS if "logs" in call else _ALONE
    words = iter(call)
    for word in words:
        if word == "--":
            break
        if not word.startswith("-") or word == "-":
            positions.append(word)
        elif "=" in word and word.startswith("--"):
            name, _, value = word.partition("=")
            flags[name] = value
        elif re.fullmatch(r"-[nlfco][^-=].*|-[nlfco]=.*", word):
            flags[word[:2]] = word[2:].removeprefix("=")
        else:
            flags[word] = "" if word in alone else next(words, "")
    return flags, positions, list(words)


def _names(verb: str, words: list[str]) -> Iterator[tuple[Kind, str]]:
    if verb in _WITH_SUBVERB:
        verb, words = ("get", words) if verb == "top" else ("get", words[1:])
    if verb in _ON_NODES:
        yield from ((_known("node"), word) for word in words if _NAME.fullmatch(word))
    elif verb in _ON_PODS:
        yield from _pod_or_slash(words[:1])
    elif verb in _ON_OBJECTS:
        yield from _kind_and_names(words)


def _pod_or_slash(words: list[str]) -> Iterator[tuple[Kind, str]]:
    for word in words:
        if "/" in word:
            yield from _slash(word)
        elif _NAME.fullmatch(word):
            yield _known("pod"), word


def _kind_and_names(words: list[str]) -> Iterator[tuple[Kind, str]]:
    if not words:
        return
    if "/" in words[0]:
        for word in words:
            yield from _slash(word)
        return
    kind = kind_of_word(words[0])
    if kind is None or "," in words[0]:
        return
    for word in words[1:]:
        if "=" in word or word.endswith("-") or not _NAME.fullmatch(word):
            return  # labels and settings begin
        yield kind, word


def _slash(word: str) -> Iterator[tuple[Kind, str]]:
    kind_word, _, name = word.partition("/")
    kind = kind_of_word(kind_word)
    if kind is not None and _NAME.fullmatch(name):
        yield kind, name


def _known(word: str) -> Kind:
    kind = kind_of_word(word)
    if kind is None:
        raise LookupError(word)
    return kind
