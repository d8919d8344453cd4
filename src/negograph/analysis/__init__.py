"""What no single query answers: precedents, analogies put to the test, briefings, hypotheses, paths."""

from negograph.analysis.assessment import assess, read_case, template
from negograph.analysis.audit import audit
from negograph.analysis.briefs import Brief, brief
from negograph.analysis.cases import Case, case_of, cases
from negograph.analysis.detection import detect
from negograph.analysis.differences import differences
from negograph.analysis.paths import path
from negograph.analysis.precedents import compare
from negograph.analysis.sensitivity import sensitivity
from negograph.corpus import Corpus

__all__ = [
    "Brief",
    "Case",
    "Corpus",
    "assess",
    "audit",
    "brief",
    "case_of",
    "cases",
    "compare",
    "detect",
    "differences",
    "path",
    "read_case",
    "sensitivity",
    "template",
]
