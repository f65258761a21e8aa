"""Every icon that a template or a category names is in the sprite: a missing one would leave a hole."""

import json
import re

from django.conf import settings

ROOT = settings.BASE_DIR
SPRITE = set(re.findall(r'<symbol id="([^"]+)"', (ROOT / "static" / "icons.svg").read_text(encoding="utf-8")))


def test_icons_of_templates_are_in_the_sprite() -> None:
    pages = [path.read_text(encoding="utf-8") for path in (ROOT / "templates").rglob("*.html")]
    named = {name for page in pages for name in re.findall(r"{% icon [\"']([a-z0-9-]+)[\"']", page)}
    assert named - SPRITE == set()


def test_icons_of_categories_are_in_the_sprite() -> None:
    categories = json.loads((ROOT / "samples" / "categories.json").read_text(encoding="utf-8"))
    assert {category["icon"] for category in categories} - SPRITE == set()
