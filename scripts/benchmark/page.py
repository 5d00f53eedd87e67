"""`docs/performance.md`: what was measured, as ratios."""

from collections.abc import Mapping, Sequence

from benchmark.measure import Figures

MEGABYTE = 1_000_000

HEAD = """# Performance

Written by `scripts/bench`. A real kube-apiserver and etcd on the loopback address, filled with a synthetic cluster; the floor is the
same lists, downloaded over four connections with `http.client` and thrown away. Every row is of one run on one shared machine with two
cores, which the API server uses too: only the ratios say anything. Where its load average is above two, others worked too: wall times
of what takes long grow by more than those of the floor, which waits for the network most of its time, and ratios of CPU are what counts.

"""


def page(measured: Sequence[Figures], start: Mapping[str, float]) -> str:
    """The whole page."""
    rows = [
        ("pods", *(f"{one.pods:,}" for one in measured)),
        ("requests", *(str(one.requests) for one in measured)),
        ("downloaded", *(f"{one.bytes / MEGABYTE:,.1f} MB" for one in measured)),
        ("scan, wall / floor", *(f"{one.scan.wall / one.floor:.2f}" for one in measured)),
        ("scan of a recording, wall / floor", *(f"{one.scan_of_dump.wall / one.floor:.2f}" for one in measured)),
        ("after decoding, CPU / json.loads of the same bytes", *(f"{after(one) / one.parse:.2f}" for one in measured)),
        ("API server CPU, scan / floor", *(ratio(one.server_cpu, one.server_cpu_of_floor) for one in measured)),
        ("peak memory of a scan", *(f"{one.scan.memory / MEGABYTE:,.0f} MB" for one in measured)),
        ("peak memory of a scan of a recording", *(f"{one.scan_of_dump.memory / MEGABYTE:,.0f} MB" for one in measured)),
        ("load average of the machine", *(f"{one.load:.1f}" for one in measured)),
        ("incidents", *(str(one.incidents) for one in measured)),
    ]
    return "\n".join((HEAD + table(rows), stages(measured), growth(measured), starting(start)))


def starting(start: Mapping[str, float]) -> str:
    """What short runs cost."""
    rows = [
        ("CPU of a run / python -c pass", ""),
        *((f"`kubedx {name}`" if name[0] in "-v" else name, f"{ratio:.1f}") for name, ratio in start.items()),
    ]
    return "## Starting up\n\nThe least of five runs each.\n\n" + table(rows)


def after(one: Figures) -> float:
    """CPU seconds of everything after decoding."""
    return sum(seconds for stage, seconds in one.stages.items() if stage != "read")


def ratio(part: float, whole: float) -> str:
    """A ratio, or a dash where the whole is too small to tell."""
    return f"{part / whole:.2f}" if whole >= 0.05 else "-"  # five ticks of the clock


def stages(measured: Sequence[Figures]) -> str:
    """CPU of each stage, as a part of what `json.loads` takes for the same bytes."""
    rows = [("CPU of a stage / json.loads", *(f"{one.pods:,}" for one in measured))]
    rows += [(name, *(f"{one.stages[name] / one.parse:.2f}" for one in measured)) for name in measured[0].stages]
    walls = [("wall of a stage / floor", *(f"{one.pods:,}" for one in measured))]
    walls += [(name, *(f"{one.walls[name] / one.floor:.2f}" for one in measured)) for name in measured[0].walls]
    head = "## Stages\n\n`read` is download and decoding; the others follow it.\n\n"
    return head + table(rows) + "\n" + table(walls)


def growth(measured: Sequence[Figures]) -> str:
    """Whether the cost is linear."""
    if len(measured) < len(("small", "large")):
        return ""
    small, large = measured[-2], measured[-1]
    empty = large.empty.cpu
    per_pod = ((large.scan.cpu - empty) / large.pods) / ((small.scan.cpu - empty) / small.pods)
    return f"## Growth\n\nCPU for one pod at {large.pods:,} pods is {per_pod:.2f} times that at {small.pods:,}.\n"


def table(rows: Sequence[tuple[str, ...]]) -> str:
    """A table of Markdown, the first row its head."""
    head, *body = rows
    lines = [head, ("---", *("---:" for _ in head[1:])), *body]
    return "".join(f"| {' | '.join(row)} |\n" for row in lines)
