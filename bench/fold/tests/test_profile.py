"""A sample belongs to the innermost step that we name, whichever function of it was seen."""

import ast
import re
from pathlib import Path

from bench.fold.profile import REST, STEPS, sort_into_steps
from chassis import folding

FOLD = "Partition.fold (chassis/folding/running/partition.py:42)"
READ = f"{FOLD};InputReader.read (chassis/folding/reading/record.py:70)"


def methods() -> set[str]:
    """Those of the fold engine, as a stack names them."""
    trees = [ast.parse(path.read_text()) for path in Path(folding.__path__[0]).rglob("*.py")]
    return {
        f"{owner.name}.{method.name}"
        for tree in trees
        for owner in ast.walk(tree)
        if isinstance(owner, ast.ClassDef)
        for method in owner.body
        if isinstance(method, ast.FunctionDef | ast.AsyncFunctionDef)
    }


def test_what_a_step_is_known_by_stands_in_the_code() -> None:
    named = [part for _, parts in STEPS for part in parts if re.match(r"[A-Z]\w*\.", part)]

    unknown = [each for each in named if not any(m.startswith(each) for m in methods())]

    assert len(named) > len(STEPS) / 2
    assert unknown == []


def test_samples_are_summed_by_step() -> None:
    lines = [
        f"main;{READ};dict 3",
        f"main;{READ};read (services/export_metrics/reading/data.py:156);convert 5",
        f"main;{FOLD};Ledger.commit (chassis/folding/ledger/store.py:111) 2",
        f"main;{FOLD};Ledger.known (x.py:1);Aggregates.get (y.py:1) 9",
        "main;Publisher._send (x.py:1);Outputs.encode (y.py:1) 7",
        "main;Publisher._send (x.py:1);commit_transaction (z.py:1) 1",
        "main;select 4",
    ]
    assert sort_into_steps(lines) == {
        "read: headers and forms": 3,
        "read: decode the data": 5,
        "SQLite write": 2,
        "states: read and unpack": 9,
        "publish: encode": 7,
        "publish: client, transaction": 1,
        REST: 4,
    }
