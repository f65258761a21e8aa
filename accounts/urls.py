"""Pages of one's account; those of django-allauth are under accounts/."""

from django.urls import path
from django.views.generic import RedirectView

from accounts import views

app_name = "accounts"
urlpatterns = [
    path("", RedirectView.as_view(pattern_name="accounts:profile"), name="index"),
    path("profile/", views.profile, name="profile"),
    path("security/", views.security, name="security"),
    path("sessions/<int:session_id>/end/", views.end_session, name="end_session"),
    path("delete/", views.delete, name="delete"),
]
