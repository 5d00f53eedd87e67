"""remedy: what would be, if: fixes proved on the inventory, and manifests judged before they are applied. Law: pure; nothing is changed."""

from kubedx.remedy.calls import call_doubts
from kubedx.remedy.doubts import image_doubts
from kubedx.remedy.fixes import Proof
from kubedx.remedy.forecast import Forecast, forecast, foreseen
from kubedx.remedy.hindrance import hindrances
from kubedx.remedy.identity import identities, identity
from kubedx.remedy.manifest_faults import manifest_faults

__all__ = [
    "Forecast",
    "Proof",
    "call_doubts",
    "forecast",
    "foreseen",
    "hindrances",
    "identities",
    "identity",
    "image_doubts",
    "manifest_faults",
]
