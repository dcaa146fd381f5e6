"""What Python's prompt shows of answers: little, and what one came for."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from wcwidth import wcswidth

from allusion.core.errors import ParameterError
from allusion.core.terms import Iri, Literal
from allusion.knowledge_graph import KnowledgeGraph
from allusion.query.results import Result, TripleResult
from allusion.query.text_table import ROWS, WIDTH

LOOKS: dict[str, Callable[[KnowledgeGraph], object]] = {
    "card": lambda kg: kg["Tomokazu Miura"],
    "the best connected card": lambda kg: kg["Chungking Express"],
    "entity": lambda kg: kg["Tomokazu Miura"].entity,
    "path": lambda kg: kg.path("Quentin Tarantino", "Yasunari Kawabata", all_shortest=True),
    "catalog": lambda kg: kg.queries,
    "query": lambda kg: kg.queries.get("cast"),
    "stats": lambda kg: kg.stats(),
    "table": lambda kg: kg.query("sources"),
    "rows": lambda kg: kg.query("who-refers-to", "Tomokazu Miura"),
    "triples": lambda kg: kg.sparql("DESCRIBE film:2046"),
}


@pytest.mark.parametrize("name", LOOKS)
def test_reprs_fit_on_a_screen(kg: KnowledgeGraph, name: str) -> None:
    shown = repr(LOOKS[name](kg))
    assert 0 < len(shown) < 2500
    assert len(shown.splitlines()) < 30


def test_a_repr_has_the_first_rows_and_the_number_of_others() -> None:
    rows = [(Iri(f"https://example.org/{n}"), Literal("重慶森林" * 30), None) for n in range(52)]
    lines = repr(Result(("film", "filmLabel", "year"), rows)).splitlines()
    assert lines[0].split() == ["film", "year"]
    assert lines[-1] == "... 42 more"
    assert len(lines) == ROWS + 2
    assert max(map(wcswidth, lines)) <= WIDTH


def test_a_table_reports_that_it_is_empty_or_truncated() -> None:
    assert repr(Result(("x",), [])) == "x\n(no rows)"
    assert repr(Result(("x",), [(None,)], "stopped at 1 row")).endswith("stopped at 1 row")


def test_the_repr_of_paths_has_sentences_and_that_of_a_card_counts_its_edges(
    kg: KnowledgeGraph,
) -> None:
    paths = kg.path("Momoe Yamaguchi", "film:manhattan")
    for hop in paths.paths[0].hops:
        assert hop.edge.sentence[:100] in repr(paths)
    card = kg["Tomokazu Miura"]
    assert f"{len(card.incoming)} in .incoming" in repr(card)
    assert "三浦友和" in str(card)


def test_a_repr_does_not_import_rich() -> None:
    code = (
        "import sys; from allusion.query.results import Result; from allusion.core.terms import Literal; "
        "repr(Result(('a',), [(Literal('b'),)])); sys.exit('rich' in sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60, env={"PYTHONPATH": "graph"},
                   cwd=Path(__file__).parents[2])  # fmt: skip


def test_answers_are_saved_in_the_format_of_the_ending(tmp_path: Path) -> None:
    rows = Result(("a",), [(Literal("山"),)])
    assert rows.save(tmp_path / "x.csv").read_text(encoding="utf-8") == "a\n山\n"
    triples = TripleResult([(Iri("urn:s"), Iri("urn:p"), Literal("o"))])
    assert "urn:s" in triples.save(str(tmp_path / "x.nt")).read_text(encoding="utf-8")
    with pytest.raises(ParameterError, match=r"\.csv, \.tsv, \.json"):
        rows.save(tmp_path / "x.ttl")
    with pytest.raises(ParameterError, match=r"\.ttl, \.nt"):
        triples.save(tmp_path / "x.csv")
    with pytest.raises(OSError, match="could not be written"):
        rows.save(tmp_path / "none/x.csv")


def test_parameters_are_taken_in_the_order_of_the_query(kg: KnowledgeGraph) -> None:
    both = kg.query("together", "Momoe Yamaguchi", "三浦友和")
    assert both == kg.query("together", one="Momoe Yamaguchi", other="三浦友和")
    assert kg.query("together", "Momoe Yamaguchi", other="三浦友和") == both
    assert kg.query_text("cast", "2046") == kg.query_text("cast", work="2046")
    with pytest.raises(ParameterError, match="cast takes work, and 2 values were given"):
        kg.query("cast", "2046", "Happy Together")
    with pytest.raises(ParameterError, match="the parameter work is given twice"):
        kg.query("cast", "2046", work="2046")
