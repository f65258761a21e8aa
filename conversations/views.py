"""The site's door to conversations."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from assistants import categories, offers
from assistants.models import Assistant
from conversations import limits, pages, services, sse
from conversations.models import Conversation, Message, Run, Surface
from conversations.people import COOKIE, COOKIE_SECONDS, Person, person_of
from core.requests import posted_text, wants_json, wants_stream

View = Callable[..., HttpResponseBase]


def as_visitor(view: View) -> View:
    """Hand the view a person who can own a conversation: a guest without cookie gets one."""

    @wraps(view)
    def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        person = person_of(request)
        if person.is_known or not settings.GUESTS_ALLOWED:
            return view(request, person, *args, **kwargs)
        visitor = services.new_visitor()
        person = Person(visitor_id=visitor.pk, address_hash=person.address_hash, language=person.language)
        response = view(request, person, *args, **kwargs)
        response.set_signed_cookie(
            COOKIE,
            visitor.pk,
            salt=COOKIE,
            max_age=COOKIE_SECONDS,
            httponly=True,
            samesite="Lax",
            secure=settings.SESSION_COOKIE_SECURE,
        )
        return response

    return inner


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """My conversations."""
    return render(request, "conversations/index.html", {"history": pages.history_groups(person_of(request))})


@require_safe
@never_cache
def new(request: HttpRequest, slug: str) -> HttpResponse:
    """The chat page before anything is said."""
    assistant = get_object_or_404(open_assistants(request), slug=slug)
    start_url = reverse("conversations:start", args=[slug])
    return render(request, "conversations/chat.html", chat_context(request, assistant, None, start_url=start_url))


@require_POST
@as_visitor
def start(request: HttpRequest, person: Person, slug: str) -> HttpResponseBase:
    """Begin a conversation, with the first message when there is one."""
    assistant = get_object_or_404(open_assistants(request), slug=slug)
    return begin(request, person, assistant, Surface.STORE)


def begin(request: HttpRequest, person: Person, assistant: Assistant, surface: str) -> HttpResponseBase:
    """A conversation with its first message; to the empty chat page when no text came."""
    text = posted_text(request)
    if not text.strip() and not wants_json(request):
        return redirect("conversations:new", slug=assistant.slug)
    services.clean_text(text)
    limits.check(person)
    conversation = services.start_conversation(person=person, assistant=assistant, surface=surface)
    sent = services.send_message(person=person, conversation=conversation, text=text)
    places = {"url": conversation.get_absolute_url(), "conversation": conversation.pk}
    places["send"] = reverse("conversations:send", args=[conversation.pk])
    places["title"] = reverse("conversations:title", args=[conversation.pk])
    return reply(request, conversation, sent, places)


def reply(
    request: HttpRequest, conversation: Conversation, sent: services.Sent, places: dict[str, str] | None = None
) -> HttpResponseBase:
    """What a message that was accepted gets: the stream of its answer, JSON, or the page."""
    body = {**(places or {}), **sent_body(sent)}
    if wants_stream(request):
        return sse.reply_stream(sent.run, body)
    return JsonResponse(body, status=201) if wants_json(request) else redirect(conversation)


@require_safe
@never_cache
def chat(request: HttpRequest, pk: str) -> HttpResponse:
    """A conversation; one that isn't theirs doesn't exist for them."""
    person = person_of(request)
    mine = Conversation.objects.of(person).select_related("assistant__live_version", "assistant__owner")
    conversation = get_object_or_404(mine, pk=pk)
    return render(request, "conversations/chat.html", chat_context(request, conversation.answering, conversation))


@require_POST
def send(request: HttpRequest, pk: str) -> HttpResponseBase:
    """One more message."""
    person = person_of(request)
    conversation = get_object_or_404(Conversation.objects.of(person).to_talk(), pk=pk)
    sent = services.send_message(person=person, conversation=conversation, text=posted_text(request))
    return reply(request, conversation, sent)


@require_safe
@never_cache
def title(request: HttpRequest, pk: str) -> HttpResponse:
    """The conversation's title, and whether a better one may still come."""
    conversation = get_object_or_404(Conversation.objects.of(person_of(request)), pk=pk)
    services.ask_for_title(conversation)
    return JsonResponse({"title": conversation.title, "is_final": conversation.is_title_final})


@require_safe
def events(request: HttpRequest, pk: str) -> HttpResponseBase:
    """Follow a run from the last event seen (`Last-Event-ID`) to its end."""
    run = get_object_or_404(Run.objects.of(person_of(request)).select_related("answer"), pk=pk)
    return sse.event_stream(request, run)


@require_POST
def stop(request: HttpRequest, pk: str) -> HttpResponse:
    """Stop an answer."""
    run = get_object_or_404(Run.objects.of(person_of(request)).select_related("conversation"), pk=pk)
    services.stop(run=run)
    return JsonResponse({"state": run.state}) if wants_json(request) else redirect(run.conversation)


@require_POST
def retry(request: HttpRequest, pk: str) -> HttpResponseBase:
    """Ask for the same answer again."""
    person = person_of(request)
    run = get_object_or_404(Run.objects.of(person).select_related("conversation__assistant", "answer"), pk=pk)
    sent = services.retry(person=person, run=run)
    return reply(request, run.conversation, sent)


@require_safe
def source(request: HttpRequest, pk: str, number: int) -> HttpResponse:
    """The passage behind a numeral, in its place in the file."""
    mine = Conversation.objects.of(person_of(request))
    message = get_object_or_404(Message.objects.filter(conversation__in=mine), pk=pk)
    return render(request, "conversations/sources.html", pages.source_context(message, number))


@require_safe
@never_cache
def preview(request: HttpRequest, pk: str) -> HttpResponse:
    """The chat with the creator's own draft, shown in a frame beside the form."""
    assistant = get_object_or_404(Assistant.objects.editable_by(request.user), pk=pk)
    start_url = reverse("conversations:start_preview", args=[pk])
    context = chat_context(request, assistant, None, start_url=start_url)
    draft = assistant.draft_definition
    context |= {"is_preview": True, "definition": draft, "field": categories.field_of(draft.category), "history": []}
    response = render(request, "conversations/preview.html", context)
    response._csp_replace = {"frame-ancestors": ["'self'"]}  # type: ignore[attr-defined]
    return response


@require_POST
def start_preview(request: HttpRequest, pk: str) -> HttpResponseBase:
    """Begin a talk with the draft; it counts nowhere."""
    assistant = get_object_or_404(Assistant.objects.editable_by(request.user), pk=pk)
    return begin(request, person_of(request), assistant, Surface.PREVIEW)


def open_assistants(request: HttpRequest) -> Any:
    """Assistants that this request may talk to in the store."""
    return Assistant.objects.live().select_related("live_version", "owner")


def sent_body(sent: services.Sent) -> dict[str, Any]:
    """The JSON reply to a message that was accepted."""
    run = pages.run_view(sent.run)
    return {"message": sent.message.pk, "answer": sent.answer.pk, "run": run.id} | run.links


def chat_context(
    request: HttpRequest, assistant: Assistant | None, conversation: Conversation | None, start_url: str = ""
) -> dict[str, Any]:
    """All that the chat page shows."""
    person = person_of(request)
    definition = assistant.definition if assistant else None
    offer = offers.find(definition.model) if definition else None
    own, _near = limits.allowances(person)
    version = assistant.live_version if assistant else None
    return {
        "conversation": conversation,
        "assistant": assistant,
        "assistant_name": assistant.name if assistant else conversation.assistant_name if conversation else "",
        "definition": definition,
        "field": categories.field_of(definition.category) if definition else "",
        "creator_name": assistant.owner.display_name if assistant else "",
        "listing_url": reverse("store:listing", args=[assistant.slug]) if assistant and version else "",
        "version_number": version.number if version else None,
        "model_label": offer.shown_label if offer else "",
        "is_offline": bool(offer and offer.is_offline),
        "turns": pages.message_views(conversation) if conversation else [],
        "history": pages.history_groups(person, conversation.pk if conversation else ""),
        "quota": own,
        "start_url": start_url,
        "send_url": reverse("conversations:send", args=[conversation.pk]) if conversation else "",
        "title_url": reverse("conversations:title", args=[conversation.pk]) if conversation else "",
        "max_chars": settings.MESSAGE_MAX_CHARS,
        "language": get_language(),
    }
