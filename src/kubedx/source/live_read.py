"""One reading of a live cluster: greet it, list every kind, fall back where lists are forbidden."""

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Any

import msgspec

from kubedx.errors import ClusterUnreachable, NamespaceAbsent, NothingReadable
from kubedx.kube import ClusterInfo, Gap, GapReason, GroupKind, Kind, KubeObject, Listed, Origin, Reading, decode_object
from kubedx.source.access import ClusterAccess
from kubedx.source.contract import Scope
from kubedx.source.decoding import ready_to_decode
from kubedx.source.discovery import BUILT_IN_GROUPS, OPTIONAL_GROUPS, Discovery, Presence, discover
from kubedx.source.http_client import ApiClient
from kubedx.source.http_retry import TimedOut
from kubedx.source.live_list import Lister, Listing, object_path
from kubedx.source.live_rights import listable_in
from kubedx.source.live_status import gap, is_absent
from kubedx.source.live_watch import WatchedList
from kubedx.source.parallel import in_parallel

Progress = Callable[[Kind, int, int], None]

# Beyond so many lists that may all be forbidden, rights are asked for first.
LONGEST = {kind: rank for rank, kind in enumerate(("Pod", "ReplicaSet", "Event", "EndpointSlice", "Deployment", "ConfigMap", "Secret"))}
"""The longest lists are begun first, so that none is waited for alone at the end; and the largest body is gone before the rest is held."""

MANY_LISTS = 40

NAMESPACE = Kind("v1", "Namespace", "namespaces", namespaced=False)


class Part(msgspec.Struct, frozen=True):
    """A list to read: of a kind, in one namespace or in all (empty)."""

    kind: Kind
    namespace: str = ""


class LiveReading:
    """The state of one `read`; used once, by one thread."""

    def __init__(
        self,
        client: ApiClient,
        access: ClusterAccess,
        lister: Lister,
        *,
        workers: int,
        deadline: float | None,
        on_progress: Progress | None,
        discovery: Discovery | None = None,
    ) -> None:
        self._discovery = discovery
        self._client, self._access, self._lister = client, access, lister
        self._workers, self._deadline, self._on_progress = workers, deadline, on_progress
        self._version = ""
        self._namespaces: dict[str, KubeObject | None] = {}
        self._listings: dict[Part, Listing] = {}
        self._absent: list[Kind] = []
        self._seen: frozenset[str] = frozenset()
        self._gaps: list[Gap] = []

    def run(self, kinds: Sequence[Kind], scope: Scope) -> Reading:
        """Read these kinds in this scope; the errors and gaps are those of `Source.read`."""
        kinds = tuple({kind.group_kind: kind for kind in kinds}.values())
        wanted = tuple(name for name in dict.fromkeys(scope.namespaces) if name not in scope.excluded)
        discovery = self._greet(kinds, wanted)
        parts = [part for kind in kinds if self._listable(kind, discovery) for part in self._parts(kind, wanted, scope)]
        self._list(parts, scope)
        self._fall_back(parts, scope)
        self._check_readable()
        if scope.excluded and not scope.namespaces:
            self._seen = frozenset(self._known_namespaces(scope)[0])
        return self._reading(kinds, scope)

    @property
    def lists(self) -> tuple[WatchedList, ...]:
        """What was listed to its end, and can be followed from there."""
        return tuple(
            WatchedList(part.kind, part.namespace, listing.version, frozenset((one.namespace, one.name) for one in listing.objects))
            for part, listing in self._listings.items()
            if listing.whole and listing.version
        )

    def _greet(self, kinds: Sequence[Kind], namespaces: Sequence[str]) -> Discovery:
        """Version, discovery and the namespaces that were asked for; the first contact, so what fails here ends the reading."""
        found: list[Discovery] = []
        tasks: list[Callable[[], Any]] = [
            partial(self._discover, kinds),
            self._ask_version,
            *(partial(self._ask_namespace, name) for name in namespaces),
        ]
        finished = 0
        for place, result in in_parallel(tasks, self._workers, self._deadline):
            finished += 1
            if place == 0:
                found.append(result)
            elif place == 1:
                self._version = result
        if finished < len(tasks):
            raise TimedOut(f"the API server {self._client.server} did not answer within the time limit; give it more with --timeout")
        return found[0]

    def _discover(self, kinds: Sequence[Kind]) -> Discovery:
        return self._discovery or discover(self._client, kinds, 1, self._deadline)

    def _ask_version(self) -> str:
        response = self._client.get("/version", deadline=self._deadline)
        try:
            return str(msgspec.json.decode(response.body)["gitVersion"]) if response.status == 200 else ""
        except (msgspec.DecodeError, UnicodeDecodeError, TypeError, KeyError):
            return ""

    def _ask_namespace(self, name: str) -> None:
        response = self._client.get(object_path(NAMESPACE, "", name), deadline=self._deadline)
        if is_absent(response, name):
            raise NamespaceAbsent(f"namespace {name!r} does not exist in cluster {self._access.name!r}; check the name")
        self._namespaces[name] = None
        if response.status == 200:
            ready_to_decode(NAMESPACE)
            try:
                decoded = decode_object(NAMESPACE, msgspec.json.decode(response.body, type=dict))
            except (msgspec.DecodeError, UnicodeDecodeError):
                return
            self._namespaces[name] = None if isinstance(decoded, Gap) else decoded

    def _listable(self, kind: Kind, discovery: Discovery) -> bool:
        presence = discovery.presence(kind)
        if presence is Presence.UNSERVED:
            self._note_unserved(kind, discovery.words(kind))
        elif presence in {Presence.BROKEN, Presence.OTHER_VERSION}:
            self._gaps.append(gap(kind, "list", GapReason.ABSENT_API, discovery.words(kind)))
        return presence in {Presence.SERVED, Presence.UNKNOWN}

    def _note_unserved(self, kind: Kind, words: str) -> None:
        """A resource that nobody defined has no objects; but a kind of Kubernetes itself that is off may hide them."""
        if kind.group in BUILT_IN_GROUPS - OPTIONAL_GROUPS:
            self._gaps.append(gap(kind, "list", GapReason.ABSENT_API, words))
        else:
            self._absent.append(kind)

    def _parts(self, kind: Kind, namespaces: Sequence[str], scope: Scope) -> list[Part]:
        if kind.namespaced and scope.namespaces:
            return [Part(kind, name) for name in namespaces]
        return [Part(kind)]

    def _list(self, parts: Sequence[Part], scope: Scope) -> None:
        """Read lists, several at once. What is not read by the deadline is a gap."""
        open_parts = {kind: sum(part.kind == kind for part in parts) for kind in {part.kind for part in parts}}
        total, done = len(open_parts), 0
        ordered = sorted(parts, key=lambda part: LONGEST.get(part.kind.kind, len(LONGEST)))
        tasks = [partial(self._lister.list, part.kind, part.namespace, scope.excluded, self._deadline) for part in ordered]
        found: dict[Part, Listing] = {}
        for place, listing in in_parallel(tasks, self._workers, self._deadline):
            part = ordered[place]
            found[part] = self._judged(part, listing)
            open_parts[part.kind] -= 1
            if not open_parts[part.kind]:
                done += 1
                if self._on_progress:
                    self._on_progress(part.kind, done, total)
        # In the order of the parts, whatever came first: the same cluster gives the same reading.
        for part in parts:
            late = gap(part.kind, "list", GapReason.TIMEOUT, "not read within the time limit", part.namespace)
            self._listings[part] = found.get(part) or Listing(gaps=(late,))

    def _judged(self, part: Part, listing: Listing) -> Listing:
        """A resource that nobody serves has no objects; `_note_unserved` says of which kinds that is not sure."""
        unserved = listing.unserved and part.kind.group not in BUILT_IN_GROUPS - OPTIONAL_GROUPS
        return Listing(whole=True) if unserved else listing

    def _fall_back(self, parts: Sequence[Part], scope: Scope) -> None:
        """Namespace by namespace, where a list of all namespaces is forbidden."""
        forbidden = [part.kind for part in parts if part.kind.namespaced and not part.namespace and self._listings[part].forbidden]
        if not forbidden:
            return
        namespaces, all_of_them = self._known_namespaces(scope)
        smaller = {kind: [Part(kind, name) for name in namespaces] for kind in forbidden}
        self._list(self._worth_trying([part for kind in forbidden for part in smaller[kind]]), scope)
        for kind in forbidden:
            listings = [self._listings[part] for part in smaller[kind]]
            if not any(listing.whole for listing in listings):
                # The refusal of the whole says it all, but for what failed in another way.
                for part in smaller[kind]:
                    if self._listings[part].forbidden and all_of_them:
                        del self._listings[part]
            elif all_of_them:
                del self._listings[Part(kind)]

    def _worth_trying(self, parts: list[Part]) -> list[Part]:
        """All of them while they are few; else those that our rights name, and gaps for the others."""
        if len(parts) <= MANY_LISTS:
            return parts
        namespaces = list(dict.fromkeys(part.namespace for part in parts))
        tasks = [partial(listable_in, self._client, name, self._deadline) for name in namespaces]
        may = {namespaces[place]: answer for place, answer in in_parallel(tasks, self._workers, self._deadline)}
        hopeful = []
        for part in parts:
            if part.namespace not in may or may[part.namespace](part.kind):
                hopeful.append(part)
            else:
                words = f"no rule lets us list {part.kind.plural} in namespace {part.namespace}"
                self._listings[part] = Listing(gaps=(gap(part.kind, "list", GapReason.FORBIDDEN, words, part.namespace),))
        return hopeful

    def _known_namespaces(self, scope: Scope) -> tuple[list[str], bool]:
        """The namespaces to try, and whether these are all: those that can be listed, else the context's own."""
        part = Part(NAMESPACE)
        listing = self._listings.get(part) or self._lister.list(NAMESPACE, deadline=self._deadline)
        if listing.whole:
            return sorted(found.name for found in listing.objects if scope.holds(found.name)), True
        own = self._access.namespace or "default"
        return [own] if scope.holds(own) else [], False

    def _check_readable(self) -> None:
        if not self._listings or any(listing.whole or listing.objects for listing in self._listings.values()):
            return
        gaps = [missing for listing in self._listings.values() for missing in listing.gaps]
        refused = [missing for missing in gaps if missing.reason is GapReason.FORBIDDEN]
        if refused:
            # Pods are what everybody asks for first.
            first = min(refused, key=lambda missing: missing.kind != "Pod")
            raise NothingReadable(
                f"cluster {self._access.name!r} lets us list nothing that is needed ({first.message}); "
                "ask for the rights that kubedx rbac prints, or choose a namespace of yours with -n",
            )
        if gaps:
            raise ClusterUnreachable(
                f"no list could be read from cluster {self._access.name!r}: {gaps[0].message}; "
                "check that its server is a Kubernetes API server",
            )

    def _reading(self, kinds: Sequence[Kind], scope: Scope) -> Reading:
        objects: dict[GroupKind, list[KubeObject]] = {kind.group_kind: [] for kind in kinds}
        gaps = list(self._gaps)
        listed: set[Listed] = set()
        for part, listing in self._listings.items():
            objects[part.kind.group_kind] += (found for found in listing.objects if scope.holds(found.namespace))
            gaps += listing.gaps
            if listing.whole:
                listed.update(self._extent(part, scope))
        listed.update(Listed(kind.group_kind) for kind in self._absent)
        self._add_asked_namespaces(objects)
        return Reading(
            cluster=ClusterInfo(source=Origin.LIVE, name=self._access.name, version=self._version),
            now=self._client.date or datetime.now(UTC),
            objects={group_kind: tuple(found) for group_kind, found in objects.items()},
            listed=frozenset(listed),
            gaps=tuple(sorted(set(gaps))),
        )

    def _extent(self, part: Part, scope: Scope) -> Iterable[Listed]:
        """What a list that was read tells: of excluded namespaces nothing, so the others are named one by one."""
        group_kind = part.kind.group_kind
        if not (part.kind.namespaced and not part.namespace and scope.excluded):
            return [Listed(group_kind, part.namespace)]
        names = self._seen.union(found.namespace for found in self._listings[part].objects)
        return [Listed(group_kind, name) for name in names if name and scope.holds(name)]

    def _add_asked_namespaces(self, objects: dict[GroupKind, list[KubeObject]]) -> None:
        """Those that could be had one by one, where the list of them is forbidden."""
        found = objects.get(NAMESPACE.group_kind)
        if found is not None and not self._listings.get(Part(NAMESPACE), Listing()).whole:
            found += [namespace for namespace in self._namespaces.values() if namespace]
