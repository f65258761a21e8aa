"""*What leaves this site* for a listing, generated from what the assistant uses."""

from urllib.parse import urlsplit

from django.utils.translation import gettext as _

from assistants.models import Offer
from core.net import is_private_host

Row = tuple[str, str, str]


def rows(chat: Offer | None, embedding: Offer | None) -> list[Row]:
    """(label, value, detail) rows: messages, domains, model. `embedding` when the assistant searches files."""
    chat_host, embedding_host = outside(chat), outside(embedding)
    hosts = dict.fromkeys(host for host in (chat_host, embedding_host) if host)
    return [
        *_messages(chat_host, embedding_host),
        (_("Domains"), ", ".join(hosts) or _("No domain"), _("It calls no tool")),
        (_("Model"), *_model(chat, chat_host)),
    ]


def outside(offer: Offer | None) -> str:
    """The host that a model is asked at, when it is not plainly one of our own."""
    host = (urlsplit(offer.base_url).hostname or "") if offer else ""
    return "" if is_private_host(host) else host


def _messages(chat_host: str, embedding_host: str) -> list[Row]:
    label = _("Your messages")
    if not (chat_host or embedding_host):
        return [(label, _("Stay on this server"), _("Nobody else reads them"))]
    answered = (label, _("Go to the model"), chat_host) if chat_host else (label, _("Are answered on this server"), "")
    if not embedding_host:
        return [answered]
    return [answered, (_("Your questions"), _("Also go to the model that searches the files"), embedding_host)]


def _model(chat: Offer | None, host: str) -> tuple[str, str]:
    if not chat:
        return _("None set up yet"), ""
    return chat.shown_label, _("Hosted by %(host)s") % {"host": host} if host else _("Hosted here")
