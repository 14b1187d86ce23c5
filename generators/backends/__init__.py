"""Makers, one file a technique."""
