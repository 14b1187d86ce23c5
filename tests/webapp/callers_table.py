"""Who may call what: every guarded address, its methods and what each kind of caller gets."""

from __future__ import annotations

METHODS = ("get", "post", "put", "patch", "delete")
NOBODY = ("anonymous", "revoked token")
STRANGERS = ("other user", "viewer", "editor", "reviewer")
CALLERS = (*NOBODY, *STRANGERS, "admin", "owner")
SECRET = "Quokkaburg"

IN, SIGN_IN, FORBIDDEN, NOT_FOUND, NO_METHOD = "in", "sign in", "forbidden", "not found", "no such method"


def rule(*, nobody: str = SIGN_IN, **outcomes: str) -> dict[str, str]:
    """Return the outcome for every caller; underscores stand for spaces, ``rest`` for who is not named."""
    named = {name.replace("_", " "): outcome for name, outcome in outcomes.items()}
    rest = named.pop("rest", IN)
    return dict.fromkeys(NOBODY, nobody) | {name: named.get(name, rest) for name in CALLERS if name not in NOBODY}


ASSET = rule(rest=NOT_FOUND, owner=IN, admin=IN)
FILE = rule(nobody=NOT_FOUND, rest=NOT_FOUND, owner=IN, admin=IN)
COLLECTION = rule(rest=NOT_FOUND, owner=IN)
LOCKED = rule(nobody=FORBIDDEN, rest=FORBIDDEN)
RUN = rule(rest=NOT_FOUND, owner=IN, reviewer=IN, admin=IN)
LIBRARY = MEMBERS = rule()
EDITORS = rule(viewer=FORBIDDEN, other_user=FORBIDDEN)
REVIEWERS = rule(rest=FORBIDDEN, reviewer=IN, admin=IN)
ADMINS = rule(rest=FORBIDDEN, admin=IN)

TABLE: dict[str, dict[str, dict[str, str]]] = {
    "library": {"get": LIBRARY},
    "by_picture": {"post": LIBRARY},
    "progress": {"get": LIBRARY},
    "searches": {"get": MEMBERS},
    "grid": {"get": LIBRARY},
    "grid_months": {"get": LIBRARY},
    "bulk_tag": {"post": MEMBERS},
    "bulk_rights": {"post": MEMBERS},
    "bulk_trash": {"post": MEMBERS},
    "bulk_restore": {"post": MEMBERS},
    "bulk_download": {"post": MEMBERS},
    "bulk_table": {"post": MEMBERS},
    "asset_peek": {"get": ASSET},
    "make": {"post": EDITORS},
    "asset": {"get": ASSET},
    "asset_thumb": {"get": FILE},
    "asset_preview": {"get": FILE},
    "asset_original": {"get": FILE},
    "asset_raster": {"get": FILE},
    "asset_export": {"get": ASSET},
    "asset_render": {"get": ASSET},
    "asset_edit": {"post": ASSET},
    "asset_add_tag": {"post": ASSET},
    "asset_tag": {"post": ASSET},
    "asset_trash": {"post": ASSET},
    "asset_restore": {"post": ASSET},
    "asset_purge": {"post": ASSET},
    "collections": {"get": MEMBERS},
    "collection_create": {"post": MEMBERS},
    "collection_add": {"post": MEMBERS},
    "collections_mine": {"get": MEMBERS},
    "collection_save_search": {"post": MEMBERS},
    "collection": {"get": COLLECTION},
    "collection_edit": {"post": COLLECTION},
    "collection_cover": {"post": COLLECTION},
    "collection_delete": {"post": COLLECTION},
    "collection_remove": {"post": COLLECTION},
    "collection_order": {"post": COLLECTION},
    "collection_grant": {"post": COLLECTION},
    "collection_revoke": {"post": COLLECTION},
    "collection_shares": {"get": COLLECTION, "post": COLLECTION},
    "share_revoke": {"post": COLLECTION},
    "share": {"get": LOCKED},
    "share_unlock": {"post": LOCKED},
    "share_json": {"get": LOCKED},
    "share_zip": {"get": LOCKED},
    "share_picture": {"get": LOCKED},
    "share_thumb": {"get": LOCKED},
    "share_preview": {"get": LOCKED},
    "share_file": {"get": LOCKED},
    "upload": {"get": EDITORS, "post": EDITORS},
    "review": {"get": REVIEWERS},
    "tagging": {"get": REVIEWERS},
    "tagging_tag": {"get": REVIEWERS},
    "tagging_asset": {"get": REVIEWERS, "post": REVIEWERS},
    "tagging_decide": {"post": REVIEWERS},
    "tagging_above": {"post": REVIEWERS},
    "run": {"get": RUN},
    "run_cancel": {"post": RUN},
    "run_retry": {"post": RUN},
    "run_choose": {"post": RUN},
    "run_approve": {"post": REVIEWERS},
    "run_reject": {"post": REVIEWERS},
    "upload_apply": {"get": EDITORS, "post": EDITORS},
    "jobs": {"get": MEMBERS},
    "import_cancel": {"post": RUN},
    "import_resume": {"post": RUN},
    "job_cancel": {"post": RUN},
    "job_retry": {"post": RUN},
    "read_again": {"post": MEMBERS},
    "index_again": {"post": MEMBERS},
    "account": {"get": MEMBERS},
    "account_preferences": {"post": MEMBERS},
    "account_token": {"post": MEMBERS},
    "account_token_revoke": {"post": rule(rest=NOT_FOUND, owner=IN)},
    "account_forget": {"post": MEMBERS},
    "settings": {"get": ADMINS},
    "settings_add": {"post": ADMINS},
    "settings_person": {"post": ADMINS},
    "settings_invite": {"post": ADMINS},
    "settings_token_revoke": {"post": ADMINS},
    "trash_restore": {"post": MEMBERS},
    "trash_purge": {"post": MEMBERS},
    "shelf_clear": {"post": MEMBERS},
    "trash": {"get": MEMBERS},
    "trash_empty": {"post": MEMBERS},
    "shelf": {"get": MEMBERS},
    "api:search": {"get": LIBRARY, "post": LIBRARY},
    "api:asset-list": {"get": LIBRARY, "post": EDITORS},
    "api:asset-trash": {"get": MEMBERS},
    "api:asset-detail": {"get": ASSET, "patch": ASSET, "delete": ASSET},
    "api:asset-original": {"get": ASSET},
    "api:asset-preview": {"get": ASSET},
    "api:asset-thumb": {"get": ASSET},
    "api:asset-purge": {"post": ASSET},
    "api:asset-restore": {"post": ASSET},
    "api:asset-tags": {"get": ASSET, "post": ASSET},
    "api:tag-list": {"get": LIBRARY, "post": ADMINS},
    "api:tag-detail": {"get": LIBRARY, "patch": ADMINS, "delete": ADMINS},
    "api:generation-list": {"get": MEMBERS, "post": EDITORS},
    "api:generation-detail": {"get": RUN},
    "api:generation-cancel": {"post": RUN},
    "api:generation-retry": {"post": RUN},
    "api:generation-approve": {"post": REVIEWERS},
    "api:generation-reject": {"post": REVIEWERS},
}
BODIES = {
    "run_choose": {"number": "0"},
    "bulk_tag": {"tag": "island"},
    "collection_create": {"name": "Islands"},
    "collection_add": {"name": "Islands"},
    "collection_save_search": {"name": "Islands", "search": "q=island"},
    "collection_edit": {"name": "Islands"},
    "asset_add_tag": {"tag": "island"},
    "api:asset-tags": {"tag": "island"},
    "tagging_above": {"tag": "island", "least": "0.5"},
    "read_again": {"all": "1"},
    "index_again": {"all": "1"},
}
"""What is posted where an empty form would be refused before anybody asks who sends it."""
OPEN = {"api:schema", "api:docs", "api:nowhere", "sign_in", "set_language", "healthz", "readyz"}
"""Addresses that anybody may call: nothing of the library is there."""
PUBLIC = {
    "library",
    "grid",
    "grid_months",
    "progress",
    "api:search",
    "api:asset-list",
    "api:tag-list",
    "api:tag-detail",
}
"""Addresses that open to everybody when the library is public, for reading."""
PUBLIC_POSTS = {"by_picture"}
