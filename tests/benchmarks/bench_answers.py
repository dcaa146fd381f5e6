"""Answers: canned queries to JSON and to Python objects, beside direct calls of pyoxigraph.

Run ``python tests/benchmarks/bench_answers.py``. Both sides answer every canned query with its
defaults over the shipped graph, warm and in turns; the figure is the median of their CPU time.
To JSON, a direct call is ``query(...).serialize(format=JSON)``; ours is the same SPARQL JSON
(``kg.executor.run_json``) and the JSON of records (``kg.query(...).write("json")``), each from the name
of the query on. To objects, a direct call reads the value of every term of every row; ours makes
typed rows (``kg.query``) and dictionaries of Python values (``.records()``). Last the same for
answers of tens of thousands of rows. ``--slowest`` asks every canned query with the values that
the store offers for its parameters, and prints the ten that cost most; ``--store FOLDER`` does so
on a store that ``allusion load`` made.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable, Iterable
from typing import Final

import pyoxigraph as ox
from parameter_values import bindings

import allusion
from allusion.core.vocabulary import PREFIXES
from allusion.knowledge_graph import KnowledgeGraph
from allusion.query.bound_query import bind_terms
from allusion.query.results import Result

LARGE: Final = {
    "30,000 triples": "SELECT ?s ?p ?o WHERE { ?s ?p ?o } LIMIT 30000",
    "every label": "SELECT ?thing ?label WHERE { GRAPH ?g { ?thing rdfs:label ?label } }",
    "evidence": """SELECT ?connection ?kind ?from ?to ?said ?source WHERE {
  ?connection al:kind ?kind ; al:from ?from ; al:to ?to ; al:evidence ?evidence .
  ?evidence al:source ?source ; dcterms:description ?said }""",
}
Runs = dict[str, Callable[[], object]]


def compare(runs: Runs, *, enough_s: float = 0.15, least: int = 5) -> list[float]:
    """Median CPU seconds of each, taken in turns."""
    times: dict[str, list[float]] = {name: [] for name in runs}
    for run in runs.values():
        run()
    while len(times["direct"]) < least or sum(times["direct"]) < enough_s:
        for name, run in runs.items():
            began = time.process_time()
            run()
            times[name].append(time.process_time() - began)
    return [statistics.median(column) for column in times.values()]


def direct_answer(engine: ox.Store, text: str) -> ox.QuerySolutions:
    """The answer as the engine gives it."""
    found = engine.query(text, prefixes=PREFIXES)
    assert isinstance(found, ox.QuerySolutions)
    return found


def to_json(kg: KnowledgeGraph, engine: ox.Store, text: str, ask: Callable[[], Result]) -> Runs:
    """What is compared on the way to JSON."""
    return {
        "direct": lambda: direct_answer(engine, text).serialize(format=ox.QueryResultsFormat.JSON),
        "SPARQL JSON": lambda: kg.executor.run_json(text),
        "JSON of records": lambda: ask().write("json"),
    }


def to_objects(engine: ox.Store, text: str, ask: Callable[[], Result]) -> Runs:
    """What is compared on the way to Python objects."""

    def direct() -> list[list[str | None]]:
        return [
            [None if term is None else term.value for term in row]
            for row in direct_answer(engine, text)
        ]

    return {"direct": direct, "typed rows": ask, "records": lambda: ask().records()}


def show(title: str, names: Iterable[str], figures: dict[str, list[float]], most: float) -> None:
    """Ratios over all queries, and those queries where a ratio is above ``most``."""
    print(f"\n{title}: ratio to the direct call over {len(figures)} queries")
    print(f"{'median':>8}  {'all':>6}  {'worst':>6}  (at most {most})")
    for index, name in enumerate(list(names)[1:], 1):
        ratios = {query: row[index] / row[0] for query, row in figures.items()}
        whole = sum(row[index] for row in figures.values()) / sum(f[0] for f in figures.values())
        worst = max(ratios.values())
        print(f"{statistics.median(ratios.values()):8.2f}  {whole:6.2f}  {worst:6.2f}  {name}")
        for query, ratio in ratios.items():
            if ratio > most:
                base, ours = figures[query][0] * 1000, figures[query][index] * 1000
                print(f"{'':26}{query}: {ratio:.2f} ({base:.2f} ms, ours {ours:.2f} ms)")


def slowest(kg: KnowledgeGraph, most: int = 30, shown: int = 10) -> None:
    """Print the canned queries that cost most, each with its dearest parameters.

    Args:
        kg: The graph to ask.
        most: So many values of each parameter are tried.
        shown: So many queries are printed.
    """
    engine = kg.embedded.engine

    def seconds(text: str) -> tuple[float, int]:
        began = time.process_time()
        found = direct_answer(engine, text)
        rows = found.serialize(format=ox.QueryResultsFormat.CSV) or b""
        return time.process_time() - began, rows.count(b"\r\n") - 1

    scan, triples = min(seconds("SELECT * { ?s ?p ?o }") for _ in range(3))
    print(f"full scan: {scan * 1000:,.0f} ms for {triples:,} triples")
    dearest: list[tuple[float, int, str, str]] = []
    asked = 0
    for query in kg.queries.local:
        costs = []
        for binding in bindings(engine, query, most):
            asked += 1
            cost, rows = seconds(bind_terms(query, binding))
            values = ", ".join(f"{name}={term.n3()}" for name, term in binding.items())
            costs.append((cost, rows, query.name, values or "defaults"))
        dearest.append(max(costs))
    print(f"{asked:,} questions; the dearest {shown} queries:")
    print("| query | parameters | rows | ms | full scans |\n|---|---|---:|---:|---:|")
    for cost, rows, name, values in sorted(dearest, reverse=True)[:shown]:
        print(f"| {name} | {values} | {rows:,} | {cost * 1000:,.0f} | {cost / scan:.2f} |")


def main() -> None:
    """Print the tables that are asked for."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--slowest", action="store_true", help="only the dearest parameters")
    parser.add_argument("--store", default="disk", help="a folder that allusion load made")
    options = parser.parse_args()
    kg = allusion.open(store=options.store)
    if not options.slowest:
        answers(kg)
    slowest(kg)


def answers(kg: KnowledgeGraph) -> None:
    """Print how our answers compare with direct calls of the engine."""
    engine = kg.embedded.engine
    names = [name for name, query in kg.queries.queries.items() if not query.service_hosts]
    in_json: dict[str, list[float]] = {}
    in_python: dict[str, list[float]] = {}
    for name in names:
        text = kg.query_text(name)

        def ask(name: str = name) -> Result:
            return kg.query(name)

        def written(name: str = name) -> str:
            return kg.executor.run_json(kg.query_text(name))

        runs = to_json(kg, engine, text, ask) | {"SPARQL JSON": written}
        in_json[name] = compare(runs)
        in_python[name] = compare(to_objects(engine, text, ask))
    show("Canned queries to JSON", runs, in_json, 1.1)
    show("Canned queries to objects", to_objects(engine, "", ask), in_python, 1.5)
    print("\nLarge answers")
    print(f"{'rows':>7}  {'SPARQL JSON':>11}  {'JSON':>5}  {'rows':>5}  {'records':>7}")
    for title, text in LARGE.items():

        def ask_large(text: str = text) -> Result:
            found = kg.executor.answer(text)
            assert isinstance(found, Result)
            return found

        one = compare(to_json(kg, engine, text, ask_large))
        two = compare(to_objects(engine, text, ask_large))
        ratios = f"{one[1] / one[0]:11.2f}  {one[2] / one[0]:5.2f}"
        print(
            f"{len(ask_large()):7,}  {ratios}  {two[1] / two[0]:5.2f}  {two[2] / two[0]:7.2f}  {title}"
        )


if __name__ == "__main__":
    main()
