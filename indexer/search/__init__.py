"""Search with a verdict: what was asked, what answers it, and whether anything does."""

from indexer.search.filters import Facet, Filters, facets
from indexer.search.results import Hit, Judgement, Order, Query, Results, Verdict
from indexer.search.search import search, searched, similar
from indexer.search.text import judge

__all__ = [
    "Facet",
    "Filters",
    "Hit",
    "Judgement",
    "Order",
    "Query",
    "Results",
    "Verdict",
    "facets",
    "judge",
    "search",
    "searched",
    "similar",
]
