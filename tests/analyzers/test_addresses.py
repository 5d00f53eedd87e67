"""The addresses that a workload is told to talk to, in the shapes in which people write them."""

import pytest

from kubedx.analyzers.addresses import addresses
from kubedx.inventory import Inventory
from kubedx.kube import Container, EnvVar, PodSpec
from kubedx.testing import reading_from_yaml

NAMESPACE = "{apiVersion: v1, kind: Namespace, metadata: {name: shop}}"


def told(env: dict[str, str], args: tuple[str, ...] = ()) -> list[str]:
    container = Container(name="api", args=args, env=tuple(EnvVar(name=name, value=value) for name, value in env.items()))
    found = addresses(PodSpec(containers=(container,)), "shop", Inventory(reading_from_yaml(NAMESPACE)))
    return [address.text for address in found]


@pytest.mark.parametrize(
    ("env", "found"),
    [
        ({"STOCK_URL": "http://stock:8081/items"}, ["stock:8081"]),
        ({"STOCK_URL": "https://stock.shop.svc.cluster.local"}, ["stock.shop.svc.cluster.local:443"]),
        ({"DATABASE_URL": "postgres://cart:secret@pg:5433/cart"}, ["pg:5433"]),
        ({"SPRING_DATASOURCE_URL": "jdbc:postgresql://pg/cart"}, ["pg:5432"]),
        ({"MONGO_URI": "mongodb://mongo-0.mongo:27017,mongo-1.mongo:27017/cart"}, ["mongo-0.mongo:27017", "mongo-1.mongo:27017"]),
        ({"KAFKA_BOOTSTRAP_SERVERS": "kafka-a:9092,kafka-b:9092"}, ["kafka-a:9092", "kafka-b:9092"]),
        ({"KAFKA_LISTENERS": "SASL_SSL://kafka-a:9093,kafka-b:9093"}, ["kafka-a:9093", "kafka-b:9093"]),
        ({"DB_DSN": "host=pg port=5433 user=cart password=x"}, ["pg:5433"]),
        ({"DB_DSN": "Server=mssql,1434;Database=cart;User Id=cart"}, ["mssql:1434"]),
        ({"DB_DSN": "cart:secret@tcp(mysql:3307)/cart"}, ["mysql:3307"]),
        ({"DB_HOST": "pg", "DB_PORT": "5433"}, ["pg:5433"]),
        ({"DB_HOST": "pg", "DB_PORT": "auto"}, ["pg"]),
        ({"HOST": "pg", "PORT": "5433"}, ["pg:5433"]),
        ({"NAME": "pg", "DATABASE_URL": "postgres://$(NAME):5432/cart"}, ["pg:5432"]),
        ({"DATABASE_URL": "postgres://$(ABSENT):5432/cart"}, []),
        ({"DATABASE_URL": "postgres://$$(NAME):5432/cart"}, []),
        ({"IMAGE": "registry/cart:8080"}, []),
        ({"GREETING": "hello:9000"}, []),
        ({"BIND_ADDR": "localhost:9000"}, []),
    ],
)
def test_variables(env: dict[str, str], found: list[str]) -> None:
    assert told(env) == found


def test_arguments_with_variables() -> None:
    assert told({"PEER": "stock"}, ("--upstream-url=http://$(PEER):8081",)) == ["stock:8081"]


@pytest.mark.parametrize("value", ["http://" + "a." * 5_000, "host=" * 2_000, "," * 5_000, "$(A)" * 2_000, "x://y" + ",z" * 3_000])
def test_hostile_values_are_read(value: str) -> None:
    assert isinstance(told({"SOME_URL": value, "A": "$(A)$(A)"}), list)
