"""Calls that would lead nowhere."""

from collections.abc import Callable

import pytest

from kubedx.inventory import Inventory
from kubedx.remedy import call_doubts, forecast
from kubedx.testing import objects_from_yaml

Shop = Callable[..., Inventory]

STOCK = "kind: Service\nmetadata: {name: stock, namespace: shop}\nspec: {selector: {app: stock}, ports: [{port: 80}]}"
CART = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: cart, namespace: shop}
spec:
  selector: {matchLabels: {app: cart}}
  template:
    metadata: {labels: {app: cart}}
    spec: {containers: [{name: api, image: 'cart:1', env: [{name: STOCK_URL, value: 'URL'}]}] MORE}
"""


def doubts(inventory: Inventory, url: str, more: str = "", beside: str = "") -> list[str]:
    """What is said behind `but`."""
    applied = objects_from_yaml(CART.replace("URL'", f"{url}'").replace(" MORE", more) + beside)
    return [one.partition("but ")[2] for one in call_doubts(applied, inventory, forecast(inventory, applied).inventory)]


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("http://stok", 'service "stok" does not exist in namespace "shop"; did you mean "stock" in this namespace?'),
        ("http://stok.shop.svc:80", 'service "stok" does not exist in namespace "shop"; did you mean "stock" in this namespace?'),
        ("http://stock:8080", 'service "stock" has no port 8080: it has 80'),
        ("http://stock.nowhere.svc", 'service "stock" does not exist in namespace "nowhere"; there is one in namespace "shop"'),
    ],
)
def test_a_call_that_leads_nowhere(shop: Shop, url: str, why: str) -> None:
    assert doubts(shop(STOCK), url) == [why]


@pytest.mark.parametrize("url", ["http://stock", "http://stock:80", "https://example.com", "http://localhost:1", "http://10.0.0.1:80", ""])
def test_a_call_that_leads_somewhere(shop: Shop, url: str) -> None:
    assert doubts(shop(STOCK), url) == []


def test_what_comes_with_the_service_that_it_calls(shop: Shop) -> None:
    assert doubts(shop(), "http://stock", beside=f"---\n{STOCK}") == []
    assert len(doubts(shop(), "http://stock")) == 1


def test_names_that_are_resolved_in_another_way(shop: Shop) -> None:
    assert doubts(shop(), "http://stok", more=", hostAliases: [{ip: 10.0.0.1, hostnames: [stok]}]") == []


def test_what_is_so_already_is_not_said(shop: Shop) -> None:
    assert doubts(shop(CART.replace("URL'", "http://stok'").replace(" MORE", "")), "http://stok") == []
