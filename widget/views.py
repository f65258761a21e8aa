"""The frame on other websites, and the creator's page of embeds."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.contrib.staticfiles import finders
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control, never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from assistants import categories, offers
from assistants.models import Assistant
from conversations import limits, pages
from conversations import services as conversations
from conversations.models import Conversation, Message, Run, Surface
from conversations.people import Person, address_hash_of
from conversations.sse import event_stream, reply_stream
from core.errors import NotAllowed
from core.requests import posted_text, wants_stream
from widget import services
from widget.forms import EmbedForm
from widget.models import Embed

LOADER = "widget/loader.js"


@require_safe
@cache_control(public=True, max_age=3600)
def loader(request: HttpRequest) -> HttpResponseBase:
    """The script that other websites include, at an address that never changes."""
    path = finders.find(LOADER)
    if not isinstance(path, str):
        raise Http404
    response = HttpResponse(Path(path).read_bytes(), content_type="text/javascript; charset=utf-8")
    response["Access-Control-Allow-Origin"] = "*"
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


@require_safe
@never_cache
def frame(request: HttpRequest, pk: str) -> HttpResponse:
    """The chat in a frame; browsers show it only on the embed's websites."""
    embed = get_object_or_404(_answering(), pk=pk)
    definition = embed.assistant.definition
    offer = offers.find(definition.model)
    context = {
        "embed": embed,
        "assistant": embed.assistant,
        "definition": definition,
        "field": categories.field_of(definition.category),
        "token": services.new_token(embed),
        "start_url": reverse("widget:start", args=[pk]),
        "resume_url": reverse("widget:conversation", args=[pk, "_"]),
        "is_offline": bool(offer and offer.is_offline),
        "max_chars": settings.MESSAGE_MAX_CHARS,
    }
    response = render(request, "widget/frame.html", context)
    # A form sent before the script hears it would go without the visitor's token: it must not go at all.
    response._csp_replace = {"frame-ancestors": embed.origins or ["'none'"], "form-action": ["'none'"]}  # type: ignore[attr-defined]
    return response


def person_of(request: HttpRequest, embed_id: str) -> Person:
    """The visitor whose token the frame sends; NotAllowed without a good one."""
    scheme, _separator, token = request.headers.get("Authorization", "").partition(" ")
    visitor_id = services.visitor_of(token, embed_id) if scheme == "Visitor" else None
    if visitor_id is None:
        raise NotAllowed(_("This talk has expired here. Reload the page to begin another."), code="bad_token")
    return Person(visitor_id=visitor_id, address_hash=address_hash_of(request))


# The token in the header is the proof that the frame itself asks: no cookie is read, so there is nothing to forge.
@csrf_exempt
@require_POST
def start(request: HttpRequest, pk: str) -> HttpResponseBase:
    """Begin a conversation with its first message."""
    person = person_of(request, pk)
    embed = get_object_or_404(_answering(), pk=pk)
    text = conversations.clean_text(posted_text(request))
    limits.check(person)
    conversation = conversations.start_conversation(person=person, assistant=embed.assistant, surface=Surface.WIDGET)
    sent = conversations.send_message(person=person, conversation=conversation, text=text)
    places = {"conversation": conversation.pk, "send": reverse("widget:send", args=[pk, conversation.pk])}
    return _reply(request, sent, {**places, **_sent_body(pk, sent)})


@csrf_exempt
@require_POST
def send(request: HttpRequest, pk: str, conversation_id: str) -> HttpResponseBase:
    """One more message."""
    person = person_of(request, pk)
    get_object_or_404(_answering(), pk=pk)
    conversation = get_object_or_404(Conversation.objects.of(person).to_talk(), pk=conversation_id)
    sent = conversations.send_message(person=person, conversation=conversation, text=posted_text(request))
    return _reply(request, sent, _sent_body(pk, sent))


@require_safe
@never_cache
def conversation(request: HttpRequest, pk: str, conversation_id: str) -> HttpResponse:
    """The messages so far, for a frame that was loaded again."""
    person = person_of(request, pk)
    mine = Conversation.objects.of(person).select_related("assistant__live_version")
    found = get_object_or_404(mine, pk=conversation_id)
    context = {
        "messages": pages.message_views(found, _place(pk), lambda message, n: f"#{message}-{n}"),
        "assistant": found.assistant,
        "send_url": reverse("widget:send", args=[pk, found.pk]),
    }
    return render(request, "widget/messages.html", context)


@require_safe
def events(request: HttpRequest, pk: str, run_id: str) -> HttpResponseBase:
    """Follow a run."""
    mine = Run.objects.of(person_of(request, pk)).select_related("answer")
    return event_stream(request, get_object_or_404(mine, pk=run_id))


@csrf_exempt
@require_POST
def stop(request: HttpRequest, pk: str, run_id: str) -> HttpResponse:
    """Stop an answer."""
    run = conversations.stop(run=get_object_or_404(Run.objects.of(person_of(request, pk)), pk=run_id))
    return JsonResponse({"state": run.state})


@csrf_exempt
@require_POST
def retry(request: HttpRequest, pk: str, run_id: str) -> HttpResponseBase:
    """Ask for the same answer again."""
    person = person_of(request, pk)
    get_object_or_404(_answering(), pk=pk)
    run = get_object_or_404(Run.objects.of(person).select_related("conversation__assistant", "answer"), pk=run_id)
    sent = conversations.retry(person=person, run=run)
    return _reply(request, sent, _sent_body(pk, sent))


@require_safe
def source(request: HttpRequest, pk: str, message_id: str, number: int) -> HttpResponse:
    """The passage behind a numeral."""
    mine = Conversation.objects.of(person_of(request, pk))
    message = get_object_or_404(Message.objects.filter(conversation__in=mine), pk=message_id)
    return render(request, "widget/source.html", pages.source_context(message, number))


@login_required
def embeds(request: HttpRequest, assistant_id: str) -> HttpResponse:
    """The creator's page: which websites show this assistant, and the line to paste there."""
    assistant = get_object_or_404(Assistant.objects.editable_by(request.user), pk=assistant_id)
    form = EmbedForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        services.create_embed(assistant=assistant, origins=form.cleaned_data["origins"])
        return redirect("widget:embeds", assistant_id)
    context = {"assistant": assistant, "embeds": assistant.embeds.order_by("created_at"), "form": form}
    return render(request, "widget/embeds.html", context)


@login_required
@require_POST
def update(request: HttpRequest, pk: str) -> HttpResponse:
    """Change an embed; what was typed comes back with the error."""
    embed = get_object_or_404(Embed.objects.editable_by(request.user).select_related("assistant"), pk=pk)  # type: ignore[arg-type]
    form = EmbedForm(request.POST)
    if form.is_valid():
        services.update_embed(embed=embed, **form.cleaned_data)
        return redirect("widget:embeds", embed.assistant_id)
    found = embed.assistant.embeds.order_by("created_at")
    context = {"assistant": embed.assistant, "embeds": found, "form": EmbedForm(), "wrong": (embed.pk, form)}
    return render(request, "widget/embeds.html", context)


@login_required
@require_POST
def delete(request: HttpRequest, pk: str) -> HttpResponse:
    """Remove an embed: its websites show nothing any more."""
    embed = get_object_or_404(Embed.objects.editable_by(request.user), pk=pk)  # type: ignore[arg-type]
    embed.delete()
    return redirect("widget:embeds", embed.assistant_id)


def _answering() -> Any:
    return Embed.objects.answering().select_related("assistant__live_version")


def _place(embed_id: str) -> pages.Place:
    return lambda name, run_id: reverse(f"widget:{name}", args=[embed_id, run_id])


def _reply(request: HttpRequest, sent: conversations.Sent, body: dict[str, Any]) -> HttpResponseBase:
    return reply_stream(sent.run, body) if wants_stream(request) else JsonResponse(body, status=201)


def _sent_body(embed_id: str, sent: conversations.Sent) -> dict[str, Any]:
    run = pages.run_view(sent.run, _place(embed_id))
    return {"message": sent.message.pk, "answer": sent.answer.pk, "run": run.id} | run.links
