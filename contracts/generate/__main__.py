"""``python -m contracts.generate [--check]``: write the generated files, or say what is stale."""

import argparse
import sys
from pathlib import Path

from rich.console import Console

from contracts.generate.artefacts import CONTRACTS, Difference, artefacts, differences, write
from contracts.generate.pages import DOCS, pages


def main(arguments: list[str] | None = None) -> int:
    """Returns 0 when all is as it should be, 1 when `--check` found a difference."""
    parser = argparse.ArgumentParser(prog="python -m contracts.generate", description=__doc__)
    parser.add_argument("--check", action="store_true", help="change nothing, fail when stale")
    check: bool = parser.parse_args(arguments).check
    files = changes = 0
    for root, expected in ((CONTRACTS, artefacts()), (DOCS, pages())):
        found = differences(expected, root) if check else write(expected, root)
        _show(root, found)
        files += len(expected)
        changes += len(found)
    if check and changes:
        Console(stderr=True).print("Run: python -m contracts.generate")
        return 1
    Console().print(f"{files} generated files, {changes} changed")
    return 0


def _show(root: Path, found: list[Difference]) -> None:
    console = Console(soft_wrap=True)
    for difference in found:
        console.print(f"{difference.kind:8} {root.name}/{difference.path}", highlight=False)


if __name__ == "__main__":
    sys.exit(main())
