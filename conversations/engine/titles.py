"""A conversation's title: the first question at once, a better one from the model when it can give it."""

import logging
import re

from django.db import connections

from assistants import offers
from backends.base import ChatRequest
from backends.base import Message as Turn
from backends.errors import BackendError
from conversations.models import Conversation, Message
from core.errors import AppError

logger = logging.getLogger(__name__)

MAX_CHARS = 60
ORDER = "Write a title of three to six words for the conversation that begins with this message, in its language. \
Give the title alone, without quotation marks or final punctuation."


def first_title(question: str) -> str:
    """The question's first line, cut at a word."""
    line = " ".join((question.strip().splitlines() or [""])[0].split())
    if len(line) <= MAX_CHARS:
        return line
    return line[: MAX_CHARS - 1].rsplit(" ", 1)[0].rstrip(" ,;:.") + "…"


def improve(conversation_id: str) -> None:
    """Ask the model once, after the first exchange; the person's own title is never touched."""
    untitled = Conversation.objects.filter(pk=conversation_id, is_title_final=False)
    conversation = untitled.select_related("assistant__live_version").first()
    if conversation is None or conversation.assistant is None:
        return
    question = conversation.messages.filter(role=Message.Role.PERSON).order_by("position").first()
    title = _ask(conversation, question.text) if question else ""
    fields = {"title": title[:120], "is_title_final": True} if title else {"is_title_final": True}
    untitled.update(**fields)


def _ask(conversation: Conversation, question: str) -> str:
    assert conversation.assistant
    try:
        offer = offers.choose(conversation.assistant.definition.model)
        if offer.is_offline:
            return ""  # it can only cut the question, which is the title already
        backend = offers.backend_for(offer)
        connections.close_all()  # none is held while the model talks
        turns = (Turn("system", ORDER), Turn("user", question[:2000]))
        reply = backend.complete(ChatRequest(offer.name, turns, max_tokens=40))
    except (BackendError, AppError) as error:
        logger.info("No title for %s: %s", conversation.pk, error)
        return ""
    lines = reply.text.strip().splitlines()
    return re.sub(r"^[\"'«»“”\s]+|[\"'«»“”\s.]+$", "", lines[0]) if lines else ""
