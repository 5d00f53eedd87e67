"""Conditions on devices are judged to the letter, or not at all."""

import pytest

from kubedx.analyzers.scheduling.device_expression import demanded_driver, meets
from kubedx.kube import Device, DeviceAttribute, DeviceCapacity

DRIVER = "gpu.example.com"
DEVICE = Device(
    name="gpu-0",
    attributes={
        "model": DeviceAttribute(string="Large-100"),
        "index": DeviceAttribute(number=0),
        "shared": DeviceAttribute(truth=False),
        "driverVersion": DeviceAttribute(version="1.2.3"),
        "dra.example.org/zone": DeviceAttribute(string="east"),
    },
    capacity={"memory": DeviceCapacity(value="40Gi")},
)
ATTRIBUTES = 'device.attributes["gpu.example.com"]'


@pytest.mark.parametrize(
    ("expression", "answer"),
    [
        ('device.driver == "gpu.example.com"', True),
        ("device.driver == 'net.example.com'", False),
        (f'{ATTRIBUTES}.model == "Large-100" && {ATTRIBUTES}.index == 0', True),
        (f"{ATTRIBUTES}.index > 3 || {ATTRIBUTES}.index <= 0", True),
        (f"!{ATTRIBUTES}.shared", True),
        (f'{ATTRIBUTES}.model.lowerAscii().matches("^.*large.*$")', True),
        (f'{ATTRIBUTES}.model.startsWith("Small")', False),
        (f'{ATTRIBUTES}.model in ["Large-100", "Large-200"]', True),
        ('device.attributes["dra.example.org"].zone == "east"', True),
        (f"has({ATTRIBUTES}.absent)", False),
        (f"has({ATTRIBUTES}.model) && (true)", True),
        ('device.capacity["gpu.example.com"].memory.compareTo(quantity("80Gi")) >= 0', False),
        ('device.capacity["gpu.example.com"].memory.isGreaterThan(quantity("1Gi"))', True),
        (f'{ATTRIBUTES}.driverVersion.isGreaterThan(semver("1.2.2"))', True),
        ('"gpu.example.com" in device.attributes', True),
        # One side decides whatever the other is.
        (f'device.driver == "x" && {ATTRIBUTES}.absent == 1', False),
        (f'{ATTRIBUTES}.absent == 1 || device.driver == "gpu.example.com"', True),
    ],
)
def test_what_can_be_judged_is(expression: str, answer: bool) -> None:
    assert meets(expression, DRIVER, DEVICE) is answer


@pytest.mark.parametrize(
    "expression",
    [
        "",
        "device",
        "device.driver",
        "device.driver ==",
        'device.driver == "a\\"b"',
        f"{ATTRIBUTES}.absent == 1",
        f'{ATTRIBUTES}.index == "0"',
        f"{ATTRIBUTES}.index + 1 == 1",
        f"{ATTRIBUTES}.index == 0 ? true : false",
        f'{ATTRIBUTES}.model.matches("(a+)+$")',
        f'{ATTRIBUTES}.model.replace("a", "b") == "c"',
        'device.attributes.exists(one, one == "x")',
        'cel.bind(dra, device.attributes["gpu.example.com"], dra.index == 0)',
        f'{ATTRIBUTES}.driverVersion.isGreaterThan(semver("latest"))',
        'device.capacity["gpu.example.com"].memory.compareTo(quantity("much")) > 0',
        "(" * 500,
        "!" * 500,
        "true && " * 1000 + "true",
        "device.driver == true",
        "🤖",
    ],
)
def test_what_cannot_be_judged_is_not_told(expression: str) -> None:
    assert meets(expression, DRIVER, DEVICE) is None


@pytest.mark.parametrize(
    ("expression", "driver"),
    [
        ('device.driver == "gpu.example.com"', "gpu.example.com"),
        (f"(device.driver == 'gpu.example.com') && {ATTRIBUTES}.index == 0", "gpu.example.com"),
        ('device.driver == "a" || device.driver == "b"', ""),
        ('device.driver != "a"', ""),
        (f'!(device.driver == "a") && {ATTRIBUTES}.index == 0', ""),
        ("", ""),
    ],
)
def test_the_driver_that_a_condition_demands(expression: str, driver: str) -> None:
    assert demanded_driver(expression) == driver
