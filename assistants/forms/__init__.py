"""The creator's forms."""

from assistants.forms.ask import AskForm
from assistants.forms.draft import CreateForm, DraftForm

__all__ = ["AskForm", "CreateForm", "DraftForm"]
