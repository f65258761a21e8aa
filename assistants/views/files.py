"""The files in the builder."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from assistants import pages, services
from assistants.models import Assistant, KnowledgeFile
from assistants.views.mine import CreatorRequest, back_to, mine
from core.errors import AppError
from core.requests import wants_json


@login_required
@require_http_methods(["GET", "POST"])
def files(request: CreatorRequest, pk: str) -> HttpResponse:
    """The list of files as a fragment that asks again while something is being read; POST takes new ones in."""
    assistant = mine(request, pk)
    if request.method == "GET":
        return render(request, "assistants/files.html", files_context(assistant))
    started = timezone.now()
    known = 0
    for upload in request.FILES.getlist("files"):
        try:
            file = services.add_file(base=assistant.knowledge_base, name=upload.name or "", upload=upload)
            known += file.created_at < started
        except AppError as error:
            if wants_json(request):
                raise
            messages.error(request, f"{upload.name}: {error}")
    return JsonResponse({"known": known}) if wants_json(request) else back_to(pk, "knowledge")


@login_required
@require_POST
def remove_file(request: CreatorRequest, pk: str, file: str) -> HttpResponse:
    """Forget a file."""
    assistant = mine(request, pk)
    services.remove_file(file=get_object_or_404(assistant.knowledge_base.files, pk=file))
    return after_file(request, assistant)


@login_required
@require_POST
def retry_file(request: CreatorRequest, pk: str, file: str) -> HttpResponse:
    """Read a failed file again."""
    assistant = mine(request, pk)
    services.retry_file(file=get_object_or_404(assistant.knowledge_base.files, pk=file))
    return after_file(request, assistant)


def files_context(assistant: Assistant) -> dict[str, Any]:
    """What the list of files needs."""
    listed = list(assistant.knowledge_base.files.all())
    rows = [pages.file_row(file) for file in listed]
    is_busy = any(file.state not in {KnowledgeFile.State.READY, KnowledgeFile.State.FAILED} for file in listed)
    section = pages.knowledge_section(assistant.draft_definition, rows)
    return {"assistant": assistant, "rows": rows, "is_busy": is_busy, "knowledge": section}


def after_file(request: CreatorRequest, assistant: Assistant) -> HttpResponse:
    """The list again: as a fragment, or in its page."""
    if request.htmx:
        return render(request, "assistants/files.html", files_context(assistant))
    return back_to(assistant.pk, "knowledge")
