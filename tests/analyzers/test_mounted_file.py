"""Where a file in a container comes from."""

import pytest

from kubedx.analyzers.mounted_file import mounted_file
from kubedx.kube import ConfigMap, Pod, Secret
from kubedx.testing import build

POD = build(
    Pod,
    "shop/cart",
    spec={
        "containers": [
            {
                "name": "api",
                "volumeMounts": [
                    {"name": "settings", "mountPath": "/etc/cart/"},
                    {"name": "login", "mountPath": "/etc/cart/secret", "readOnly": True},
                    {"name": "settings", "mountPath": "/etc/one.conf", "subPath": "one.conf"},
                    {"name": "gone", "mountPath": "/gone"},
                    {"name": "mixed", "mountPath": "/mixed"},
                ],
            }
        ],
        "volumes": [
            {"name": "settings", "configMap": {"name": "cart"}},
            {"name": "login", "secret": {"secretName": "db", "items": [{"key": "password", "path": "pw"}]}},
            {"name": "mixed", "projected": {"sources": [{"configMap": {"name": "more", "items": [{"key": "a", "path": "a.txt"}]}}]}},
        ],
    },
)


@pytest.mark.parametrize(
    ("path", "source", "key"),
    [
        ("/etc/cart/cart.yaml", ConfigMap.KIND.ref("shop", "cart"), "cart.yaml"),
        ("/etc/cart/secret/pw", Secret.KIND.ref("shop", "db"), "password"),
        ("/etc/cart/secret/other", Secret.KIND.ref("shop", "db"), ""),
        ("/etc/one.conf", ConfigMap.KIND.ref("shop", "cart"), "one.conf"),
        ("/mixed/a.txt", ConfigMap.KIND.ref("shop", "more"), "a"),
        ("/mixed/b.txt", None, ""),
    ],
)
def test_the_deepest_mount_counts(path: str, source: object, key: str) -> None:
    found = mounted_file(POD, POD.spec.containers[0], path)

    assert found is not None
    assert (found.source, found.key) == (source, key)


@pytest.mark.parametrize("path", ["/usr/bin/cart", "/etc/cartage/x", "/gone/x"])
def test_files_of_the_image_and_of_volumes_that_are_not_there_have_no_source(path: str) -> None:
    assert mounted_file(POD, POD.spec.containers[0], path) is None
