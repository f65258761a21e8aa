"""The Dockerfile and compose.yaml: what can be said of them without a container engine."""

import ast
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import yaml

from config.env import BASE_DIR

NEEDED = ("FROM", "USER", "HEALTHCHECK", "CMD")


def problems(root: Path = BASE_DIR) -> list[str]:
    """What is wrong with either file."""
    steps = list(_steps((root / "Dockerfile").read_text()))
    compose = yaml.safe_load((root / "compose.yaml").read_text())
    found = [*_dockerfile(steps, root)]
    return [f"Dockerfile: {problem}" for problem in found] + [
        f"compose.yaml: {problem}" for problem in _compose(compose)
    ]


def _steps(source: str) -> Iterator[tuple[str, str]]:
    """Each instruction with its words, lines that go on joined."""
    for line in source.replace("\\\n", " ").splitlines():
        word, _, rest = line.strip().partition(" ")
        if word and not word.startswith("#"):
            yield word, rest.strip()


def _dockerfile(steps: list[tuple[str, str]], root: Path) -> Iterator[str]:
    yield from (f"no {needed}" for needed in NEEDED if needed not in dict(steps))
    for word, rest in steps:
        if word == "FROM" and not _names_version(rest.split()[0]):
            yield f"FROM {rest} names no version"
        if word == "COPY":
            yield from (f"COPY of {source}, which is not there" for source in _lost(rest, root))
        if word in {"CMD", "ENTRYPOINT"} and not _is_list(rest):
            yield f"{word} is no list of words, so signals would go to a shell"


def _lost(copied: str, root: Path) -> list[str]:
    """Sources of a COPY that the project does not have; those of another stage are not looked for."""
    if copied.startswith("--from"):
        return []
    sources = [word for word in copied.split() if not word.startswith("--")][:-1]
    return [source for source in sources if not (root / source).exists()]


def _is_list(text: str) -> bool:
    try:
        return isinstance(ast.literal_eval(text), list)
    except (SyntaxError, ValueError):
        return False


def _names_version(image: str) -> bool:
    return ":" in image and not image.endswith(":latest")


def _compose(compose: dict[str, Any]) -> Iterator[str]:
    services = compose["services"]
    for name, service in services.items():
        image = service.get("image", "")
        if not image and "build" not in service:
            yield f"{name} has neither image nor build"
        if image and not _names_version(image):
            yield f"{name} names no version of {image}"
        yield from _unknown(name, "waits for", service.get("depends_on", []), services)
        yield from _unknown(name, "reads the secret", service.get("secrets", []), compose.get("secrets", {}))
        mounts = [volume.partition(":")[0] for volume in service.get("volumes", [])]
        named = [mount for mount in mounts if mount.isidentifier()]
        yield from _unknown(name, "mounts", named, compose.get("volumes", {}))


def _unknown(service: str, verb: str, named: Iterable[str], known: Iterable[str]) -> Iterator[str]:
    return (f"{service} {verb} {other}, which is not there" for other in named if other not in known)
