"""The second floor: what an asset *means*, and how it is found and tagged.

Promises spaces, an ordered embedding log, search with a verdict and zero-shot tags. Knows the
floor below; knows nothing of generation, HTTP or queues.
"""
