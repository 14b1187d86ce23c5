"""Run by conftest: a few dozen of the sample's illustrations, read, indexed and with suggestions."""

import tests.browser.stock  # noqa: F401
from indexer.tagging import vocabulary
from webapp import duties

vocabulary.plant()
while any(duty.catch_up() for duty in duties.DUTIES.values()):
    pass
