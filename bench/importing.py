"""How fast a customs file becomes figures, end to end."""

import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import httpx

from console.stack import RunningStack

OPTIONS = ("--scope", "all", "--currency", "KRW", "--rate", "0.0068", "--json")


def measure(stack: RunningStack, file: Path) -> None:
    """Import a file twice; print the summaries and rows a second until the figures show all."""
    started = time.perf_counter()
    first = _import(stack, file)
    commanded = time.perf_counter() - started
    while _shipments(stack) < first["accepted"]:
        time.sleep(0.01)
    visible = time.perf_counter() - started
    started = time.perf_counter()
    again = _import(stack, file)
    repeated = time.perf_counter() - started
    print(json.dumps(first))
    print(json.dumps(again))
    print(f"import until the last command is answered  {commanded:8.1f} s")
    print(f"import until the figures show all          {visible:8.1f} s")
    print(f"rows a second, end to end                  {first['read'] / visible:8.0f}")
    print(f"rows a second, all known already           {again['read'] / repeated:8.0f}")


def _import(stack: RunningStack, file: Path) -> dict[str, Any]:
    command = [sys.executable, "-m", "console", "import", "declarations", str(file), *OPTIONS]
    done = subprocess.run(
        [*command, "--data", str(stack.data)], stdout=subprocess.PIPE, check=True, text=True
    )
    summary: dict[str, Any] = json.loads(done.stdout)
    return summary


def _shipments(stack: RunningStack) -> int:
    url = f"{stack.services['export_metrics']}/v1/statistics"
    total = httpx.get(url, params={"by": "month"}, timeout=60).json()["total"]
    return int(total["shipments"])
