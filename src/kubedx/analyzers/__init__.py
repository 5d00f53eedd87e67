"""analyzers: the rules and what runs them. Law: pure; `inventory.now` is the only clock."""

from kubedx.analyzers.access import Access, Right, access
from kubedx.analyzers.addresses import Address, addresses, has_own_names, service_of
from kubedx.analyzers.answers import worth_answering
from kubedx.analyzers.catalogue import RETIRED, catalogue, filters
from kubedx.analyzers.image_reference import ImageReference, image_name_fault, parse_image, with_repository, with_tag
from kubedx.analyzers.log_sampling import LOG, LogPolicy, Sample, logs_to_sample
from kubedx.analyzers.near_miss import describe_nearest, nearest, nearest_few, nearest_objects, slips
from kubedx.analyzers.official_images import OFFICIAL_IMAGES
from kubedx.analyzers.platform import platforms
from kubedx.analyzers.relevance import chosen_by, kinds_of, reads_custom_resources, relevant, with_causes
from kubedx.analyzers.rule import Ask, AskCertificate, AskLog, AskPresence, AskValues, Hit, Outcome, Rule, rule
from kubedx.analyzers.runner import Judged, Judgement, Pair, judge, judge_again
from kubedx.analyzers.scheduling.room import Amounts, allocatable, requests
from kubedx.analyzers.scheduling.table import Table, table_of
from kubedx.analyzers.standing import Calls, Change, Touched
from kubedx.analyzers.starting import is_ready, is_starting

__all__ = [
    "LOG",
    "OFFICIAL_IMAGES",
    "RETIRED",
    "Access",
    "Address",
    "Amounts",
    "Ask",
    "AskCertificate",
    "AskLog",
    "AskPresence",
    "AskValues",
    "Calls",
    "Change",
    "Hit",
    "ImageReference",
    "Judged",
    "Judgement",
    "LogPolicy",
    "Outcome",
    "Pair",
    "Right",
    "Rule",
    "Sample",
    "Table",
    "Touched",
    "access",
    "addresses",
    "allocatable",
    "catalogue",
    "chosen_by",
    "describe_nearest",
    "filters",
    "has_own_names",
    "image_name_fault",
    "is_ready",
    "is_starting",
    "judge",
    "judge_again",
    "kinds_of",
    "logs_to_sample",
    "nearest",
    "nearest_few",
    "nearest_objects",
    "parse_image",
    "platforms",
    "reads_custom_resources",
    "relevant",
    "requests",
    "rule",
    "service_of",
    "slips",
    "table_of",
    "with_causes",
    "with_repository",
    "with_tag",
    "worth_answering",
]
