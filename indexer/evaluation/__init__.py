"""Figures of merit on pictures and queries that training never saw."""
