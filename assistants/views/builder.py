"""My assistants, and the builder of one."""

import hashlib
import json
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Max
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from assistants import categories, offers, pages, publication, services
from assistants.definition import Definition
from assistants.forms import CreateForm, DraftForm
from assistants.models import Assistant
from assistants.views.files import files_context
from assistants.views.mine import CreatorRequest, mine
from core.errors import Conflict
from core.requests import wants_json


@login_required
@require_GET
def index(request: CreatorRequest) -> HttpResponse:
    """My assistants, their state, and how much they are used."""
    own = Assistant.objects.editable_by(request.user).select_related("live_version")
    shelved = pages.shelve(list(own.annotate(latest_number=Max("versions__number"))))
    return render(request, "assistants/index.html", {"shelved": shelved})


@login_required
@require_http_methods(["GET", "POST"])
def create(request: CreatorRequest) -> HttpResponse:
    """A name is enough to begin."""
    form = CreateForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        definition = Definition(name=form.cleaned_data["name"], language=request.LANGUAGE_CODE)
        assistant = services.create_assistant(owner=request.user, definition=definition)
        return redirect("assistants:edit", assistant.pk)
    return render(request, "assistants/create.html", {"form": form}, status=400 if form.errors else 200)


@login_required
@require_GET
def edit(request: CreatorRequest, pk: str) -> HttpResponse:
    """The builder."""
    assistant = mine(request, pk)
    return builder(request, assistant, DraftForm.of(assistant.draft_definition))


@login_required
@require_POST
def save(request: CreatorRequest, pk: str) -> HttpResponse:
    """Keep the draft. A script gets JSON and goes on; a form comes back to the builder."""
    assistant = mine(request, pk)
    form = DraftForm(request.POST)
    if not form.is_valid():
        return (
            JsonResponse({"errors": form.errors}, status=400)
            if wants_json(request)
            else builder(request, assistant, form)
        )
    try:
        keep_draft(request, assistant, form)
    except Conflict as conflict:
        if wants_json(request):
            raise
        return outdated(request, assistant, form, conflict)
    if not wants_json(request):
        messages.success(request, _("Saved %(time)s") % {"time": pages.clock()})
        return redirect("assistants:edit", pk)
    return JsonResponse(saved_body(assistant))


@login_required
@require_POST
def publish(request: CreatorRequest, pk: str) -> HttpResponse:
    """Save what was typed, then publish it. What is missing is said at its field."""
    assistant = mine(request, pk)
    form = DraftForm(request.POST)
    if not form.is_valid():
        return builder(request, assistant, form)
    try:
        keep_draft(request, assistant, form)
    except Conflict as conflict:
        return outdated(request, assistant, form, conflict)
    if lacking := services.missing(assistant.draft_definition):
        for field, sentence in lacking.items():
            form.add_error(field, sentence)
        return builder(request, assistant, form)
    address = services.publish(assistant=assistant, author=request.user, notes=request.POST.get("notes", ""))
    messages.success(request, _("%(name)s is published.") % {"name": assistant.draft_definition.name})
    return redirect(address or reverse("assistants:edit", args=[pk]))


@login_required
@require_POST
def withdraw(request: CreatorRequest, pk: str) -> HttpResponse:
    """Take it out of the store."""
    assistant = services.take_down(assistant=mine(request, pk))
    messages.success(request, _("%(name)s is withdrawn. Nobody but you can talk to it.") % {"name": assistant.name})
    return redirect("assistants:edit", pk)


@login_required
@require_http_methods(["GET", "POST"])
def delete(request: CreatorRequest, pk: str) -> HttpResponse:
    """Ask first; then delete."""
    assistant = mine(request, pk)
    if request.method == "GET":
        context = {"assistant": assistant, "file_count": assistant.knowledge_base.files.count()}
        return render(request, "assistants/delete.html", context)
    name = assistant.name
    services.delete_assistant(assistant=assistant)
    messages.success(request, _("%(name)s is deleted.") % {"name": name})
    return redirect("assistants:index")


def builder(request: CreatorRequest, assistant: Assistant, form: DraftForm, **more: Any) -> HttpResponse:
    """The builder with this form, whatever state it is in."""
    shown = files_context(assistant)
    draft = assistant.draft_definition
    sections = pages.sections(assistant, shown["rows"])
    context = shown | {
        "form": form,
        "definition": draft,
        "field": categories.field_of(draft.category),
        "sections": sections,
        "revision": revision(assistant),
        "open_section": open_section(form, sections, more),
        "has_changes": has_changes(assistant),
        "live": assistant.live_version,
        "next_number": (assistant.versions.aggregate(last=Max("number"))["last"] or 0) + 1,
        "listing_url": publication.url(assistant),
        "offer": offers.find(draft.model),
        "lacking": services.missing(draft),
        "max_bytes": settings.KNOWLEDGE_MAX_FILE_BYTES,
        "notes": request.POST.get("notes", ""),
    }
    return render(request, "assistants/edit.html", context | more, status=400 if form.errors else 200)


def open_section(form: DraftForm, sections: list[pages.Section], more: dict[str, Any]) -> str:
    """The part that is open at first: where something is wrong, else what is not finished yet."""
    if form.errors:
        return next(
            (slug for slug, names in pages.SECTION_FIELDS.items() if form.errors.keys() & set(names)), "identity"
        )
    if "hits" in more:
        return "knowledge"
    return next((section.slug for section in sections[:2] if section.state != "ok"), "knowledge")


def has_changes(assistant: Assistant) -> bool:
    """Whether people meet something else than the draft."""
    return assistant.live_version is not None and assistant.draft_definition != assistant.live_version.definition


def keep_draft(request: CreatorRequest, assistant: Assistant, form: DraftForm) -> None:
    """Save what was typed, unless somebody changed the draft since this page was loaded."""
    definition = form.definition(assistant.draft_definition)
    base = request.POST.get("revision")
    if base and base != revision(assistant) and definition != assistant.draft_definition:
        raise Conflict(_("This draft was changed in another window. Reload to see it; what you typed here is kept."))
    services.save_draft(assistant=assistant, definition=definition)


def outdated(request: CreatorRequest, assistant: Assistant, form: DraftForm, conflict: Conflict) -> HttpResponse:
    """The builder with what was typed. It keeps its old revision, so it goes on overwriting nothing."""
    messages.error(request, _("This draft was changed in another window. Open it in a new tab and compare."))
    response = builder(request, assistant, form, revision=request.POST.get("revision", ""))
    response.status_code = conflict.status
    return response


def saved_body(assistant: Assistant) -> dict[str, Any]:
    """What the page shows after a save: the time, and each section's row."""
    rows = [pages.file_row(file) for file in assistant.knowledge_base.files.all()]
    sections = {
        section.slug: {
            "summary": section.summary,
            "state": section.state,
            "note": section.note,
            "count": section.count,
        }
        for section in pages.sections(assistant, rows)
    }
    draft = assistant.draft_definition
    return {
        "time": pages.clock(),
        "revision": revision(assistant),
        "name": draft.name or str(_("Untitled assistant")),
        "field": categories.field_of(draft.category),
        "has_changes": has_changes(assistant),
        "is_live": assistant.live_version is not None,
        "sections": sections,
        "starter_titles": [starter.title for starter in draft.starters],
    }


def revision(assistant: Assistant) -> str:
    """Which state of the draft a page was made from."""
    return hashlib.sha256(json.dumps(assistant.draft, sort_keys=True).encode()).hexdigest()[:16]
