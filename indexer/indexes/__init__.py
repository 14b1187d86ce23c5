"""Nearest-neighbour indexes behind one contract."""
