"""Images that are probably a slip."""

from collections.abc import Callable

import pytest

from kubedx.inventory import Inventory
from kubedx.remedy import image_doubts
from kubedx.testing import objects_from_yaml

Shop = Callable[..., Inventory]

RUNNING = """
kind: Pod
metadata: {name: NAME, namespace: shop}
spec: {nodeName: node-a, containers: [{name: web, image: IMAGE}]}
status: {phase: Running, containerStatuses: [{name: web, ready: true, imageID: 'sha256:1'}]}
"""


def running(*images: str) -> str:
    return "---".join(RUNNING.replace("NAME", f"pod-{number}").replace("IMAGE", f"'{image}'") for number, image in enumerate(images))


def doubted(image: str, inventory: Inventory) -> str:
    """What is suggested in place of an image."""
    told = image_doubts(
        objects_from_yaml(f"kind: Pod\nmetadata: {{name: a, namespace: shop}}\nspec: {{containers: [{{name: a, image: '{image}'}}]}}"),
        inventory,
    )
    return told[0].partition("did you mean ")[2] if told else ""  # fmt: skip


@pytest.mark.parametrize(
    ("image", "meant"),
    [
        ("ngnix:1.27", '"nginx:1.27"?'),
        ("postgress", '"postgres"?'),
        ("docker.io/library/rediss:7", '"docker.io/library/redis:7"?'),
        ("registry.example.com/shop/crat:1", '"registry.example.com/shop/cart:1"?'),
        ("registry.example.com/shop/cart:satble", '"registry.example.com/shop/cart:stable"?'),
        ("registry.example.com/shop/cart:stbale", '"registry.example.com/shop/cart:stable"?'),
    ],
)
def test_a_letter_or_two_off(shop: Shop, image: str, meant: str) -> None:
    assert doubted(image, shop(running("registry.example.com/shop/cart:1", "registry.example.com/shop/cart:stable"))) == meant


@pytest.mark.parametrize(
    "image",
    [
        "nginx:1.99",
        "cart:1",
        "ngnix-of-ours:1",
        "registry.example.com/shop/cart:1",
        "registry.example.com/shop/cart:2",
        "registry.example.com/shop/cart:1.0.1",
        "registry.example.com/shop/cart-worker:1",
        "registry.example.com/shop/checkout:1",
        "other.example.com/shop/crat:1",
        "",
        "BAD IMAGE",
    ],
)
def test_what_may_well_be_meant(shop: Shop, image: str) -> None:
    assert doubted(image, shop(running("registry.example.com/shop/cart:1", "registry.example.com/shop/cart:1.0.0"))) == ""


def test_two_as_likely_are_both_told(shop: Shop) -> None:
    assert doubted("shop/carp:1", shop(running("shop/cart:1", "shop/card:1"))) == '"shop/card:1" or "shop/cart:1"?'


def test_what_the_workload_ran_before_is_known_without_pods(shop: Shop) -> None:
    before = "kind: Deployment\napiVersion: apps/v1\nmetadata: {name: cart, namespace: shop}\nspec: {template: {spec: {containers: [{name: a, image: 'shop/cart:1'}]}}}"

    assert doubted("shop/cat:1", shop(before)) == '"shop/cart:1"?'
    assert doubted("shop/cart:1", shop(before)) == ""
