"""Each rule reports a small house that breaks it, naming file, line and rule."""

import os
from pathlib import Path

import pytest

from tests.architecture.__main__ import breaches

LONG = "\n".join(f"    found = {number}" for number in range(61))
TANGLED = "\n".join(f"    if word == {number}:\n        return {number}" for number in range(10))
MIDDLING = "\n\n".join(f"def act_{n}() -> None:\n" + "    found = 1\n" * 9 for n in range(3))
UNEVEN = "\n".join(f"def act_{n}() -> None: ..." for n in range(4)) + "\ndef act() -> None:\n" + "    found = 1\n" * 30
NOISE = os.urandom(9_000).hex()

BROKEN = {
    "a floor above": ({"core/markdown.py": "\nfrom store import models\n"}, "core/markdown.py:2: floors"),
    "the other room": ({"store/views.py": "import widget.models\n"}, "store/views.py:1: floors"),
    "a stranger": ({"accounts/services.py": "from backends import base\n"}, "accounts/services.py:1: floors"),
    "the roof": ({"store/views.py": "from config.env import text\n"}, "store/views.py:1: floors"),
    "a floor above, relatively": ({"core/ids.py": "from ..store import models\n"}, "core/ids.py:1: floors"),
    "a floor above, inside a block": ({"core/a.py": "if 1:\n    import store.models\n"}, "core/a.py:2: floors"),
    "Django in a backend": ({"backends/base.py": "from django.db import models\n"}, "backends/base.py:1: plain"),
    "a layer above": ({"store/models.py": "from store import services\n"}, "store/models.py:1: layers"),
    "a task that calls a service": ({"store/tasks.py": "from store.services import a\n"}, "store/tasks.py:1: layers"),
    "a folder below its layer": (
        {"assistants/knowledge/index.py": "from assistants import tasks\n"},
        "assistants/knowledge/index.py:1: layers",
    ),
    "a kind of module that has no layer": ({"store/gadgets.py": ""}, "store/gadgets.py:1: layers"),
    "another app's views": (
        {"store/views.py": "from conversations.views import chat\n"},
        "store/views.py:1: public",
    ),
    "another app's inner module": (
        {"conversations/views.py": "from assistants.knowledge import index\n"},
        "conversations/views.py:1: public",
    ),
    "a private name": ({"store/views.py": "from store.services import _count\n"}, "store/views.py:1: private"),
    "a private attribute": (
        {"store/views.py": "from store import services\n\nservices._count()\n"},
        "store/views.py:3: private",
    ),
    "an import inside a function": (
        {"store/services.py": "def act() -> None:\n    from store import models\n"},
        "store/services.py:2: late",
    ),
    "a cycle": (
        {"core/ids.py": "from core import errors\n", "core/errors.py": "from core.ids import new\n"},
        "core/errors.py:1: cycles",
    ),
    "a name that says nothing": ({"store/utils.py": ""}, "store/utils.py:1: names"),
    "a folder that says nothing": ({"core/helpers/words.py": ""}, "core/helpers/words.py:1: names"),
    "another app's template": (
        {"store/views.py": 'PAGE = "widget/frame.html"\n'},
        "store/views.py:1: templates",
    ),
    "another app's part": (
        {"templates/store/home.html": '<p>\n{% include "widget/frame.html" %}'},
        "templates/store/home.html:2: templates",
    ),
    "a long function": ({"core/a.py": f"def act() -> None:\n{LONG}\n"}, "core/a.py:1: budget: act: 62 lines"),
    "a tangled function": (
        {"core/a.py": f"def act(word: str) -> int:\n{TANGLED}\n    return 0\n"},
        "core/a.py:1: budget: act: complexity 11",
    ),
    "a middling house": ({"core/a.py": MIDDLING}, ".:1: budget: median function of 10 lines"),
    "one long function in five": ({"core/a.py": UNEVEN}, ".:1: budget: one function in ten has over 31 lines"),
    "a long file": ({"store/models.py": "A = 1\n" * 401}, "store/models.py:401: budget"),
    "a long template": ({"templates/store/home.html": "<p>\n" * 151}, "templates/store/home.html:151: budget"),
    "a long script": ({"static/store/walk.js": "\n" * 201}, "static/store/walk.js:201: budget"),
    "a long loader": ({"static/widget/loader.js": "\n" * 121}, "static/widget/loader.js:121: budget"),
    "a heavy loader": ({"static/widget/loader.js": f"// {NOISE}"}, "static/widget/loader.js:1: weight"),
    "heavy styles": (
        {
            "static/base.css": f"/* {NOISE} */",
            "static/store/home.css": f"/* {NOISE[::-1]} */",
            "templates/base.html": "{% static 'base.css' %}{% block head %}{% endblock %}",
            "templates/store/home.html": (
                '{% extends "base.html" %}{% block head %}{% static "store/home.css" %}{% endblock %}'
            ),
        },
        "templates/store/home.html:1: weight",
    ),
    "an argument without type": (
        {"core/a.py": "def act(word) -> None: ...\n"},
        "core/a.py:1: typed: act: no type for word",
    ),
    "a return without type": ({"core/a.py": "def act(): ...\n"}, "core/a.py:1: typed: act: no type for its return"),
    "hardly a test": ({"core/a.py": "A = 1\n" * 99, "tests/core/test_a.py": "A = 1\n"}, "tests:1: ratio: 0.01"),
}


EMPTY = ["config/env.py", "store/models.py", "store/services.py", "assistants/tasks.py", "conversations/views.py"]


def build(root: Path, files: dict[str, str]) -> None:
    for name, content in {**dict.fromkeys(EMPTY, ""), **files}.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)


@pytest.mark.parametrize("broken", BROKEN)
def test_a_broken_rule_is_reported(broken: str, tmp_path: Path) -> None:
    files, expected = BROKEN[broken]
    build(tmp_path, files)
    found = [str(breach) for breach in breaches(tmp_path)]
    assert any(line.startswith(expected) for line in found), found


SOUND = {
    "core/ids.py": "",
    "accounts/models.py": "from core import ids\n",
    "assistants/services.py": "from accounts.models import User\nfrom assistants import tasks\n",
    "assistants/tasks.py": "from assistants.knowledge.index import act\n",
    "assistants/knowledge/index.py": "from assistants import models\nfrom .split import split\n",
    "assistants/knowledge/split.py": "",
    "assistants/models.py": "",
    "store/services.py": "",
    "store/views.py": 'from store import services\nPAGE = "store/home.html"\n',
    "store/apps.py": "def ready() -> None:\n    from store import services\n",
    "config/urls.py": "from store import views\n",
    "static/vendor/big.mjs": "\n" * 999,
    "static/base.css": f"/* {NOISE} */",
    "templates/base.html": "{% block site %}{% static 'base.css' %}{% endblock %}",
    "templates/store/home.html": (
        '{% extends "base.html" %}{% block site %}{% endblock %}{% include "components/card.html" %}'
    ),
}


def test_a_sound_house_has_no_breach(tmp_path: Path) -> None:
    build(tmp_path, SOUND)
    assert breaches(tmp_path) == []
