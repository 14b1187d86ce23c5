"""Telling other systems what changed: a view of the change log that catches up, one batch at a time."""
