"""One object of a manifest, as it is written and as it is understood."""

from typing import Any

import msgspec

from kubedx.kube.object import KubeObject


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """An object that somebody means to apply. `where` says which one it is (`cart.yaml, line 3`).

    `document` is the parsed JSON or YAML, without the values of a Secret; `object` is None where it cannot be
    typed, and then `fault` says why.
    """

    where: str
    document: dict[str, Any]
    object: KubeObject | None = None
    fault: str = ""

    @property
    def title(self) -> str:
        """What it is and where, for people: `cart.yaml, line 3: Deployment cart`."""
        kind, metadata = self.document.get("kind"), self.document.get("metadata")
        name = metadata.get("name") or metadata.get("generateName") if isinstance(metadata, dict) else ""
        return f"{self.where}: {kind} {name}" if isinstance(name, str) and name else f"{self.where}: {kind}"
