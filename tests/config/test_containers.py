"""Mistakes in the Dockerfile and compose.yaml are told without a container engine."""

from pathlib import Path

import pytest

from config import containers

SOUND = """FROM python:3.13-slim
COPY app.py ./
USER app
HEALTHCHECK CMD true
CMD ["python", "app.py"]
"""
COMPOSE = """
services:
  web: {build: ., depends_on: [db], secrets: [key], volumes: ["data:/data", "./conf:/conf"]}
  db: {image: "postgres:18"}
secrets: {key: {file: key}}
volumes: {data: }
"""


def problems_of(root: Path, dockerfile: str = SOUND, compose: str = COMPOSE) -> list[str]:
    (root / "app.py").touch()
    (root / "Dockerfile").write_text(dockerfile)
    (root / "compose.yaml").write_text(compose)
    return containers.problems(root)


def test_sound_files_pass(tmp_path: Path) -> None:
    assert problems_of(tmp_path) == []


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("USER app\n", "", "no USER"),
        ("python:3.13-slim", "python", "names no version"),
        ("python:3.13-slim", "python:latest", "names no version"),
        ("COPY app.py", "COPY gone.py", "gone.py, which is not there"),
        ('CMD ["python", "app.py"]', "CMD python app.py", "no list of words"),
    ],
)
def test_a_mistake_in_the_dockerfile_is_told(old: str, new: str, said: str, tmp_path: Path) -> None:
    assert any(said in problem for problem in problems_of(tmp_path, dockerfile=SOUND.replace(old, new)))


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("postgres:18", "postgres", "db names no version"),
        ("build: ., ", "", "web has neither image nor build"),
        ("[db]", "[cache]", "web waits for cache"),
        ("[key]", "[password]", "web reads the secret password"),
        ("data:/data", "files:/data", "web mounts files"),
    ],
)
def test_a_mistake_in_compose_is_told(old: str, new: str, said: str, tmp_path: Path) -> None:
    assert any(said in problem for problem in problems_of(tmp_path, compose=COMPOSE.replace(old, new)))
