"""remedy: what would be, if: fixes proved on the inventory, and manifests judged before they are applied. Law: pure; nothing is changed."""

from kubedx.remedy.doubts import image_doubts
from kubedx.remedy.fixes import Proof
from kubedx.remedy.forecast import Forecast, as_foreseen, forecast, foreseen
from kubedx.remedy.hindrance import hindrances
from kubedx.remedy.identity import identities, identity
from kubedx.remedy.manifest_faults import manifest_faults

__all__ = [
    "Forecast",
    "Proof",
    "as_foreseen",
    "forecast",
    "foreseen",
    "hindrances",
    "identities",
    "identity",
    "image_doubts",
    "manifest_faults",
]
