"""What a fault of the made application is, and what several of them do."""

from collections.abc import Callable
from typing import NamedTuple

from measure.application import SPACE, Application
from measure.recording import Data


class Wanted(NamedTuple):
    """The objects that may be named as the cause (`Deployment orders`), and words of which a good message has one."""

    places: frozenset[str]
    words: tuple[str, ...]


Fault = Callable[[Application], Wanted]


def wanted(*places: str, words: str) -> Wanted:
    """The objects that may be named, and words of which one is wanted."""
    return Wanted(frozenset(places), tuple(words.split("|")))


def set_variable(name: str, value: str) -> Callable[[Data], None]:
    """A change of a container: a literal variable has that value."""

    def change(container: Data) -> None:
        container["env"] = [one for one in container["env"] if one["name"] != name] + [{"name": name, "value": value}]

    return change


def selecting(name: str) -> Data:
    """A selector of the pods of a program."""
    return {"matchLabels": {"app.kubernetes.io/name": name}}


def shut_policy(app: Application, name: str, spec: Data) -> None:
    """A NetworkPolicy that came half an hour ago."""
    meta = {"name": name, "namespace": SPACE, "uid": f"policy-{name}", "creationTimestamp": "2026-03-01T11:30:00Z"}
    app.objects.append({"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy", "metadata": meta, "spec": spec})


def crashes(app: Application, name: str, code: int, last_words: str) -> None:
    """A program ends again and again, with these last words."""
    ended = {"exitCode": code, "reason": "Error", "startedAt": "2026-03-01T11:57:00Z", "finishedAt": "2026-03-01T11:57:02Z"}
    waiting = {"waiting": {"reason": "CrashLoopBackOff", "message": f"back-off 5m0s restarting failed container={name}"}}
    app.unready(name, waiting, {"terminated": ended}, 11)
    app.logs[app.log_key(name)] = last_words
    app.logs[f"{app.log_key(name)}.previous"] = last_words


def mount(app: Application, name: str, config: str, data: Data) -> None:
    """A ConfigMap that a program mounts."""
    app.objects.append(
        {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": config, "namespace": SPACE, "uid": f"cm-{config}"}, "data": data}
    )
    app.change(name, lambda container: container.update(volumeMounts=[{"name": "config", "mountPath": "/config"}]))
    app.change_pods(name, lambda spec: spec.update(volumes=[{"name": "config", "configMap": {"name": config}}]))
