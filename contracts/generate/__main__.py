"""``python -m contracts.generate [--check]``: write the generated files, or say what is stale."""

import argparse
import sys

from rich.console import Console

from contracts.generate.artefacts import Difference, artefacts, differences, write


def main(arguments: list[str] | None = None) -> int:
    """Returns 0 when all is as it should be, 1 when `--check` found a difference."""
    parser = argparse.ArgumentParser(prog="python -m contracts.generate", description=__doc__)
    parser.add_argument("--check", action="store_true", help="change nothing, fail when stale")
    check: bool = parser.parse_args(arguments).check
    expected = artefacts()
    found = differences(expected) if check else write(expected)
    _show(found)
    if check and found:
        Console(stderr=True).print("Run: python -m contracts.generate")
        return 1
    Console().print(f"{len(expected)} generated files, {len(found)} changed")
    return 0


def _show(found: list[Difference]) -> None:
    console = Console(soft_wrap=True)
    for difference in found:
        console.print(f"{difference.kind:8} contracts/{difference.path}", highlight=False)


if __name__ == "__main__":
    sys.exit(main())
