"""Addresses of the tagging walls, which reviewers reach as well as admins."""

from django.urls import path

from webapp.dashboards import by_asset, by_tag, decisions

urlpatterns = [
    path("", by_tag.start, name="tagging"),
    path("tags/<slug:slug>/", by_tag.wall, name="tagging_tag"),
    path("assets/", by_asset.asset, name="tagging_asset"),
    path("decide/", decisions.decide, name="tagging_decide"),
    path("above/", decisions.above, name="tagging_above"),
]
