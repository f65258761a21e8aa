"""`make check`: style, types, templates, words, migrations, the rules of the house. One line each; fails at the end."""

import os
import subprocess
import sys
import time
from collections.abc import Callable

from config import containers, messages
from config.env import BASE_DIR

# What config.settings insists on; nothing here connects anywhere.
PLACEHOLDERS = {
    "SECRET_KEY": "check",
    "DATABASE_URL": "postgresql://nobody@127.0.0.1:9/none",
    "REDIS_URL": "redis://127.0.0.1:9/0",
    "DJANGO_SETTINGS_MODULE": "config.settings",
}

Step = Callable[[], list[str]]


def main() -> int:
    """Run every step and give the exit status."""
    for name, value in PLACEHOLDERS.items():
        os.environ.setdefault(name, value)
    failed = [name for name, step in STEPS.items() if not _passes(name, step)]
    print(f"{len(STEPS) - len(failed)} of {len(STEPS)} checks passed", flush=True)  # noqa: T201 (a command line)
    return 1 if failed else 0


def _passes(name: str, step: Step) -> bool:
    begun = time.monotonic()
    problems = step()
    mark = "FAIL" if problems else "ok"
    print(f"{mark:<5}{name:<22}{time.monotonic() - begun:6.1f} s", flush=True)  # noqa: T201
    for line in problems:
        print(f"     {line}", flush=True)  # noqa: T201
    return not problems


def command(*words: str) -> Step:
    """A step that is a program: it fails with its exit status, and then shows what it said."""

    def step() -> list[str]:
        ended = subprocess.run(
            words, cwd=BASE_DIR, check=False, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )
        return ended.stdout.decode(errors="replace").splitlines() or ["failed silently"] if ended.returncode else []

    return step


def module(name: str, *words: str) -> Step:
    """A step that is one of the environment's own programs."""
    return command(sys.executable, "-m", name, *words)


def migrations() -> list[str]:
    """Changes of models that no migration carries. Compared without a database."""
    import django  # noqa: PLC0415 (settings are read here, after the placeholders are set)
    from django.apps import apps  # noqa: PLC0415
    from django.db.migrations.autodetector import MigrationAutodetector  # noqa: PLC0415
    from django.db.migrations.loader import MigrationLoader  # noqa: PLC0415
    from django.db.migrations.state import ProjectState  # noqa: PLC0415

    django.setup()
    loader = MigrationLoader(None)
    conflicts = [f"{app}: several leaves: {', '.join(names)}" for app, names in loader.detect_conflicts().items()]
    found = MigrationAutodetector(loader.project_state(), ProjectState.from_apps(apps)).changes(graph=loader.graph)
    return conflicts + [
        f"{app}: {operation.describe()}"
        for app, changes in found.items()
        for change in changes
        for operation in change.operations
    ]


STEPS: dict[str, Step] = {
    "style": module("ruff", "check", "--quiet", "."),
    "format": module("ruff", "format", "--check", "--quiet", "."),
    "types": module("mypy", "."),
    "templates": module("djlint", "--lint", "--quiet", "templates"),
    "words": messages.problems,
    "migrations": migrations,
    "settings": command(sys.executable, "manage.py", "check", "--fail-level", "WARNING"),
    "rules of the house": module("tests.architecture"),
    "containers": containers.problems,
    "scripts": command("bash", "-n", ".ci/run"),
}

if __name__ == "__main__":
    sys.exit(main())
