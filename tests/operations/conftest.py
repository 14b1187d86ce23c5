"""Browsers of each role, pictures they can find, and libraries to be kept and restored."""

from tests.indexer.conftest import encoder  # noqa: F401
from tests.webapp.conftest import clients, indexed  # noqa: F401
