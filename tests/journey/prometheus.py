"""A real Prometheus for the tests: Debian's, from the PATH or unpacked into the cache."""

import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import yaml

from tests.journey.platform import wait_until

DEPLOYED = Path(__file__).resolve().parents[2] / "deploy" / "prometheus"
CACHE = Path.home() / ".cache" / "zarbia"
STOP_SECONDS = 10.0


class NoPrometheusError(Exception):
    """There is none, and none can be had. The message says why."""


def binaries(cache: Path = CACHE) -> Path:
    """The folder with `prometheus` and `promtool`.

    Raises: NoPrometheusError.
    """
    on_path = shutil.which("promtool")
    if on_path and shutil.which("prometheus"):
        return Path(on_path).parent
    unpacked = sorted(cache.glob("prometheus-*/usr/bin/promtool"))
    return (unpacked[-1] if unpacked else _unpacked(cache)).parent


def _unpacked(cache: Path) -> Path:
    """promtool in Debian's package, downloaded by apt and unpacked without installing it."""
    for tool in ("apt-get", "dpkg-deb"):
        if not shutil.which(tool):
            raise NoPrometheusError(f"neither prometheus nor {tool} is here")
    cache.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=cache) as staging:
        try:
            _run("apt-get", "download", "--quiet", "prometheus", cwd=Path(staging))
            (package,) = Path(staging).glob("prometheus_*.deb")
            _run("dpkg-deb", "--extract", str(package), f"{staging}/files")
        except subprocess.CalledProcessError as error:
            reason = error.stderr.strip().splitlines()[-1:] or [str(error)]
            raise NoPrometheusError(f"prometheus cannot be downloaded: {reason[0]}") from error
        folder = cache / f"prometheus-{package.name.split('_')[1]}"
        (Path(staging) / "files").rename(folder)
    return folder / "usr" / "bin" / "promtool"


def _run(*command: str, cwd: Path | None = None) -> None:
    subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=True)


@dataclass(frozen=True)
class Prometheus:
    """The questions that tests ask of a running Prometheus at `url`."""

    url: str

    def get(self, path: str, **query: str) -> Any:
        """The `data` of an answer of its API; what it cannot parse fails with its words."""
        response = httpx.get(f"{self.url}/api/v1/{path}", params=query)
        assert response.is_success, f"{query}: {response.text}"
        return response.json()["data"]

    def series(self, expr: str) -> list[tuple[dict[str, str], float]]:
        """The labels and values that an expression has now."""
        found = self.get("query", query=expr)["result"]
        return [(series["metric"], float(series["value"][1])) for series in found]

    def value(self, expr: str) -> float | None:
        """The only value that an expression has now; None when there is none."""
        found = self.series(expr)
        assert len(found) <= 1, found
        return found[0][1] if found else None


def configuration(targets: Mapping[str, str]) -> dict[str, Any]:
    """What is deployed, with the targets of a test (`host:port` by service) and no Alertmanager."""
    deployed: dict[str, Any] = yaml.safe_load((DEPLOYED / "prometheus.yml").read_text("utf-8"))
    (job,) = deployed["scrape_configs"]
    return {
        "global": {"scrape_interval": "1s", "evaluation_interval": "1s"},
        "rule_files": [str(DEPLOYED / name) for name in deployed["rule_files"]],
        "scrape_configs": [
            job | {"static_configs": [{"targets": [targets[name] for name in sorted(targets)]}]}
        ],
    }


@contextmanager
def running_prometheus(
    programs: Path, folder: Path, targets: Mapping[str, str]
) -> Iterator[Prometheus]:
    """A Prometheus on loopback that scrapes the targets inside the block."""
    config = folder / "prometheus.yml"
    config.write_text(yaml.safe_dump(configuration(targets)), encoding="utf-8")
    address = f"127.0.0.1:{_free_port()}"
    with (folder / "prometheus.log").open("wb") as log:
        process = subprocess.Popen(
            [
                programs / "prometheus",
                f"--config.file={config}",
                f"--storage.tsdb.path={folder / 'data'}",
                f"--web.listen-address={address}",
            ],
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    try:
        wait_until(lambda: _ready(process, address, folder / "prometheus.log"))
        yield Prometheus(f"http://{address}")
    finally:
        process.terminate()
        process.wait(STOP_SECONDS)


def _ready(process: subprocess.Popen[bytes], address: str, log: Path) -> bool:
    assert process.poll() is None, log.read_text("utf-8")
    try:
        return httpx.get(f"http://{address}/-/ready").is_success
    except httpx.TransportError:
        return False


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port
