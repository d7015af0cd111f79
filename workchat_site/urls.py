"""The site's URLs: the landing, accounts, each organization's app, the operator's admin."""

from django.contrib import admin
from django.templatetags.static import static
from django.urls import include, path
from django.views.generic import RedirectView

from workchat_site.health import health
from workchat_site.script import account_script, script
from workchat_site.stylesheet import stylesheet
from workchat_site.theme import choose_theme

handler500 = "workchat_site.errors.server_error"
urlpatterns = [
    path("o/<slug:slug>/", include("chat.urls")),  # first, since it's what is asked for most
    path("", include("accounts.urls")),
    path("accounts/", include("accounts.urls.account")),
    path("admin/", admin.site.urls),
    path("health", health, name="health"),
    path("favicon.ico", RedirectView.as_view(url=static("favicon.svg"))),  # which browsers ask for unasked
    path("style.<slug:digest>.css", stylesheet, name="stylesheet"),
    path("script.<slug:digest>.js", script, name="script"),
    path("account.<slug:digest>.js", account_script, name="account_script"),
    path("theme/", choose_theme, name="theme"),
]
