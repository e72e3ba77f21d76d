"""A sample belongs to the innermost step that we name, whichever function of it was seen."""

from bench.fold.profile import REST, sort_into_steps

FOLD = "Partition.fold (services/export_metrics/folding/partition.py:42)"
READ = f"{FOLD};InputReader.read (services/export_metrics/reading/record.py:70)"


def test_samples_are_summed_by_step() -> None:
    lines = [
        f"main;{READ};dict 3",
        f"main;{READ};decode (services/export_metrics/reading/data.py:199);convert 5",
        f"main;{FOLD};Ledger.commit (chassis.folding.ledger/store.py:111) 2",
        "main;Publisher._send (x.py:1);Outputs.encode (y.py:1) 7",
        "main;Publisher._send (x.py:1);commit_transaction (z.py:1) 1",
        "main;select 4",
    ]
    assert sort_into_steps(lines) == {
        "read: headers and forms": 3,
        "read: decode the data": 5,
        "SQLite write": 2,
        "publish: encode": 7,
        "publish: client, transaction": 1,
        REST: 4,
    }
