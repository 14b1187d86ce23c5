"""The ground floor: what an asset *is*, and how bytes become one.

Promises assets, files, rights, tags, collections and one access rule. Knows nothing of
embeddings, generation, HTTP or queues.
"""
