"""Tables of somebody's own: every column stays as it is, five are added, and lines stream."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from allusion.core.errors import DataError, ParameterError
from allusion.core.labels import Name
from allusion.wikidata.linking import Candidate, Contributor, Features
from allusion.wikidata.linking.table import (
    ADDED_COLUMNS,
    ColumnMapping,
    extract_identifier,
    link_table,
)
from allusion.wikidata.model.properties import IDENTIFIERS


class Shelf:
    """A source with two films on it, which counts what it was asked."""

    name = "a shelf"

    def __init__(self) -> None:
        self.asked: list[Features] = []

    def candidates(self, wanted: Sequence[Features]) -> Iterator[list[Candidate]]:
        for clues in wanted:
            self.asked.append(clues)
            yield [
                Candidate(
                    item, (Name(label, "en"),), types=("Q11424",), years={"P577": (year,)},
                    makers={"P57": (Contributor("Q55431", ("Wong Kar-wai",)),)},
                    identifiers={"P345": ("tt0109424",)} if year == 1994 else {},
                )
                for item, label, year in (
                    ("Q766263", "Chungking Express", 1994), ("Q900000001", "=Formula", 1990),
                )
            ]  # fmt: skip


def table(folder: Path, text: str, name: str = "films.csv") -> Path:
    path = folder / name
    path.write_bytes(text.encode())
    return path


def linked(path: Path, columns: ColumnMapping | None = None) -> list[dict[str, str]]:
    columns = columns or ColumnMapping("title", "year")
    text = "".join(link_table(path, columns, [Shelf()]))
    return list(csv.DictReader(io.StringIO(text), delimiter="\t" if path.suffix == ".tsv" else ","))


def test_columns_stay_as_they_are_and_five_are_added(tmp_path: Path) -> None:
    path = table(tmp_path, 'note,title,year\n"a ""b"", c",Chungking Express,1994-07-14\n=1+1,No,\n')
    first, second = linked(path)
    assert list(first) == ["note", "title", "year", *ADDED_COLUMNS]
    assert (first["note"], first["year"], second["note"]) == ('a "b", c', "1994-07-14", "=1+1")
    assert first["wikidata_item"] == "Q766263"
    assert first["wikidata_decision"] == "accepted"
    assert first["wikidata_confidence"] == "0.99"
    assert first["wikidata_reasons"] == "same English title; year 1994 agrees; is a film"
    assert second["wikidata_item"] == ""
    assert second["wikidata_decision"] == "none"


def test_an_undecided_row_has_its_candidates_and_reasons(tmp_path: Path) -> None:
    path = table(tmp_path, "title,year\nChungking Express,\n")
    (row,) = linked(path)
    assert (row["wikidata_item"], row["wikidata_decision"]) == ("", "undecided")
    assert row["wikidata_reasons"].startswith("only its name supports it; ")
    assert row["wikidata_second"] == "Q766263 Chungking Express"


def test_directors_and_identifiers_of_other_columns_are_context(tmp_path: Path) -> None:
    text = 'title,by,imdb\nChungking Express,"Kar-wai Wong; Somebody",\n'
    columns = ColumnMapping("title", makers=(("P57", "by"),), identifiers=(("P345", "imdb"),))
    (row,) = linked(table(tmp_path, text), columns)
    assert "director Wong Kar-wai agrees" in row["wikidata_reasons"]
    text = "title,by,imdb\n重慶森林,,https://www.imdb.com/title/tt0109424/?ref_=nv_sr_1\n"
    (row,) = linked(table(tmp_path, text), columns)
    assert row["wikidata_item"] == "Q766263"
    text = "title,by,imdb\nChungking Express (1994 film),,\n"
    (row,) = linked(table(tmp_path, text), columns)
    assert row["wikidata_item"] == "Q766263"


@pytest.mark.parametrize(
    ("prop", "cell", "expected"),
    [
        ("P345", "https://www.imdb.com/title/tt0109424/?ref_=nv_sr_1", "tt0109424"),
        ("P345", "https://www.imdb.com/title/tt0109424/fullcredits", "tt0109424"),
        ("P345", "https://www.imdb.com/de/title/tt0109424?ref_=tt9_tt1234567#cast", "tt0109424"),
        ("P345", " TT0109424\n", "tt0109424"),
        ("P345", "tt10872600", "tt10872600"),
        ("P345", "0109424", "tt0109424"),
        ("P345", "-", ""),
        ("P345", "https://www.imdb.com/", ""),
        ("P4947", "https://www.themoviedb.org/movie/11104-chungking-express?language=zh", "11104"),
        ("P4947", "https://www.themoviedb.org/movie/11104/cast", "11104"),
        ("P4947", "https://www.themoviedb.org/movie/11104#x", "11104"),
        ("P4947", "https://www.themoviedb.org/tv/1399-game", ""),
        ("P4947", "11104 ", "11104"),
        ("P4947", "", ""),
    ],
)
def test_an_identifier_is_found_in_an_address_as_browsers_copy_it(
    prop: str, cell: str, expected: str
) -> None:
    assert extract_identifier(cell, prop) == expected


def test_an_imdb_id_is_read_only_in_the_imdb_column() -> None:
    assert [extract_identifier("tt0000007", prop) or prop for prop in IDENTIFIERS] == [
        "tt0000007", "P4947",
    ]  # fmt: skip


def test_an_added_cell_is_not_a_formula(tmp_path: Path) -> None:
    class Odd(Shelf):
        def candidates(self, wanted: Sequence[Features]) -> Iterator[list[Candidate]]:
            for _ in wanted:
                yield [Candidate("Q1", (Name("=x", "en"),), identifiers={"P345": ("tt1",)})]

    path = table(tmp_path, "title,imdb\n=x,tt1\n")
    columns = ColumnMapping("title", identifiers=(("P345", "imdb"),))
    *_, line = link_table(path, columns, [Odd()])
    cells = next(csv.reader([line]))
    assert cells[0] == "=x"
    assert not any(cell.startswith(("=", "+", "-", "@")) for cell in cells[2:])


def test_tabs_a_byte_order_mark_and_short_rows_are_read(tmp_path: Path) -> None:
    path = table(tmp_path, "\ufefftitle\tyear\tnote\nChungking Express\t1994\n", "films.tsv")
    (row,) = linked(path)
    assert (row["wikidata_item"], row["note"]) == ("Q766263", "")


def test_the_ending_of_the_output_chooses_between_commas_and_tabs(tmp_path: Path) -> None:
    path = table(tmp_path, "title,year\nChungking Express,1994\n")
    columns, out = ColumnMapping("title", "year"), tmp_path / "x.tsv"
    _, line = link_table(path, columns, [Shelf()], output=out)
    assert line.startswith("Chungking Express\t1994\tQ766263\t")


def test_rows_are_read_as_they_are_needed(tmp_path: Path) -> None:
    rows = "Chungking Express,1994\n" * 1000
    shelf = Shelf()
    lines = link_table(
        table(tmp_path, f"title,year\n{rows}"), ColumnMapping("title", "year"), [shelf]
    )
    assert next(lines).startswith("title,year,wikidata_item,")
    assert not shelf.asked
    assert "Q766263" in next(lines)
    assert len(shelf.asked) <= 50
    assert sum(1 for _ in lines) == 999


@pytest.mark.parametrize(
    ("text", "columns", "error", "complaint"),
    [
        (
            "title,year\n",
            ColumnMapping("Title"),
            ParameterError,
            "no column 'Title'; it has: 'title', 'year'",
        ),
        ("", ColumnMapping("title"), ParameterError, "it needs a header"),
        ("title,wikidata_item\n", ColumnMapping("title"), ParameterError, "linked before"),
        ("title,title\n", ColumnMapping("title"), ParameterError, "the column 'title' twice"),
        ("title,year\na,1,2\n", ColumnMapping("title"), DataError, "films.csv:2: has 3 cells"),
        ('title\n"a', ColumnMapping("title"), DataError, "is not CSV"),
    ],
)
def test_an_error_in_a_table_is_named(
    tmp_path: Path, text: str, columns: ColumnMapping, error: type[Exception], complaint: str
) -> None:
    with pytest.raises(error, match=complaint):
        list(link_table(table(tmp_path, text), columns, [Shelf()]))


def test_a_table_that_is_not_utf_8_is_named(tmp_path: Path) -> None:
    path = tmp_path / "films.csv"
    path.write_bytes("title\nAmélie\n".encode("latin-1"))
    with pytest.raises(DataError, match=r"1 fault in the table\nfilms\.csv: is not UTF-8"):
        list(link_table(path, ColumnMapping("title"), [Shelf()]))
