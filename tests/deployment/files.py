"""The files that a deployment is made of."""

import re
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[2]
DOCKERFILE = ROOT / "Dockerfile"
COMPOSE_FILE = ROOT / "docker-compose.yml"
COMPOSE: dict[str, Any] = yaml.safe_load(COMPOSE_FILE.read_text(encoding="utf-8"))
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
OURS = {name: service for name, service in SERVICES.items() if "build" in service}
"""Those that run the project's own image."""


def instructions() -> list[tuple[str, str]]:
    """The Dockerfile's instructions, each on one line: `("USER", "10001:10001")`."""
    text = re.sub(r"^#.*\n", "", DOCKERFILE.read_text(encoding="utf-8"), flags=re.MULTILINE)
    lines = re.sub(r"\s*\\\n\s*", " ", text).splitlines()
    return [(name, rest) for name, _, rest in (line.partition(" ") for line in lines if line)]


def last_stage() -> list[tuple[str, str]]:
    """The instructions of the image itself, without those of the stage that builds it."""
    found = instructions()
    start = max(number for number, (name, _) in enumerate(found) if name == "FROM")
    return found[start:]


def image_environment() -> dict[str, str]:
    """The variables that the image sets."""
    (variables,) = [rest for name, rest in last_stage() if name == "ENV"]
    return {name: value.strip('"') for name, value in re.findall(r"(\S+?)=(\S+)", variables)}


def mapped(entry: str) -> tuple[str, str]:
    """The outer and the inner end of a volume, `./deploy/x:/etc/x:ro`."""
    outer, inner, *_ = entry.split(":")
    return outer, inner
