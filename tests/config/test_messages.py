"""Words are collected from code and templates, translations outlive it, and what is missing is named."""

from pathlib import Path

import pytest

from config import messages

PYTHON = """
from django.utils.translation import gettext_lazy as _, ngettext, pgettext

TITLE = _("A title")
TWO_LINES = _("One, "
              "two")
def act(n):
    return ngettext("%(n)s file", "%(n)s files", n), pgettext("a shop", "Store"), _(act)
"""
TEMPLATE = """{% translate "Open" %}
  <p title="{% translate 'Shut' %}">{{ name|default:_("Nobody") }}</p>
    {% blocktranslate count n=files|length trimmed %}
      {{ n }} page
    {% plural %}
      {{ n }} pages
    {% endblocktranslate %}
{% translate "New" context "section" %}
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    for name, content in {"store/views.py": PYTHON, "templates/store/home.html": TEMPLATE}.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(content)
    return tmp_path


def catalogue(project: Path) -> Path:
    return project / "locale/fr/LC_MESSAGES/django.po"


def translate(project: Path, **words: str) -> None:
    path = catalogue(project)
    text = path.read_text()
    for english, french in words.items():
        text = text.replace(f'msgid "{english}"\nmsgstr ""', f'msgid "{english}"\nmsgstr "{french}"')
    path.write_text(text)


def test_all_kinds_of_words_are_found(project: Path) -> None:
    found = [(one.words, one.context) for one in messages.find(project)]
    assert found == [
        ("A title", None),
        ("One, two", None),
        (("%(n)s file", "%(n)s files"), None),
        ("Store", "a shop"),
        ("Open", None),
        ("Shut", None),
        ("Nobody", None),
        (("%(n)s page", "%(n)s pages"), None),
        ("New", "section"),
    ]


def test_words_that_were_not_collected_are_named(project: Path) -> None:
    assert "fr: not collected (make messages): 'Open' in templates/store/home.html" in messages.problems(project)


def test_words_that_are_not_translated_are_named(project: Path) -> None:
    messages.collect(project)
    translate(project, Open="Ouvrir")
    found = messages.problems(project)
    assert "fr: not translated: 'Shut' in templates/store/home.html" in found
    assert not any("Open" in problem or problem.startswith("en") for problem in found)


def test_collecting_again_keeps_translations_and_changes_nothing(project: Path) -> None:
    messages.collect(project)
    translate(project, Open="Ouvrir")
    before = catalogue(project).read_text()
    messages.collect(project)
    assert catalogue(project).read_text() == before


def test_words_that_are_gone_are_named_then_dropped(project: Path) -> None:
    messages.collect(project)
    (project / "store/views.py").write_text("")
    assert "fr: no longer used (make messages): 'A title'" in messages.problems(project)
    messages.collect(project)
    assert "A title" not in catalogue(project).read_text()


def test_doubt_counts_as_missing(project: Path) -> None:
    messages.collect(project)
    path = catalogue(project)
    path.write_text(path.read_text().replace('msgid "Open"', '#, fuzzy\nmsgid "Open"'))
    assert "fr: in doubt (fuzzy): 'Open'" in messages.problems(project)


def test_a_lost_placeholder_is_named(project: Path) -> None:
    messages.collect(project)
    path = catalogue(project)
    words = path.read_text().replace('msgstr[0] ""', 'msgstr[0] "un fichier"').replace('msgstr[1] ""', 'msgstr[1] "x"')
    path.write_text(words)
    assert any("other placeholders" in problem for problem in messages.problems(project))
