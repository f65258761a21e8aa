"""The web process: `uvicorn config.asgi:application`."""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup(set_prefix=False)

from backends import registry  # noqa: E402 (needs the settings)
from core.handler import Handler  # noqa: E402

# The first search by meaning must not pay for the model client's imports.
registry.warm_up()
application = Handler()
