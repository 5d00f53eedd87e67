"""One size: the floor, the scan as a user runs it, its stages, and the same from a dump."""

import gc
import http.client
import json
import os
import ssl
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from apiserver.cluster import Cluster
from benchmark.dump import write_dump
from kubedx.analyzers import LogPolicy, catalogue, kinds_of
from kubedx.correlate import correlate
from kubedx.findings import Severity
from kubedx.inventory import Inventory
from kubedx.judging import Wish, judge_to_the_end
from kubedx.kube import Kind
from kubedx.pipeline import Request, diagnose
from kubedx.report import Style, render
from kubedx.source import Impersonation, LiveSource, RecordedSource, RecordingSource, Scope, files_of_recording, load_cluster
from kubedx.source.live_list import FORMS, list_path

THREADS = 4
OK = 200
MEGABYTE = 1_000_000
NO_LOGS = ["--logs", "none"]
"""The synthetic nodes have no kubelet: every log would be waited for in vain."""
PROGRAM = [sys.executable, "-m", "kubedx.cli"]
TELLING = """
import atexit, sys
told = sys.argv.pop(1)
def tell():
    with open("/proc/self/status") as status, open(told, "w") as out:
        out.write(next(line for line in status if line.startswith("VmHWM")).split()[1])
atexit.register(tell)
sys.argv[0] = "kubedx"
from kubedx.cli import kubedx_main
kubedx_main()
"""
"""The program, telling how much memory it took at most. `ru_maxrss` would be at least that of the process that started it."""
SMALL_DUMP = 50
"""Pods of the dump of about 200 objects by which starting up is measured."""
REPEATED = 5


@dataclass
class Process:
    """A whole process: wall and CPU seconds, and the most bytes that it held in memory (0 where that is not known)."""

    wall: float
    cpu: float
    memory: int = 0


@dataclass
class Figures:
    """Everything that was measured at one size. Times are seconds."""

    pods: int
    requests: int = 0
    bytes: int = 0
    floor: float = 0.0
    parse: float = 0.0
    scan: Process = field(default_factory=lambda: Process(0, 0, 0))
    scan_of_dump: Process = field(default_factory=lambda: Process(0, 0, 0))
    empty: Process = field(default_factory=lambda: Process(0, 0, 0))
    server_cpu: float = 0.0
    server_cpu_of_floor: float = 0.0
    stages: dict[str, float] = field(default_factory=dict)
    walls: dict[str, float] = field(default_factory=dict)
    incidents: int = 0
    load: float = 0.0
    """The machine's load average after the scan: with more than its two cores can do, wall times say nothing, and CPU times too much."""

    def told(self) -> dict[str, Any]:
        """The figures and the ratios that are aimed at."""
        after = sum(seconds for stage, seconds in self.stages.items() if stage != "read")
        ratios = {
            "scan / floor": round(self.scan.wall / self.floor, 2),
            "after decoding / json.loads": round(after / self.parse, 2) if self.parse else 0,
        }
        return asdict(self) | {"ratios": ratios}


def measure(pods: int, cluster: Cluster, folder: Path) -> Figures:
    """Measure, from the floor up. The lists are downloaded once before, so that every run meets the same warm cache."""
    figures = Figures(pods)
    kubeconfig = cluster.kubeconfig(folder / "config")
    paths = _paths(kubeconfig)
    _download(cluster, paths)
    with _server_cpu(cluster) as spent:
        start = time.monotonic()
        bodies = _download(cluster, paths)
        figures.floor = time.monotonic() - start
    figures.server_cpu_of_floor = spent()
    figures.bytes = sum(map(len, bodies))
    figures.parse = _parsed(bodies)
    del bodies
    before = _requests(cluster)
    with _server_cpu(cluster) as spent:
        figures.scan = _kubedx(folder, "analyze", "--kubeconfig", kubeconfig, *NO_LOGS, "-o", "json")
    figures.server_cpu, figures.load = spent(), os.getloadavg()[0]
    figures.requests = _requests(cluster) - before - 1
    figures.incidents = len(json.loads((folder / "report.json").read_text())["incidents"])
    figures.stages, figures.walls = _stages(kubeconfig)
    dump = _recorded(kubeconfig, folder / "dump")
    figures.scan_of_dump = _kubedx(folder, "analyze", "--from", str(dump), "-o", "json")
    figures.empty = _run([sys.executable, "-c", "pass"], folder / "nothing")
    return figures


def _paths(kubeconfig: str) -> list[tuple[str, str]]:
    """The path of every list of a scan, and in which form it is asked for."""
    kinds: list[Kind] = list(kinds_of(catalogue().values()))
    with _live(kubeconfig) as source:
        served = source.read(kinds, Scope()).listed
    listed = {one.group_kind for one in served}
    accept = {kind: FORMS[kind.group_kind].accept if kind.group_kind in FORMS else "application/json" for kind in kinds}
    return [(f"{list_path(kind)}?resourceVersion=0", accept[kind]) for kind in kinds if kind.group_kind in listed]


@contextmanager
def _live(kubeconfig: str) -> Iterator[LiveSource]:
    source = LiveSource(load_cluster(kubeconfig, "", Impersonation(), os.environ))
    try:
        yield source
    finally:
        source.close()


def _download(cluster: Cluster, paths: list[tuple[str, str]]) -> list[bytes]:
    """The lists, over as many connections as a scan has, and nothing else."""
    context = ssl.create_default_context(cadata=cluster.authority.pem.decode())
    context.verify_flags &= ~ssl.VERIFY_X509_STRICT
    context.load_cert_chain(cluster.directory / "admin.pem")
    free = [http.client.HTTPSConnection("127.0.0.1", cluster.port, context=context) for _ in range(THREADS)]

    def fetch(path: tuple[str, str]) -> bytes:
        connection = free.pop()
        connection.request("GET", path[0], headers={"Accept": path[1]})
        answer = connection.getresponse()
        body = answer.read() if answer.status == OK else answer.read()[:0]
        free.append(connection)
        return body

    with ThreadPoolExecutor(THREADS) as pool:
        bodies = [body for body in pool.map(fetch, paths) if body]
    for connection in free:
        connection.close()
    return bodies


def _parsed(bodies: list[bytes]) -> float:
    """CPU seconds that Python's own parser takes for the same bytes with the collector off."""
    gc.disable()
    start = time.process_time()
    for body in bodies:
        json.loads(body)
    spent = time.process_time() - start
    gc.enable()
    return spent


def _run(command: list[str], output: Path) -> Process:
    start = time.monotonic()
    with output.open("wb") as stream:
        process = subprocess.Popen(command, stdout=stream, stdin=subprocess.DEVNULL)
        _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"bench: {command[-4:]} ended with {process.returncode}")
    return Process(time.monotonic() - start, usage.ru_utime + usage.ru_stime)


def _kubedx(folder: Path, *words: str) -> Process:
    """A scan as a user runs it, with its peak of memory."""
    told = folder / "peak"
    process = _run([sys.executable, "-c", TELLING, str(told), *words], folder / "report.json")
    return replace(process, memory=int(told.read_text()) * 1024)


def starting_up(folder: Path) -> dict[str, float]:
    """CPU of short runs, as ratios to that of `python -c pass`. The least of several: what else runs on the machine only adds."""
    write_dump(SMALL_DUMP, folder / "small")
    runs = {
        "--help": [*PROGRAM, "--help"],
        "version": [*PROGRAM, "version"],
        "analyze of a dump of 200 objects": [*PROGRAM, "analyze", "--from", str(folder / "small")],
    }
    empty = _least([sys.executable, "-c", "pass"], folder)
    return {name: _least(command, folder) / empty for name, command in runs.items()}


def _least(command: list[str], folder: Path) -> float:
    return min(_run(command, folder / "nothing").cpu for _ in range(REPEATED))


@contextmanager
def _server_cpu(cluster: Cluster) -> Iterator[Callable[[], float]]:
    """CPU seconds of the API server meanwhile, asked for after the block."""

    def ticks() -> float:
        text = Path(f"/proc/{cluster.pid_of('kube-apiserver')}/stat").read_text().rpartition(")")[2].split()
        return (int(text[11]) + int(text[12])) / os.sysconf("SC_CLK_TCK")

    before = ticks()
    yield lambda: ticks() - before


def _requests(cluster: Cluster) -> int:
    """How many requests the API server has answered to clients, by its own count."""
    _, text = cluster.request("GET", "/metrics")
    counted = (line for line in text.splitlines() if line.startswith("apiserver_request_total{"))
    return int(sum(float(line.rpartition(" ")[2]) for line in counted))


def _stages(kubeconfig: str) -> tuple[dict[str, float], dict[str, float]]:
    """CPU and wall seconds of each stage, in this process."""
    spent: dict[str, float] = {}
    walls: dict[str, float] = {}

    @contextmanager
    def stage(name: str) -> Iterator[None]:
        start, began = time.process_time(), time.monotonic()
        yield
        spent[name], walls[name] = time.process_time() - start, time.monotonic() - began

    rules = tuple(catalogue().values())
    gc.disable()  # as the command does
    with _live(kubeconfig) as source:
        with stage("read"):
            reading = source.read(kinds_of(rules), Scope())
        with stage("index"):
            inventory = Inventory(reading)
            list(inventory.counts())
        with stage("rules"):
            judgement, inventory, _gaps = judge_to_the_end(rules, inventory, source, Wish(logs=LogPolicy.NONE))
        with stage("correlate"):
            correlate(judgement.findings, inventory, least=Severity.WARNING)
        diagnosis = diagnose(RecordedSource(_recording(kubeconfig)), Request(logs=LogPolicy.NONE))
    with stage("report"):
        render(diagnosis, "json", Style(tool_version="bench"))
    return spent, walls


def _recording(kubeconfig: str) -> Any:
    with _live(kubeconfig) as source:
        recorder = RecordingSource(source)
        diagnose(recorder, Request(logs=LogPolicy.NONE))
        return recorder.recording()


def _recorded(kubeconfig: str, folder: Path) -> Path:
    folder.mkdir()
    for name, body in files_of_recording(_recording(kubeconfig), tool_version="bench"):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(body)
    return folder
