"""``python -m console.monitoring [--check]``: write the dashboards, or say which are stale."""

import argparse
import sys

from rich.console import Console

from console.monitoring.files import FOLDER, dashboards, stale, write


def main(arguments: list[str] | None = None) -> int:
    """Returns 0 when all is as it should be, 1 when `--check` found a difference."""
    parser = argparse.ArgumentParser(prog="python -m console.monitoring", description=__doc__)
    parser.add_argument("--check", action="store_true", help="change nothing, fail when stale")
    check: bool = parser.parse_args(arguments).check
    expected = dashboards()
    found = stale(expected) if check else write(expected)
    for name in found:
        Console(soft_wrap=True).print(f"stale    {name}", highlight=False)
    if check and found:
        Console(stderr=True).print("Run: python -m console.monitoring")
        return 1
    Console().print(f"{len(expected)} dashboards in {FOLDER.name}/, {len(found)} changed")
    return 0


if __name__ == "__main__":
    sys.exit(main())
