"""The image, checked without building it: no container engine is needed."""

import json
import subprocess
import sys
import tomllib
from fnmatch import fnmatch
from pathlib import Path

import pytest

from tests.deployment.files import DOCKERFILE, ROOT, image_environment, instructions, last_stage

IGNORED = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
PACKAGES = ("contracts", "chassis", "services", "console")
UNUSED_IN_THE_IMAGE = {"tests", "generate", "java"}


def test_the_linter_has_nothing_to_say() -> None:
    hadolint = Path(sys.executable).with_name("hadolint")

    done = subprocess.run([hadolint, DOCKERFILE], capture_output=True, text=True, check=False)

    assert (done.returncode, done.stdout) == (0, "")


def test_both_stages_stand_on_one_pinned_python() -> None:
    bases = [rest.split()[0] for name, rest in instructions() if name == "FROM"]

    assert len({base.removesuffix("-slim") for base in bases}) == 1
    assert bases[0].startswith("python:3.11.")


def test_the_image_installs_what_is_pinned_by_hash_and_nothing_for_development() -> None:
    installs = [rest for name, rest in instructions() if name == "RUN" and "pip install" in rest]

    assert "--require-hashes --requirement requirements.txt" in installs[0]
    assert all("--no-deps ." in rest for rest in installs[1:])
    assert "requirements-dev" not in DOCKERFILE.read_text(encoding="utf-8")


def test_the_image_runs_as_a_user_of_its_own() -> None:
    (user,) = [rest for name, rest in last_stage() if name == "USER"]
    (making,) = [rest for name, rest in last_stage() if name == "RUN"]

    uid, gid = user.split(":")
    assert uid.isdigit()
    assert f"--gid {gid} zarbia" in making
    assert f"--uid {uid} " in making


def test_commands_take_no_shell() -> None:
    commands = {name: rest for name, rest in last_stage() if name in {"ENTRYPOINT", "HEALTHCHECK"}}

    assert json.loads(commands["ENTRYPOINT"]) == ["python", "-m"]
    check = json.loads(commands["HEALTHCHECK"].partition("CMD ")[2])
    assert f"127.0.0.1:{image_environment()['ZARBIA_HTTP_PORT']}/health/live" in check[-1]


def test_the_image_is_built_from_the_project_alone() -> None:
    taken = {line.removeprefix("!") for line in IGNORED if line.startswith("!")}

    assert "*" in IGNORED
    assert taken == {*PACKAGES, "pyproject.toml", "requirements.txt", "README.md", "LICENSE"}
    assert all((ROOT / name).exists() for name in taken)


@pytest.mark.parametrize("package", PACKAGES)
def test_a_package_takes_its_data_along(package: str) -> None:
    patterns: list[str] = PROJECT["tool"]["setuptools"]["package-data"]["*"]
    data = [
        path
        for path in (ROOT / package).rglob("*.*")
        if path.suffix not in {".py", ".pyc", ".c", ".so"}
        and not UNUSED_IN_THE_IMAGE & set(path.parts)
    ]

    assert [str(path) for path in data if not any(fnmatch(path.name, p) for p in patterns)] == []
