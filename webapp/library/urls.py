"""Addresses of the pages."""

from django.urls import path
from django.views.i18n import set_language

from webapp.library import aside, asset, files, recent, review, runs, search, upload

urlpatterns = [
    path("", search.library, name="library"),
    path("search/picture/", search.by_picture, name="by_picture"),
    path("searches/", recent.searches, name="searches"),
    path("language/", set_language, name="set_language"),
    path("progress/", search.import_progress, name="progress"),
    path("make/", search.make, name="make"),
    path("assets/<uuid:asset_id>/", asset.asset, name="asset"),
    path("assets/<uuid:asset_id>/thumb", files.thumb, name="asset_thumb"),
    path("assets/<uuid:asset_id>/preview", files.preview, name="asset_preview"),
    path("assets/<uuid:asset_id>/original", files.original, name="asset_original"),
    path("assets/<uuid:asset_id>/raster", files.raster, name="asset_raster"),
    path("assets/<uuid:asset_id>/edit/", asset.edit, name="asset_edit"),
    path("assets/<uuid:asset_id>/tags/", asset.add_tag, name="asset_add_tag"),
    path("assets/<uuid:asset_id>/tags/<slug:slug>/", asset.decide_tag, name="asset_tag"),
    path("assets/<uuid:asset_id>/trash/", asset.trash, name="asset_trash"),
    path("assets/<uuid:asset_id>/restore/", aside.restore, name="asset_restore"),
    path("assets/<uuid:asset_id>/purge/", aside.purge, name="asset_purge"),
    path("upload/", upload.upload, name="upload"),
    path("review/", review.review, name="review"),
    path("runs/<uuid:run_id>/", runs.run, name="run"),
    path("runs/<uuid:run_id>/cancel/", runs.cancel, name="run_cancel"),
    path("runs/<uuid:run_id>/retry/", runs.retry, name="run_retry"),
    path("runs/<uuid:run_id>/choose/", runs.choose, name="run_choose"),
    path("runs/<uuid:run_id>/approve/", runs.approve, name="run_approve"),
    path("runs/<uuid:run_id>/reject/", runs.reject, name="run_reject"),
    path("jobs/", aside.jobs, name="jobs"),
    path("trash/", aside.trash, name="trash"),
    path("trash/empty/", aside.empty, name="trash_empty"),
    path("shelf/", aside.shelf, name="shelf"),
]
