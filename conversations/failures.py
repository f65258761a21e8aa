"""What a person reads when a run failed. Codes are stored, sentences are made at the door."""

from django.utils.translation import gettext as _


def sentence(code: str) -> str:
    """One sentence that says what happened and what to do, in the active language."""
    found = {
        "backend_unreachable": _("The model can't be reached right now. Nothing is lost: try again in a moment."),
        "key_refused": _("The model refused this site's key. An administrator has to mend it; your message is kept."),
        "rate_limited": _("The model is asked too much right now. Try again in a minute."),
        "context_too_long": _("This conversation has grown too long for the model. Start a new one to go on."),
        "content_refused": _("The model refused to answer this. Say it differently and try again."),
        "stream_cut": _("The model's answer broke off. What had arrived is kept; try again for a whole one."),
        "model_missing": _("This assistant's model is no longer offered. Its creator has to choose another."),
        "no_model": _("No model is set up on this site yet. An administrator has to add one."),
        "assistant_gone": _("This assistant is no longer available. The conversation stays readable."),
        "timeout": _("The answer took too long and was ended. Try again, or ask for less at once."),
        "lost": _("The answer was interrupted several times. Try again."),
    }
    return found.get(code) or _("Something went wrong on our side. Your message is kept: try again.")
