"""Every address of the library."""

from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path

from webapp import health, sign_in
from webapp.metrics.page import metrics

urlpatterns: list[URLPattern | URLResolver] = [
    path("admin/", admin.site.urls),
    path("api/", include("webapp.api.urls")),
    path("accounts/", include("allauth.urls")),
    path("sign-in/<str:uid>/<str:token>/", sign_in.sign_in, name="sign_in"),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("metrics", metrics, name="metrics"),
    path("", include("webapp.library.urls")),
]
