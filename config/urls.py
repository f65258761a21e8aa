"""The table of contents."""

from django.contrib import admin
from django.urls import include, path

from accounts.views import set_language
from config import views

urlpatterns = [
    path("livez", views.livez, name="livez"),
    path("healthz", views.healthz, name="healthz"),
    path("", include("store.urls")),
    path("", include("conversations.urls")),
    path("assistants/", include("assistants.urls")),
    path("account/", include("accounts.urls")),
    path("accounts/", include("allauth.urls")),
    path("embed/", include("widget.urls")),
    path("i18n/setlang/", set_language, name="set_language"),
    path("admin/", admin.site.urls),
]
