"""Putting SVG illustrations together: figures, layouts, drawing."""
