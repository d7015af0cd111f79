"""The URLs of accounts: the site's own and those inside an organization, in one namespace."""

from django.urls import URLPattern, URLResolver, include, path

from accounts.urls import organization, site

named: list[URLPattern | URLResolver] = [*site.urlpatterns, path("o/<slug:slug>/", include(organization))]
urlpatterns = [*site.unnamed, path("", include((named, "accounts")))]
