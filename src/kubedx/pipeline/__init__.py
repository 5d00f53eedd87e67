"""The pipeline: joins the rooms. Short for ever.

source → inventory → analyzers (which ask, a few rounds) → correlate → explain → diagnosis
"""

from kubedx.pipeline.diagnose import diagnose
from kubedx.pipeline.others import Opinions, Others
from kubedx.pipeline.request import Explained, Explainer, Request

__all__ = ["Explained", "Explainer", "Opinions", "Others", "Request", "diagnose"]
