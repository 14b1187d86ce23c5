"""How these pages are built: ``make docs``."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent / "_ext"))

project = "Lacuna"
author = "the authors of Lacuna"
extensions = ["myst_parser", "examples_told", "generated"]
exclude_patterns = ["_build"]
myst_heading_anchors = 3
nitpicky = True
html_theme = "furo"
html_title = "Lacuna"
html_theme_options = {
    "light_css_variables": {"color-brand-primary": "#0b6e62", "color-brand-content": "#0b6e62"},
    "dark_css_variables": {"color-brand-primary": "#4cc9b5", "color-brand-content": "#4cc9b5"},
}
html_copy_source = False
html_show_copyright = False
