"""A customs file gives its rows, or says in one line why it does not."""

import gzip
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.customs_file import CustomsFile, CustomsFileError, Reason, Row, UnreadableRow
from console.customs_file.lines import MAX_LINE_BYTES, Line
from console.customs_file.reader import read_rows
from console.customs_file.rows import COLUMNS, Header

HEADER = ",".join(["Import Use", *COLUMNS.values()])
FIELDS = "21,{},2020-01-01,30,10,QLRUBN9,,570110,BE,108.0,372254.4"


def lines(count: int) -> str:
    return "".join(f"{FIELDS.format(number)}\n" for number in range(count))


def write(tmp_path: Path, content: bytes | str) -> Path:
    path = tmp_path / "declarations.csv"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def ids(path: Path) -> list[str]:
    return [row.declaration_id for row in read_rows(path)]


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"], ids=["no mark", "byte order mark"])
@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_plain_and_gzip_files_give_their_rows(
    tmp_path: Path, mark: bytes, end: bytes, pack: type[bytes]
) -> None:
    content = mark + f"{HEADER}\n{lines(2)}".encode().replace(b"\n", end)

    rows = list(read_rows(write(tmp_path, pack(content))))

    assert [row.line for row in rows] == [2, 3]
    assert rows[0] == Row(
        line=2,
        raw=FIELDS.format(0),
        declaration_id="0",
        accepted_on="2020-01-01",
        office="30",
        transport_mode="10",
        exporter_id="QLRUBN9",
        buyer_id="",
        hs_code="570110",
        partner="BE",
        net_mass_kg="108.0",
        price="372254.4",
    )


def test_blank_lines_are_no_rows_and_the_last_line_needs_no_end(tmp_path: Path) -> None:
    content = f"{HEADER}\n\n{FIELDS.format('a')}\n \t\n{FIELDS.format('b')}"

    assert [row.line for row in read_rows(write(tmp_path, content))] == [3, 5]


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ("", "the file is empty"),
        (gzip.compress(b""), "the file is empty"),
        (HEADER.replace("Net Mass,", ""), "no column 'Net Mass' in the header"),
        (HEADER.replace(",", ";"), r"columns are separated by commas"),
        (HEADER + ",HS6 Code", "column 'HS6 Code' stands twice"),
        ("البلد,".encode("windows-1256") + HEADER.encode(), "the header is not UTF-8"),
        (HEADER.encode("utf-16"), "not a CSV file"),
        (b"PK\3\4\0\0", "not a CSV file"),
        ('"' + HEADER, "not a CSV file"),
        ("x" * (MAX_LINE_BYTES + 1), "not a CSV file"),
    ],
    ids=lambda value: "" if isinstance(value, bytes) else value[-40:],
)
def test_a_file_that_is_no_customs_file_says_why_in_one_line(
    tmp_path: Path, content: bytes | str, problem: str
) -> None:
    path = write(tmp_path, content)

    with pytest.raises(CustomsFileError, match=problem) as raised:
        CustomsFile(path)

    assert str(raised.value).startswith(f"{path}: ")
    assert "\n" not in str(raised.value)


def test_a_missing_file_and_a_folder_say_so(tmp_path: Path) -> None:
    with pytest.raises(CustomsFileError, match="no such file"):
        CustomsFile(tmp_path / "none.csv")
    with pytest.raises(CustomsFileError, match="is not a regular file"):
        CustomsFile(tmp_path)


@pytest.mark.parametrize("lost", [1, 8, 200])
def test_a_cut_gzip_gives_the_whole_rows_and_then_says_where_it_is_cut(
    tmp_path: Path, lost: int
) -> None:
    # given
    whole = ids(write(tmp_path, f"{HEADER}\n{lines(2000)}"))
    cut = write(tmp_path, gzip.compress(f"{HEADER}\n{lines(2000)}".encode())[:-lost])
    delivered: list[str] = []

    # when
    with pytest.raises(CustomsFileError) as raised, CustomsFile(cut) as file:
        delivered.extend(row.declaration_id for row in file)

    # then
    assert delivered == whole[: len(delivered)]
    assert f"cut short after line {len(delivered) + 1} " in str(raised.value)
    assert len(delivered) == 2000 if lost <= 8 else 0 < len(delivered) < 2000


def test_a_damaged_gzip_says_so(tmp_path: Path) -> None:
    packed = bytearray(gzip.compress(f"{HEADER}\n{lines(10)}".encode()))
    packed[-6] ^= 0xFF

    with pytest.raises(CustomsFileError, match="damaged"):
        ids(write(tmp_path, bytes(packed)))


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"21,bad,2020-01-01", Reason.TOO_FEW_FIELDS),
        (FIELDS.format("bad").encode() + b",1", Reason.TOO_MANY_FIELDS),
        (FIELDS.format("bad").encode() + b"\xc7\xe1", Reason.NOT_UTF8),
        (FIELDS.format("bad").encode() + b"\0", Reason.NUL_BYTE),
        (FIELDS.format("bad").encode() + b'\r"', Reason.MALFORMED_CSV),
        (b'21,bad,"x"y', Reason.MALFORMED_CSV),
        (b"21,bad," + b"x" * 100_000, Reason.LINE_TOO_LONG),
    ],
)
def test_an_unreadable_line_costs_itself_alone(tmp_path: Path, line: bytes, reason: Reason) -> None:
    content = f"{HEADER}\n{lines(1)}".encode() + line + b"\n" + lines(1).encode()

    before, bad, after = read_rows(write(tmp_path, content))

    assert isinstance(before, Row)
    assert isinstance(after, Row)
    assert isinstance(bad, UnreadableRow)
    assert (bad.line, bad.reason, bad.declaration_id) == (3, reason, "bad")
    assert bad.raw.startswith("21,bad,")
    assert len(bad.raw) <= MAX_LINE_BYTES


@pytest.mark.parametrize("excess", [0, 1, 2, 3])
def test_the_limit_of_a_line_is_exact(tmp_path: Path, excess: int) -> None:
    long = FIELDS.format("x").encode()
    long += b" " * (MAX_LINE_BYTES + excess - len(long))

    row, after = read_rows(write(tmp_path, HEADER.encode() + b"\n" + long + b"\r\n" + b"1,2\n"))

    assert isinstance(row, UnreadableRow) == bool(excess)
    assert after.line == 3


def test_a_field_quoted_over_two_lines_is_two_unreadable_rows(tmp_path: Path) -> None:
    content = f"{HEADER}\n" + FIELDS.format('"a\nb"') + f"\n{lines(1)}"

    rows = list(read_rows(write(tmp_path, content)))

    assert [type(row) for row in rows] == [UnreadableRow, UnreadableRow, Row]


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_progress_ends_at_the_size_of_the_file(tmp_path: Path, pack: type[bytes]) -> None:
    path = write(tmp_path, pack(f"{HEADER}\n{lines(500)}".encode()))

    with CustomsFile(path) as file:
        progress = [file.bytes_read for _ in file]

        assert progress == sorted(progress)
        assert file.bytes_read == file.bytes_total == path.stat().st_size


@given(st.binary(max_size=200).filter(lambda content: b"\n" not in content))
def test_any_bytes_are_a_row_or_an_unreadable_row(content: bytes) -> None:
    header = Header(list(COLUMNS.values()))

    row = header.read(Line(7, content, is_cut=False))

    assert row.line == 7
