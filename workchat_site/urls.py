"""The site's URLs: the landing, accounts, each organization's app, the operator's admin."""

from django.contrib import admin
from django.urls import include, path

from workchat_site.health import health

urlpatterns = [
    path("", include("accounts.urls.site")),
    path("o/<slug:slug>/", include("accounts.urls.organization")),
    path("o/<slug:slug>/", include("chat.urls")),
    path("accounts/", include("allauth.urls")),
    path("admin/", admin.site.urls),
    path("health", health, name="health"),
]
