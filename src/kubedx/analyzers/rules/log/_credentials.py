"""Where a container's credentials come from: the Secret that the words of an error point to."""

import re
from collections.abc import Iterator

import msgspec

from kubedx.kube import Container, Pod, Ref, Secret, pattern_of

_SECRET = pattern_of(r"PASS|PWD|SECRET|TOKEN|KEY|CRED|DSN|AUTH|JWT|_UR[IL]$|^UR[IL]$|CONNECTION|DATABASE", re.IGNORECASE)
_SPLIT = pattern_of(r"[^a-z0-9]+")
_KINDS = (
    (
        pattern_of(
            r"postgres|pgx?\b|psycopg|pq:|mysql|mariadb|sequelize|mongo|sqlstate|database|jdbc|sqlalchemy|access denied for user",
            re.IGNORECASE,
        ),
        frozenset({"db", "database", "postgres", "postgresql", "pg", "mysql", "mariadb", "mongo", "mongodb", "sql", "dsn"}),
    ),
    (pattern_of(r"redis|wrongpass|noauth", re.IGNORECASE), frozenset({"redis", "cache"})),
    (pattern_of(r"amqp|rabbit|access_refused", re.IGNORECASE), frozenset({"amqp", "rabbit", "rabbitmq", "mq", "queue", "broker"})),
    (pattern_of(r"kafka|sasl|scram", re.IGNORECASE), frozenset({"kafka", "sasl", "broker"})),
    (pattern_of(r"smtp|mail", re.IGNORECASE), frozenset({"smtp", "mail"})),
    (pattern_of(r"s3|bucket|accesskey|signature", re.IGNORECASE), frozenset({"s3", "aws", "access", "minio", "storage"})),
    (
        pattern_of(r"token|jwt|bearer|oauth|api[ -]?key|40[13]|unauthori|unauthenticated|forbidden", re.IGNORECASE),
        frozenset({"token", "jwt", "api", "apikey", "bearer", "oauth", "client"}),
    ),
)


class Credential(msgspec.Struct, frozen=True):
    """A variable or file of a container that holds a secret. `source` is the Secret, None where the value is written in the template."""

    place: str
    path: str
    source: Ref | None
    key: str
    value: str = ""

    @property
    def words(self) -> str:
        """A clause for a message."""
        if self.source is None:
            return f"; {self.place} is written in the pod template"
        return f"; {self.place} comes from {f'key {chr(34)}{self.key}{chr(34)} of ' if self.key else ''}Secret {self.source.name}"


def credential_for(pod: Pod, container: Container, line: str, host: str) -> Credential | None:
    """The credential that a refusal is about: the one whose names fit best to the line; None where several do alike."""
    wanted = frozenset(_SPLIT.split(host.lower())) | frozenset().union(*(words for pattern, words in _KINDS if pattern.search(line)))
    scored: dict[Credential, int] = {}
    for one in _credentials(pod, container):
        words = set(_SPLIT.split(f"{one.place} {one.key} {one.source.name if one.source else ''}".lower()))
        scored[one] = 2 * len(words & wanted) + (1 if re.search("PASS|TOKEN|SECRET", one.place, re.IGNORECASE) else 0)
    if not scored:
        return None
    best = max(scored.values())
    fitting = [one for one, score in scored.items() if score == best]
    return fitting[0] if len({one.source for one in fitting}) == 1 else None


def _credentials(pod: Pod, container: Container) -> Iterator[Credential]:
    base = f"spec.containers[{container.name}]"
    for variable in container.env:
        path = f"{base}.env[{variable.name}]"
        if variable.value_from is not None and variable.value_from.secret_key_ref is not None:
            key = variable.value_from.secret_key_ref
            yield Credential(f"env {variable.name}", path, Secret.KIND.ref(pod.namespace, key.name), key.key)
        elif variable.value and _SECRET.search(variable.name) and not variable.name.upper().endswith(("_FILE", "_PATH", "_URL", "_URI")):
            yield Credential(f"env {variable.name}", path, None, "", variable.value)
    for source in container.env_from:
        if source.secret_ref is not None:
            yield Credential("its environment", f"{base}.envFrom", Secret.KIND.ref(pod.namespace, source.secret_ref.name), "")
    mounted = {mount.name: mount.mount_path for mount in container.volume_mounts}
    for volume in pod.spec.volumes:
        if volume.secret is not None and volume.name in mounted:
            place = f"what is mounted at {mounted[volume.name]}"
            yield Credential(place, f"spec.volumes[{volume.name}]", Secret.KIND.ref(pod.namespace, volume.secret.secret_name), "")
