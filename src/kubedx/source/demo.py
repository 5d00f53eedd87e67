"""The demo cluster: a dump that is part of the package, so that the first run needs no cluster."""

import io
from importlib import resources
from pathlib import Path

from kubedx.errors import DumpError
from kubedx.kube import Origin
from kubedx.source.dump import DumpSource
from kubedx.source.dump_files import STDIN

_NAME = "demo"


def demo_source() -> DumpSource:
    """The packaged demo cluster, as a folder `cluster` or an archive `cluster.tar.gz` of the package's folder `demo`.

    Raises DumpError when the package was built without it.
    """
    demo = resources.files("kubedx").joinpath("demo")
    folder, archive = demo.joinpath("cluster"), demo.joinpath("cluster.tar.gz")
    if isinstance(folder, Path) and folder.is_dir():
        return DumpSource([str(folder)], origin=Origin.DEMO, name=_NAME)
    if archive.is_file():
        return DumpSource([STDIN], stdin=io.BytesIO(archive.read_bytes()), origin=Origin.DEMO, name=_NAME)
    raise DumpError("the demo cluster is not part of this installation; install the kubedx package, or name a dump with --from")
