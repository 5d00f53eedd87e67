"""Rights on a real API server: what `kubedx rbac` prints, handed to users of whom nobody has heard before."""

import base64
import itertools
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from apiserver.cluster import Cluster

RBAC = "/apis/rbac.authorization.k8s.io/v1"
GROUP = {"apiGroup": "rbac.authorization.k8s.io"}
PLURALS = {"Role": "roles", "ClusterRole": "clusterroles", "RoleBinding": "rolebindings", "ClusterRoleBinding": "clusterrolebindings"}

Document = dict[str, Any]
_numbers = itertools.count()


def printed(*words: str) -> str:
    """What `kubedx rbac` prints."""
    code = "import sys; sys.argv[0] = 'kubedx'; from kubedx.cli import kubedx_main; kubedx_main()"
    environment = {"PATH": os.environ["PATH"], "HOME": os.devnull}
    command = [sys.executable, "-c", code, "rbac", *words]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=60)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def path_of(document: Mapping[str, Any]) -> str:
    namespace = document["metadata"].get("namespace")
    return f"{RBAC}{f'/namespaces/{namespace}' if namespace else ''}/{PLURALS[document['kind']]}"


class Grants:
    """Applies manifests, binds their roles to fresh users, and takes all back at the end."""

    def __init__(self, cluster: Cluster, directory: Path) -> None:
        self._cluster, self._directory = cluster, directory
        self._made: list[str] = []
        self._granted: list[Document] = []

    def user(self, *roles: Document) -> str:
        """A user of whom nobody has heard before, with these roles, as soon as the API server honours them."""
        name = f"scanner-{next(_numbers)}"
        for role in roles:
            self.create(role)
            self.create(binding(role, name))
        for role in roles:
            for question in questions(role, name):
                self._wait(question, allowed=True)
                self._granted.append(question)
        return name

    def kubeconfig(self, user: str, namespace: str = "") -> str:
        """A kubeconfig with a certificate of the user, and the namespace of its context."""
        certificate, key = self._cluster.authority.issue(user)
        data = {"client-certificate-data": certificate, "client-key-data": key}
        entry = {what: base64.b64encode(pem).decode() for what, pem in data.items()}
        return self._cluster.kubeconfig(self._directory / user, entry, namespace=namespace)

    def create(self, document: Document) -> None:
        self._cluster.create(path_of(document), document)
        self._made.append(f"{path_of(document)}/{document['metadata']['name']}")

    def take_back(self) -> None:
        for path in reversed(self._made):
            self._cluster.request("DELETE", path)
        for question in self._granted:
            self._wait(question, allowed=False)

    def _wait(self, question: Document, *, allowed: bool) -> None:
        review = {"apiVersion": "authorization.k8s.io/v1", "kind": "SubjectAccessReview", "spec": question}
        for _ in range(1000):
            answer = self._cluster.create("/apis/authorization.k8s.io/v1/subjectaccessreviews", review)
            if answer["status"]["allowed"] is allowed:
                return
        raise TimeoutError(question)


def binding(role: Document, user: str) -> Document:
    kind, metadata = role["kind"], role["metadata"]
    return {
        "apiVersion": role["apiVersion"],
        "kind": f"{kind}Binding",
        "metadata": metadata,
        "roleRef": GROUP | {"kind": kind, "name": metadata["name"]},
        "subjects": [GROUP | {"kind": "User", "name": user}],
    }


def questions(role: Document, user: str) -> Iterator[Document]:
    for rule in role["rules"]:
        for resource, verb in itertools.product(rule["resources"], rule["verbs"]):
            name, _, sub = resource.partition("/")
            place = role["metadata"].get("namespace", "")
            attributes = {"group": rule["apiGroups"][0], "resource": name, "subresource": sub, "verb": verb, "namespace": place}
            yield {"user": user, "resourceAttributes": attributes}


def roles_of(text: str) -> list[Document]:
    """The documents of a manifest."""
    return list(yaml.safe_load_all(text))


def without(roles: list[Document], resource: str) -> list[Document]:
    """The roles without one of the resources that they grant."""
    kept = []
    for role in roles:
        rules = [rule | {"resources": [name for name in rule["resources"] if name != resource]} for rule in role["rules"]]
        kept.append(role | {"rules": [rule for rule in rules if rule["resources"]]})
    return kept
