"""A pytest plug-in that runs before Django reads its settings: real Postgres and Redis unless the environment has some.

Servers stay up between runs of a machine (a second run starts at once) and share nothing with `make run`.
"""

import atexit
import os
import secrets
from pathlib import Path

from core import translations
from core.embedded import postgres, redis

ROOT = Path(__file__).resolve().parent.parent


def start() -> None:
    """Fill the environment that config.settings reads."""
    data = Path(os.environ.get("VITRINE_DATA") or ROOT / ".data") / "test"
    os.environ["VITRINE_DATA"] = str(data)
    data.mkdir(parents=True, exist_ok=True)
    translations.compile_all([ROOT / "locale"])
    if not os.environ.get("DATABASE_URL"):
        server = postgres.start(data / "postgres")
        os.environ["DATABASE_URL"] = server.ensure_database("vitrine")
        atexit.register(server.stop)
    if not os.environ.get("REDIS_URL"):
        process, url = redis.start(data / "redis")
        os.environ["REDIS_URL"] = url
        atexit.register(process.kill)
    defaults = {
        "SECRET_KEY": secrets.token_urlsafe(32),
        "SITE_URL": "http://127.0.0.1:8000",
        "OPENAI_BASE_URL": "http://127.0.0.1:9/v1",
        "EMBEDDING_MODEL": "all-MiniLM-L6-v2",
        "CHAT_MODEL": "scripted",
        "LANGUAGE": "en",
        "WORKER_THREADS": "32",
        # Playwright's synchronous interface keeps an event loop in the thread that runs the tests.
        "DJANGO_ALLOW_ASYNC_UNSAFE": "true",
    }
    for name, value in defaults.items():
        os.environ.setdefault(name, value)


start()
