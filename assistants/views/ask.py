"""Asking the files without any model."""

import time

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from assistants import pages
from assistants.forms import AskForm, DraftForm
from assistants.knowledge import search
from assistants.knowledge.language import content_words
from assistants.views.builder import builder
from assistants.views.mine import CreatorRequest, mine


@login_required
@require_GET
def ask_files(request: CreatorRequest, pk: str) -> HttpResponse:
    """The passages that a question finds, with their scores; no model is asked."""
    assistant = mine(request, pk)
    form = AskForm(request.GET)
    question = form.cleaned_data["q"] if form.is_valid() else ""
    started = time.perf_counter()
    hits = [pages.hit(found) for found in search.search([assistant.knowledge_base_id], question, limit=5)]
    milliseconds = round((time.perf_counter() - started) * 1000)
    found = {"hits": hits, "question": question, "words": content_words(question), "milliseconds": milliseconds}
    if request.htmx:
        return render(request, "assistants/hits.html", found)
    return builder(request, assistant, DraftForm.of(assistant.draft_definition), **found)
