"""The builder's form: everything a draft holds, at any stage of being finished."""

from dataclasses import replace
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from assistants import categories
from assistants.definition import Capabilities, Definition, Starter
from assistants.forms.texts import PlainText, beginning, storable
from assistants.models import Offer
from assistants.services import LENGTHS, MAX_STARTERS, STARTER_TEXT_LENGTH, STARTER_TITLE_LENGTH

STARTER_ROWS = 4


class CreateForm(forms.Form):
    """The first word about a new assistant."""

    name = forms.CharField(
        label=_("Name"),
        max_length=LENGTHS["name"],
        help_text=_("Short and plain. You can change it until you publish, and after."),
        widget=forms.TextInput(attrs={"class": "input", "autofocus": True, "autocomplete": "off"}),
    )


class DraftForm(forms.Form):
    """A draft. Nothing is required: what publishing needs is asked when it is published."""

    name = forms.CharField(label=_("Name"), max_length=LENGTHS["name"], required=False, help_text=_("Short and plain."))
    promise = forms.CharField(
        label=_("Promise"),
        max_length=LENGTHS["promise"],
        required=False,
        help_text=_("One sentence: what it does for people. It stands on the card in the store."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    audience = PlainText(
        label=_("Who it is for"),
        max_length=LENGTHS["audience"],
        required=False,
        help_text=_("And what it is not for, if that helps people choose."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    category = forms.ChoiceField(label=_("Category"), required=False)
    language = forms.ChoiceField(label=_("Language it answers in"), choices=settings.LANGUAGES)
    instructions = PlainText(
        label=_("Instructions"),
        max_length=LENGTHS["instructions"],
        required=False,
        strip=False,
        help_text=_(
            "Tell it who it is, what it does step by step, what it must not do, and how long answers should be."
        ),
        widget=forms.Textarea(attrs={"rows": 12}),
    )
    opening = PlainText(
        label=_("Opening"),
        max_length=LENGTHS["opening"],
        required=False,
        help_text=_("What people read before they write."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    model = forms.ChoiceField(label=_("Model"), required=False)
    uses_knowledge = forms.BooleanField(label=_("Search the files before answering"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.starters_kept: tuple[Starter, ...] = ()
        self._offer("category", _("Choose a category"), [(shelf.slug, shelf.label) for shelf in categories.choices()])
        self._offer(
            "model", _("This site's default"), [(offer.name, offer.shown_label) for offer in Offer.objects.for_chat()]
        )
        for name, field in self.fields.items():
            field.widget.attrs |= {"form": "draft"}
            if name != "uses_knowledge":
                field.widget.attrs["class"] = "input"

    def _offer(self, name: str, nothing: Any, choices: Any) -> None:
        """What was chosen once stays chosen, also when it is no longer on offer."""
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        kept = storable(self.data.get(name) or self.initial.get(name, ""))
        extra = [] if kept in dict(choices) or not kept else [(kept[:120], kept[:120])]
        field.choices = [("", nothing), *choices, *extra]

    @classmethod
    def of(cls, definition: Definition) -> "DraftForm":
        """The form filled with a draft."""
        facts = {name: getattr(definition, name) for name in cls.base_fields if hasattr(definition, name)}
        form = cls(initial=facts | {"uses_knowledge": definition.capabilities.knowledge})
        form.starters_kept = definition.starters
        return form

    @property
    def starters(self) -> list[Starter]:
        """What was typed as starters: rows without text are dropped, a missing title is the text's beginning."""
        rows = zip(self._all("starter_title"), self._all("starter_text"), strict=False)
        typed = [Starter(title.strip(), text.strip()) for title, text in rows]
        titled = [Starter(row.title or beginning(row.text), row.text or row.title) for row in typed]
        return [
            Starter(row.title[:STARTER_TITLE_LENGTH], row.text[:STARTER_TEXT_LENGTH]) for row in titled if row.text
        ][:MAX_STARTERS]

    @property
    def starter_rows(self) -> list[Starter]:
        """The rows that the page shows: what was typed or kept, and empty ones to invite."""
        shown = tuple(self.starters) if self.is_bound else self.starters_kept
        return [*shown, *[Starter("", "")] * (STARTER_ROWS - len(shown))]

    def definition(self, kept: Definition) -> Definition:
        """The draft as typed, over what it `kept` and this form does not show; only for a valid form."""
        facts: dict[str, Any] = {name: value for name, value in self.cleaned_data.items() if name != "uses_knowledge"}
        facts["promise"] = " ".join(facts["promise"].split())  # one line on every card
        capabilities = Capabilities(knowledge=self.cleaned_data["uses_knowledge"])
        model = facts.pop("model")
        models = (model, *kept.models[1:]) if model else ()
        return replace(kept, **facts, models=models, starters=tuple(self.starters), capabilities=capabilities)

    def _all(self, name: str) -> list[str]:
        return [storable(text) for text in self.data.getlist(name)] if hasattr(self.data, "getlist") else []
