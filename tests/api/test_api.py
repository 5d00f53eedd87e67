"""`kubedx.diagnose` as a program meets it."""

import asyncio
import gc
import inspect
import json
import os
import signal
import subprocess
import sys
import threading
import typing
import warnings
import weakref
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import jsonschema
import pytest

import kubedx
from kubedx.errors import ConfigError, DumpError, NamespaceAbsent, ObjectAbsent, UsageError
from kubedx.testing import MemorySource, objects_from_yaml, source_from_yaml

NOTHING_SELECTED = """
kind: Service
apiVersion: v1
metadata: {name: till, namespace: shop, labels: {team: sales}}
spec: {selector: {app: til}, ports: [{port: 80}]}
---
kind: Service
apiVersion: v1
metadata: {name: desk, namespace: office}
spec: {selector: {app: desk}, ports: [{port: 80}]}
---
kind: Namespace
apiVersion: v1
metadata: {name: shop}
---
kind: Namespace
apiVersion: v1
metadata: {name: office}
"""


@pytest.fixture
def market() -> MemorySource:
    return source_from_yaml(NOTHING_SELECTED)


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An environment that names no cluster and no config file."""
    for name in ("KUBECONFIG", "KUBERNETES_SERVICE_HOST"):
        monkeypatch.delenv(name, raising=False)
    for name in ("HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME"):
        monkeypatch.setenv(name, str(tmp_path))
    return tmp_path


def subjects(diagnosis: kubedx.Diagnosis) -> set[str]:
    return {incident.root_cause.subject.name for incident in diagnosis.incidents}


def test_the_public_names_are_few_sorted_and_there() -> None:
    assert kubedx.__all__ == sorted(kubedx.__all__)
    assert len(kubedx.__all__) <= 10
    assert [name for name in kubedx.__all__ if getattr(kubedx, name, None) is None] == []
    assert dir(kubedx) == kubedx.__all__
    with pytest.raises(AttributeError, match="'diagnoze'"):
        _ = kubedx.diagnoze  # type: ignore[attr-defined]  # that there is none is what is tested


def test_every_argument_is_typed_and_told() -> None:
    signature = inspect.signature(kubedx.diagnose)
    hints = typing.get_type_hints(kubedx.diagnose)
    told = inspect.getdoc(kubedx.diagnose) or ""
    assert [name for name in signature.parameters if name not in hints or f"`{name}`" not in told] == []


def test_a_diagnosis_comes_with_the_playbook_and_is_frozen(market: MemorySource) -> None:
    diagnosis = kubedx.diagnose(market)
    assert subjects(diagnosis) == {"till", "desk"}
    assert {one.explanations[0].source for one in diagnosis.incidents} == {"playbook"}
    assert diagnosis.provider == ""
    with pytest.raises(AttributeError):
        diagnosis.hidden = 3  # type: ignore[misc]  # that it cannot be is what is tested


@pytest.mark.parametrize(
    ("arguments", "found"),
    [
        ({"namespaces": "shop"}, {"till"}),
        ({"namespaces": ["shop", "office"]}, {"till", "desk"}),
        ({"namespaces": "shop, office"}, {"till", "desk"}),
        ({"selector": "team=sales"}, {"till"}),
        ({"about": "svc/desk", "namespaces": "office"}, {"desk"}),
        ({"filters": "pod"}, set()),
        ({"filters": ("pod", "service")}, {"till", "desk"}),
        ({"level": kubedx.Severity.CRITICAL}, set()),
    ],
)
def test_what_is_looked_at_can_be_narrowed(market: MemorySource, arguments: dict[str, typing.Any], found: set[str]) -> None:
    assert subjects(kubedx.diagnose(market, **arguments)) == found


@pytest.mark.parametrize(
    ("arguments", "error", "sentence"),
    [
        ({"filters": ["Service", "Podd"]}, UsageError, 'filter "Podd" is not known; did you mean Pod?'),
        ({"level": "fatal"}, UsageError, 'level is one of critical, error, warning, info, not "fatal"'),
        ({"logs": "some"}, UsageError, "logs is one of none, suspects, sample, all"),
        ({"about": "till"}, UsageError, "about names an object by kind and name"),
        ({"about": "svc/a/b"}, UsageError, "about names an object by kind and name"),
        ({"about": "svc/absent", "namespaces": "shop"}, ObjectAbsent, "absent"),
        ({"selector": "a in b"}, UsageError, "selector: "),
        ({"where": kubedx.Demo(), "namespaces": "nowhere"}, NamespaceAbsent, "nowhere"),
        ({"config": "absent.yaml"}, ConfigError, "absent.yaml"),
        ({"where": kubedx.Dump("absent.tar.gz")}, DumpError, "absent.tar.gz"),
        ({"where": "cluster.tar.gz"}, UsageError, 'for a dump write kubedx.Dump("cluster.tar.gz")'),
        ({"timeout": 0}, UsageError, "timeout is a number of seconds above 0"),
        ({"timeout": float("nan")}, UsageError, "timeout is a number of seconds above 0"),
        ({"where": kubedx.Dump("")}, UsageError, "names no path"),
        ({"where": kubedx.Dump(())}, UsageError, "names no path"),
        ({"where": kubedx.Cluster()}, ConfigError, "no cluster is configured"),
        ({"where": kubedx.Cluster(kubeconfig=Path("absent.conf"))}, ConfigError, "absent.conf"),
    ],
)
def test_what_has_no_meaning_is_one_sentence(
    market: MemorySource, arguments: dict[str, typing.Any], error: type[Exception], sentence: str
) -> None:
    with pytest.raises(error) as raised:
        kubedx.diagnose(**({"where": market} | arguments))
    assert sentence in str(raised.value)
    assert "\n" not in str(raised.value)
    assert isinstance(raised.value, kubedx.KubedxError)


def test_a_dump_may_be_in_several_files(tmp_path: Path) -> None:
    paths = []
    for name in ("cart", "till"):
        waiting = {"reason": "InvalidImageName", "message": "couldn't parse image name"}
        status = {"phase": "Pending", "containerStatuses": [{"name": "app", "image": "HTTPD", "state": {"waiting": waiting}}]}
        pod = {
            "metadata": {"name": name, "namespace": "shop"},
            "spec": {"containers": [{"name": "app", "image": "HTTPD"}]},
            "status": status,
        }
        paths.append(tmp_path / f"{name}.json")
        paths[-1].write_text(json.dumps({"apiVersion": "v1", "kind": "Pod"} | pod))
    assert subjects(kubedx.diagnose(kubedx.Dump(tuple(paths)))) == {"cart", "till"}
    assert subjects(kubedx.diagnose(kubedx.Dump(str(paths[0])))) == {"cart"}


def test_a_backend_that_is_not_there_leaves_the_playbook_and_a_sentence(market: MemorySource) -> None:
    diagnosis = kubedx.diagnose(market, backend="openai")
    assert any("openai is not configured" in sentence for sentence in diagnosis.errors)
    assert {one.explanations[-1].source for one in diagnosis.incidents} == {"playbook"}


def test_no_config_file_is_read_unless_it_is_named(market: MemorySource, home: Path) -> None:
    ignoring = "ignore:\n- {code: service-selects-nothing, name: till, reason: known}\n"
    for path in (home / "k8sgpt/k8sgpt.yaml", home / "own.yaml"):
        path.parent.mkdir(exist_ok=True)
        path.write_text(ignoring)
    assert subjects(kubedx.diagnose(market)) == {"till", "desk"}
    named = kubedx.diagnose(market, config=home / "own.yaml")
    assert subjects(named) == {"desk"}
    assert len(named.suppressed) == 1


def test_the_language_is_that_of_the_playbook(market: MemorySource) -> None:
    (incident,) = kubedx.diagnose(market, namespaces="shop", language="chinese").incidents
    assert any("一" <= letter <= "鿿" for letter in incident.explanations[0].summary)


@pytest.mark.parametrize("output", ["text", "json", "yaml", "markdown", "html", "sarif", "junit", "openmetrics"])
def test_a_diagnosis_is_rendered_as_every_report(market: MemorySource, output: str) -> None:
    assert "service-selects-nothing" in kubedx.render(kubedx.diagnose(market), output)


def test_the_json_is_that_of_the_published_schema(market: MemorySource) -> None:
    schema = json.loads((Path(kubedx.__file__).parent / "report/diagnosis.schema.json").read_text("utf-8"))
    jsonschema.Draft202012Validator(schema).validate(json.loads(kubedx.render(kubedx.diagnose(market), "json")))


def test_a_report_that_nobody_knows_is_an_error(market: MemorySource) -> None:
    with pytest.raises(UsageError, match='output "pdf" is not known'):
        kubedx.render(kubedx.diagnose(market), "pdf")


def state() -> dict[str, object]:
    """What a host program would not like to see changed."""
    return {
        "collector": (gc.isenabled(), gc.get_threshold(), gc.get_freeze_count()),
        "signals": {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGPIPE)},
        "environment": dict(os.environ),
        "folder": Path.cwd(),
        "filters": list(warnings.filters),
        "threads": threading.active_count(),
        "files": sorted(path.readlink().name for path in Path("/proc/self/fd").iterdir() if path.exists())
        if Path("/proc").exists()
        else [],
        "recursion": sys.getrecursionlimit(),
        "hooks": (sys.excepthook, threading.excepthook),
    }


def test_the_host_program_is_left_as_it_was(capfd: pytest.CaptureFixture[str]) -> None:
    kubedx.diagnose(kubedx.Demo())  # what is imported and kept for good
    before = state()
    kubedx.render(kubedx.diagnose(kubedx.Demo()), "html")
    assert state() == before
    assert capfd.readouterr() == ("", "")


def test_a_source_of_ones_own_stays_open_and_is_not_kept() -> None:
    closed: list[bool] = []

    class Own(MemorySource):
        def close(self) -> None:
            closed.append(True)

    source = Own(objects_from_yaml(NOTHING_SELECTED))
    kubedx.diagnose(source)
    gone = weakref.ref(source)
    assert closed == []
    del source
    gc.collect()
    assert gone() is None


def test_several_threads_at_once_get_the_same_as_one(market: MemorySource) -> None:
    def report(_number: int) -> str:
        return kubedx.render(kubedx.diagnose(market), "json")

    with ThreadPoolExecutor(4) as pool:
        assert len({*pool.map(report, range(8)), report(0)}) == 1


def test_threads_may_be_the_first_to_call() -> None:
    """What decodes is made by one of them; made by several at once it would crash the process."""
    code = (
        "import threading, kubedx\n"
        "from concurrent.futures import ThreadPoolExecutor\n"
        "together = threading.Barrier(6)\n"
        "def report(_number):\n"
        "    together.wait()\n"
        "    return kubedx.render(kubedx.diagnose(kubedx.Demo(), namespaces='default', filters='Pod'), 'json')\n"
        "with ThreadPoolExecutor(6) as pool:\n"
        "    print(len(set(pool.map(report, range(6)))))\n"
    )
    done = subprocess.run([sys.executable, "-X", "faulthandler", "-c", code], capture_output=True, text=True, check=False, timeout=60)
    assert (done.returncode, done.stdout, done.stderr) == (0, "1\n", "")


def test_it_may_be_called_where_an_event_loop_runs(market: MemorySource) -> None:
    async def inside() -> set[str]:
        return subjects(kubedx.diagnose(market)) | subjects(await asyncio.to_thread(kubedx.diagnose, market))

    assert asyncio.run(inside()) == {"till", "desk"}


def test_importing_kubedx_is_cheap_and_asking_for_a_name_loads_no_provider() -> None:
    code = (
        "import sys; import kubedx; first = {name for name in sys.modules if name.startswith(('kubedx', 'msgspec', 'yaml'))};"
        "kubedx.diagnose; print(sorted(first), sorted({'openai', 'pydantic_ai', 'rich', 'click', 'http.client'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout == "['kubedx'] []\n"
