"""Whose assistant it is: every page of a creator begins here."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django_htmx.middleware import HtmxDetails

from accounts.models import User
from assistants.models import Assistant


class CreatorRequest(HttpRequest):
    """What arrives behind `login_required` and the htmx middleware."""

    user: User
    htmx: HtmxDetails


def mine(request: CreatorRequest, pk: str) -> Assistant:
    """An assistant that this person made, or a 404."""
    assistants = Assistant.objects.editable_by(request.user).select_related("live_version", "knowledge_base")
    return get_object_or_404(assistants, pk=pk)


def back_to(pk: str, section: str) -> HttpResponse:
    """The builder, with one section open."""
    return redirect(f"{reverse('assistants:edit', args=[pk])}#{section}")
