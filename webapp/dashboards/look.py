"""How the admin looks, and who fills its home and its sidebar: what unfold reads from the settings."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy

UNFOLD: dict[str, Any] = {
    "SITE_TITLE": "Lacuna",
    "SITE_HEADER": "Lacuna",
    "SITE_SUBHEADER": gettext_lazy("Administration"),
    "SITE_ICON": "webapp.dashboards.navigation.mark",
    "SITE_FAVICONS": [{"rel": "icon", "type": "image/svg+xml", "href": "webapp.dashboards.navigation.mark"}],
    "STYLES": ["webapp.dashboards.navigation.style"],
    "BORDER_RADIUS": "10px",
    "COLORS": {
        "base": {
            "50": "#f6f5f2",
            "100": "#efeeea",
            "200": "#dfddd7",
            "300": "#c6c5bf",
            "400": "#a3aaa6",
            "500": "#5d625f",
            "600": "#474c49",
            "700": "#3b423f",
            "800": "#303634",
            "900": "#1d2120",
            "950": "#141716",
        },
        "primary": {
            "50": "#eef8f5",
            "100": "#dff0ec",
            "200": "#bfe3db",
            "300": "#93d6c8",
            "400": "#6fd3c2",
            "500": "#4cc9b5",
            "600": "#0b6e62",
            "700": "#095a50",
            "800": "#08483f",
            "900": "#17332f",
            "950": "#06211d",
        },
    },
    "SIDEBAR": {
        "show_search": False,
        "show_all_applications": False,
        "navigation": "webapp.dashboards.navigation.sidebar",
    },
    "DASHBOARD_CALLBACK": "webapp.dashboards.home.show",
}
