"""Reading the environment. Every setting of Vitrine is an environment variable; `.env.example` explains each.

`NAME_FILE` may name a file that holds the value, as container secrets do. A `.env` file beside manage.py and the
`run.env` that `make run` writes into its data folder fill what the environment leaves unset.
"""

import os
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parent.parent


def data_dir() -> Path:
    """Where everything that must outlive the process is kept: `VITRINE_DATA`, else `.data` beside manage.py."""
    return Path(os.environ.get("VITRINE_DATA") or BASE_DIR / ".data").resolve()


def load_file(path: Path) -> None:
    """Take `NAME=value` lines from a file for variables that are not set yet; a missing file is fine."""
    if not path.is_file():
        return
    for line in path.read_text().splitlines():
        name, separator, value = line.strip().partition("=")
        if separator and not name.startswith("#"):
            os.environ.setdefault(name.strip(), value.strip().strip("\"'"))


def text(name: str, default: str | None = None) -> str:
    """The variable, or the content of the file that `NAME_FILE` names; without default an unset one is an error."""
    if path := os.environ.get(f"{name}_FILE"):
        return Path(path).read_text().strip()
    value = os.environ.get(name) or default
    if value is None:
        raise ImproperlyConfigured(f"{name} is not set. Start with `make run`, or see .env.example.")
    return value


def flag(name: str, default: bool = False) -> bool:
    """True for 1, true, yes, on."""
    return text(name, str(default)).lower() in {"1", "true", "yes", "on"}


def number(name: str, default: int) -> int:
    """A whole number; anything else is an error that names the variable."""
    value = text(name, str(default))
    try:
        return int(value)
    except ValueError:
        raise ImproperlyConfigured(f"{name} must be a whole number, not {value!r}.") from None


def words(name: str, default: str = "") -> list[str]:
    """A list separated by commas or spaces."""
    return text(name, default).replace(",", " ").split()
