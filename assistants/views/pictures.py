"""The picture of an assistant."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.files.base import File
from django.db.models import Q
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from assistants import services
from assistants.models import Assistant
from assistants.views.mine import CreatorRequest, back_to, mine
from core.errors import AppError


@require_GET
def avatar(request: HttpRequest, pk: str) -> FileResponse:
    """The creator's picture: for everybody once a version was released, before that for its creator."""
    released = Q(live_version__isnull=False) | Q(versions__released_at__isnull=False)
    own = Q(owner_id=request.user.pk) if request.user.is_authenticated else Q()
    assistant = get_object_or_404(Assistant.objects.filter(released | own).exclude(avatar="").distinct(), pk=pk)
    try:
        response = FileResponse(assistant.avatar.open("rb"), content_type="image/webp")
    except FileNotFoundError:
        raise Http404 from None
    # The address carries the time of the last change.
    response["Cache-Control"] = "private, max-age=31536000, immutable"
    return response


@login_required
@require_POST
def set_avatar(request: CreatorRequest, pk: str) -> HttpResponse:
    """Use a picture."""
    assistant = mine(request, pk)
    upload = request.FILES.get("avatar")
    if not isinstance(upload, File):
        messages.error(request, _("Choose a picture first."))
        return back_to(pk, "appearance")
    try:
        services.set_avatar(assistant=assistant, upload=upload)
    except AppError as error:
        messages.error(request, str(error))
    return back_to(pk, "appearance")


@login_required
@require_POST
def remove_avatar(request: CreatorRequest, pk: str) -> HttpResponse:
    """Use the figurine."""
    services.remove_avatar(assistant=mine(request, pk))
    return back_to(pk, "appearance")
