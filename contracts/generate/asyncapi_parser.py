"""``python -m contracts.generate.asyncapi_parser [FILE]``: the official parser's verdict."""

import sys
from pathlib import Path

from rich.console import Console

from contracts.generate.artefacts import CONTRACTS
from contracts.generate.npm_package import installed, run_node

CHECK = Path(__file__).resolve().parent / "asyncapi_check"


def errors_of(document: Path) -> list[str]:
    """What the parser holds against an AsyncAPI document: nothing when it is valid.

    Raises: RuntimeError when the parser cannot be installed.
    """
    done = run_node(installed(CHECK) / "check.mjs", str(document))
    lines = done.stdout.splitlines()
    return lines if done.returncode == 0 or lines else [f"the parser failed: {done.stderr}"]


def main(arguments: list[str]) -> int:
    """Returns 0 when the document is valid, else 1 with each error on a line."""
    document = Path(arguments[0]) if arguments else CONTRACTS / "asyncapi.yaml"
    errors = errors_of(document)
    console = Console(soft_wrap=True, highlight=False, markup=False)
    for error in errors:
        console.print(error)
    console.print(f"{document.name}: {len(errors)} errors")
    return 1 if errors else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
