"""The third floor: what is *missing*, and how it is made, checked and published.

Promises recipes, makers, runs and the proof that a gap is closed. Knows the floors below; knows
nothing of HTTP or queues.
"""
