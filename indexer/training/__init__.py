"""Training the built-in encoder: a small CLIP of illustrations, made from openly licensed pictures."""
