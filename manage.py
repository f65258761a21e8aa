#!/usr/bin/env python
"""Django's command line. Outside the virtual environment it starts itself again inside `.venv`."""

import importlib.util
import os
import sys
from pathlib import Path


def main() -> None:
    """Run a management command."""
    python = Path(__file__).resolve().parent / ".venv" / "bin" / "python"
    if importlib.util.find_spec("django") is None and python.exists():
        os.execv(python, [str(python), *sys.argv])  # noqa: S606 (our own interpreter)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    from django.core.management import execute_from_command_line  # noqa: PLC0415 (Django may be missing above)

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
