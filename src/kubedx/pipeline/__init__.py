"""pipeline: joins the rooms, a stage a module. Law: short for ever; all I/O is the source's and the explainer's.

source → inventory → analyzers (which ask, a few rounds) → correlate → explain → diagnosis
"""

from kubedx.pipeline.diagnose import diagnose
from kubedx.pipeline.others import Opinions, Others
from kubedx.pipeline.request import Applied, Explained, Explainer, Request
from kubedx.pipeline.watching import Watching

__all__ = ["Applied", "Explained", "Explainer", "Opinions", "Others", "Request", "Watching", "diagnose"]
