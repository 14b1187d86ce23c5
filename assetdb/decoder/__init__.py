"""The code that runs inside the decode child and reads untrusted bytes.

It imports Pillow, resvg and defusedxml, and nothing of Django or of the rest of Lacuna.
``assetdb.sandbox`` starts it and talks to it.
"""
