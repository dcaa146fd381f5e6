"""Notes on valid SPARQL with misleading results.

In these cases an engine drops or mixes values without an error. Each kind is detected in
the text of the query. Where it depends on the data, a small query confirms it. The answer
itself is never changed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from typing import Final

from ..core.terms import XSD, Literal, Term, shorten
from ..sparql.structure import GroupPattern, Select, Structure
from ..store.interface import Row
from ..store.remote_inventory import INVENTORY

#: Runs a SELECT on the same data; returns no rows if it fails.
Ask = Callable[[str], Sequence[Row]]

_EQUAL: Final = ("=", "!=")
_ORDERED: Final = ("<", ">", "<=", ">=")
_AGGREGATES: Final = frozenset(("COUNT", "SUM", "AVG", "MIN", "MAX", "SAMPLE", "GROUP_CONCAT"))
_TEXT_TESTS: Final = frozenset(("STRSTARTS", "STRENDS", "CONTAINS", "SAMETERM", "REGEX"))
_STRING: Final = f"<{XSD}string>"
_LANG_STRING: Final = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#langString>"
_PROBE: Final = "?allusionProbe"
_KIND: Final = "?allusionKind"
#: SPARQL expression for the kind of a value: its datatype, 'IRIs' or 'blank nodes'.
_KIND_OF: Final = (
    f"IF(isIRI({_PROBE}), 'IRIs', IF(isBlank({_PROBE}), 'blank nodes', STR(DATATYPE({_PROBE}))))"
)
_NUMBER_OR_KIND: Final = f"IF(isNumeric({_PROBE}), 'numbers', {_KIND_OF})"
#: A query without a match needs no further analysis.
_TRIGGER: Final = re.compile(
    r"\bLANG\b|\bHAVING\b|\bGROUP_CONCAT\b|\b(?:SUM|AVG|MIN|MAX)\b|\bAS\b|[\"']|[<>]=?\s*[?$\"'(\w-]",
    re.IGNORECASE,
)


def pitfalls(sparql: str, ask: Ask) -> list[str]:
    """Return one sentence for each misleading part of a query.

    Args:
        sparql: A query that the engine has accepted.
        ask: Runs a SELECT on the same data.
    """
    if not _TRIGGER.search(sparql):
        return []
    query = Structure(sparql)
    if any(token.word == "SERVICE" for token in query.tokens):
        ask = _no_probe  # do not access the other server again
    found = [
        *_tag_case_notes(query),
        *_untagged_text_notes(query, ask),
        *_group_concat_notes(query, ask),
        *_hidden_aliases(query),
        *_range_notes(query, ask),
        *_aggregate_notes(query, ask),
    ]
    return list(dict.fromkeys(found))


def endpoint_pitfalls(sparql: str, ask: Ask) -> list[str]:
    """Return one sentence for each part of a query that an endpoint may answer differently.

    Args:
        sparql: A query that the endpoint has accepted.
        ask: Runs a SELECT on the same data.
    """
    words = [(token.word, after) for token, after in pairwise(Structure(sparql).tokens)]
    clauses = [after.word for word, after in words if word == "FROM"]
    found = []
    if len(clauses) - clauses.count("NAMED") > 1:
        found.append(
            "the query has several FROM clauses, and not every engine makes the merge of these "
            "graphs: a statement of two of them may count twice; the local store counts it once"
        )
    variables = [
        after.text for word, after in words if word == "GRAPH" and after.kind == "variable"
    ]
    record = f"<{INVENTORY}>"
    if variables and not clauses and ask(f"SELECT ?s {{ GRAPH {record} {{ ?s ?p ?o }} }} LIMIT 1"):
        found.append(
            f"GRAPH {variables[0]} also finds {record}, the record of allusion push; to leave it "
            f"out, write FILTER({variables[0]} != {record})"
        )
    return found


def _no_probe(_: str) -> Sequence[Row]:
    return ()


def _tag_case_notes(query: Structure) -> Iterator[str]:
    """Find language tags with capitals that are compared as text.

    Engines store language tags in lower case.
    """
    for operand in _lang_operands(query):
        text = query.text(operand)
        for string in _compared_strings(query, operand):
            value = query.tokens[string].text
            bare = value.strip("\"'")
            if bare != bare.lower() and string == query.literal_end(string):
                yield (
                    f"{text} is compared with {value}, but the engine holds language tags in "
                    f'lower case; compare with "{bare.lower()}", or write '
                    f"LANGMATCHES({text}, TAG), which takes either"
                )


def _lang_operands(query: Structure) -> Iterator[range]:
    """Yield the token ranges of LANG(...) and of variables bound to it."""
    names = set()
    for index, token in enumerate(query.tokens):
        if token.word != "LANG" or index + 1 not in query.closes:
            continue
        start, end = index, query.closes[index + 1]
        if query.tokens[index - 2].word == "LCASE" and query.tokens[end + 1].text == ")":
            start, end = index - 2, end + 1
        elif query.tokens[index - 2].word == "UCASE":
            continue
        yield range(start, end + 1)
        if query.tokens[end + 1].word == "AS":
            names.add(query.tokens[end + 2].text[1:])
    for index, token in enumerate(query.tokens):
        if token.kind == "variable" and token.text[1:] in names:
            yield range(index, index + 1)


def _compared_strings(query: Structure, operand: range) -> Iterator[int]:
    """Yield the token indexes of the strings with which a value is compared."""
    tokens, before, after = query.tokens, operand.start - 1, operand.stop
    if tokens[after].text in _EQUAL:
        yield from _strings(query, query.operand_after(after))
    if tokens[before].text in _EQUAL:
        yield from _strings(query, query.operand_before(before))
    listed = after + 1 if tokens[after].word == "NOT" else after
    if tokens[listed].word == "IN":
        yield from _strings(query, range(listed + 2, query.closes[listed + 1]))
    test = tokens[before - 1].word
    if tokens[before].text == "(" and test in _TEXT_TESTS and tokens[after].text == ",":
        rest = range(after + 1, query.closes[before])
        flags = [i for i in rest if tokens[i].kind == "string"][1:]
        if test != "REGEX" or not any("i" in tokens[i].text for i in flags):
            yield from list(_strings(query, rest))[:1]
    if len(operand) == 1:
        yield from query.values_of(tokens[operand.start].text)


def _strings(query: Structure, span: range) -> Iterator[int]:
    """Yield the indexes of strings in a token range.

    For a variable, these are the strings in its VALUES block.
    """
    for index in span:
        if query.tokens[index].kind == "string":
            yield index
    if len(span) == 1 and query.tokens[span[0]].kind == "variable":
        yield from query.values_of(query.tokens[span[0]].text)


def _untagged_text_notes(query: Structure, ask: Ask) -> Iterator[str]:
    """Find literals that the data has only with another tag or datatype."""
    for index, token in enumerate(query.tokens):
        if token.kind != "string":
            continue
        literal = query.text(range(index, query.literal_end(index) + 1))
        if predicate := query.predicate_before(index):
            yield from _other_literal(query, predicate, literal, f"?s {predicate} {literal}", ask)
        elif variable := _variable_beside(query, index):
            for predicate in query.predicates_of(variable):
                same = f"?s {predicate} {_PROBE} FILTER({_PROBE} = {literal})"
                yield from _other_literal(query, predicate, literal, same, ask)


def _variable_beside(query: Structure, index: int) -> str:
    """Return the variable that a literal is compared with or bound to, or ""."""
    tokens, end = query.tokens, query.literal_end(index)
    if tokens[index - 1].text in _EQUAL and tokens[index - 2].kind == "variable":
        # Not part of an expression, as in LANG(?x) = "en" or ?a + ?b = "3".
        return tokens[index - 2].text if tokens[index - 3].text in ("(", "&&", "||", "!") else ""
    if tokens[end + 1].text in _EQUAL and tokens[end + 2].kind == "variable":
        return tokens[end + 2].text if tokens[end + 3].text in (")", "&&", "||") else ""
    if tokens[end + 1].word == "AS" and tokens[index - 1].text == "(":
        return tokens[end + 2].text
    brace = query.brace_of[index]
    for token in tokens:
        if token.kind == "variable" and index in query.values_of(token.text):
            return token.text
    opening = next(
        (
            i
            for i, close in query.closes.items()
            if i < index < close and i > brace and tokens[i - 1].word == "IN"
        ),
        None,
    )
    if opening is not None:
        before = opening - (3 if tokens[opening - 2].word == "NOT" else 2)
        return tokens[before].text if tokens[before].kind == "variable" else ""
    return ""


def _other_literal(
    query: Structure, predicate: str, literal: str, same: str, ask: Ask
) -> Iterator[str]:
    head = f"{query.prologue} SELECT DISTINCT"
    if ask(f"{head} (1 AS ?n) {{ {same} }} LIMIT 1"):
        return
    pattern = f"?s {predicate} {_PROBE} FILTER(isLiteral({_PROBE})"
    alike = ask(f"{head} {_PROBE} {{ {pattern} && STR({_PROBE}) = STR({literal})) }} LIMIT 4")
    if alike:
        known = " and ".join(sorted(_sparql_text(row[0]) for row in alike))
        yield (
            f"{predicate} has {known}, not {literal}, which are different values; write a "
            "value of the graph, or compare STR(...)"
        )
        return
    if "@" in literal.rpartition(literal[0])[2] or "^^" in literal.rpartition(literal[0])[2]:
        return
    tagged = ask(f'{head} (1 AS ?n) {{ {pattern} && LANG({_PROBE}) != "") }} LIMIT 1')
    plain = tagged and ask(
        f"{head} (1 AS ?n) {{ {pattern} && DATATYPE({_PROBE}) = {_STRING}) }} LIMIT 1"
    )
    if tagged and not plain:
        yield (
            f"{predicate} has only texts with a language tag, and {literal} has none; write its "
            f"tag, such as {literal}@en, or compare STR(...)"
        )


def _sparql_text(term: Term | None) -> str:
    """Return a literal in SPARQL syntax, with the prefixes of the project."""
    if not isinstance(term, Literal):
        return str(term)
    text = term.n3()
    return text.replace(f"<{term.datatype}>", shorten(term.datatype))


def _group_concat_notes(query: Structure, ask: Ask) -> Iterator[str]:
    """Find GROUP_CONCAT over values that are not strings."""
    bad = (
        f"FILTER(BOUND({_PROBE}) && !(isLiteral({_PROBE}) && "
        f"(DATATYPE({_PROBE}) = {_STRING} || DATATYPE({_PROBE}) = {_LANG_STRING})))"
    )
    for select, name, value in _find_aggregates(query):
        if name == "GROUP_CONCAT" and (kinds := _kinds_of_values(query, select, value, bad, ask)):
            yield (
                f"GROUP_CONCAT({value}) joins only texts and is empty if a value is of "
                f"another kind (here {kinds}); write GROUP_CONCAT(STR({value}))"
            )


def _aggregate_notes(query: Structure, ask: Ask) -> Iterator[str]:
    """Find SUM and AVG of non-numbers, and MIN and MAX of mixed types."""
    for select, name, value in _find_aggregates(query):
        if name in ("SUM", "AVG"):
            bad = f"FILTER(BOUND({_PROBE}) && !isNumeric({_PROBE}))"
            if kinds := _kinds_of_values(query, select, value, bad, ask):
                yield (
                    f"{name}({value}) is empty if a value is not a number (here {kinds}); "
                    f"leave those out: FILTER(isNumeric({value}))"
                )
        elif name in ("MIN", "MAX"):
            keys = select.sections.get("GROUP")
            group = query.standalone(
                select.group,
                {},
                f"BIND({value} AS {_PROBE}) BIND({_NUMBER_OR_KIND} AS {_KIND})",
            )
            rows = ask(
                f"{query.prologue} SELECT "
                f"(GROUP_CONCAT(DISTINCT {_KIND}; SEPARATOR=' ') AS ?kinds) {query.dataset} "
                f"{{ {group} }} {query.text(keys) if keys else ''} "
                f"HAVING(COUNT(DISTINCT {_KIND}) > 1) LIMIT 1"
            )
            if rows:
                kinds = " and ".join(sorted(map(shorten, str(rows[0][0]).split(" "))))
                yield (
                    f"{name}({value}) mixes {kinds}, which cannot be compared with each other; "
                    f"compare one kind, or texts: {name}(STR({value}))"
                )


def _kinds_of_values(query: Structure, select: Select, value: str, bad: str, ask: Ask) -> str:
    """Return the kinds of aggregated values for which a filter holds.

    Returns:
        The kinds, separated by commas, or "".
    """
    group = query.standalone(select.group, {}, f"BIND({value} AS {_PROBE}) {bad}")
    rows = ask(
        f"{query.prologue} SELECT DISTINCT ({_KIND_OF} AS {_KIND}) {query.dataset} {group} LIMIT 4"
    )
    return ", ".join(sorted(shorten(str(row[0])) for row in rows))


def _find_aggregates(query: Structure) -> Iterator[tuple[Select, str, str]]:
    """Yield each aggregate: its SELECT, its function, and its expression."""
    for index, token in enumerate(query.tokens):
        if token.word not in _AGGREGATES or index + 1 not in query.closes:
            continue
        select = _select_of(query, index)
        inside = range(index + 2, query.closes[index + 1])
        if inside and query.tokens[inside[0]].word == "DISTINCT":
            inside = inside[1:]
        end = next((i for i in inside if query.tokens[i].text == ";"), inside.stop)
        value = query.text(range(inside.start, end))
        if select and value and value != "*":
            yield select, token.word, value


def _select_of(query: Structure, index: int) -> Select | None:
    """Return the SELECT that contains a token in its head or its modifiers."""
    around = query.brace_of[index]
    found = [s for s in query.selects if query.brace_of[s.start] == around and s.start < index]
    return found[-1] if found else None


def _hidden_aliases(query: Structure) -> Iterator[str]:
    """Find SELECT aliases that HAVING or FILTER uses before they are defined."""
    for select in query.selects:
        aliases = {
            query.tokens[i + 1].text[1:]: _before(query, i)
            for i in select.head
            if query.tokens[i].word == "AS" and query.tokens[i + 1].kind == "variable"
        }
        keys = {query.tokens[i].text[1:] for i in select.sections.get("GROUP", range(0))}
        having = select.sections.get("HAVING", range(0))
        for name in _free_variables(query, having):
            if name in aliases and name not in keys:
                yield (
                    f"HAVING cannot use ?{name}, which SELECT defines later: the condition "
                    f"fails for every group; write HAVING({aliases[name]} ...)"
                )
            elif name not in keys:
                yield (
                    f"HAVING cannot use ?{name}, which is not in GROUP BY: the condition "
                    "fails for every group; use an aggregate, such as MAX"
                )
        for clause in query.filters(select.group):
            for index in clause:
                name = query.tokens[index].text[1:]
                if query.tokens[index].kind == "variable" and name in aliases:
                    yield (
                        f"FILTER cannot use ?{name}, which SELECT defines later: the condition "
                        f"fails for every row; write HAVING({aliases[name]} ...) after the group"
                    )


def _before(query: Structure, index: int) -> str:
    """Return the expression before AS."""
    opening = max(i for i, close in query.closes.items() if i < index < close)
    return query.text(range(opening + 1, index))


def _free_variables(query: Structure, span: range) -> list[str]:
    """Return the distinct variables in a token range that are in no aggregate."""
    inside = {
        place
        for index in span
        if query.tokens[index].word in _AGGREGATES and index + 1 in query.closes
        for place in range(index + 1, query.closes[index + 1])
    }
    found = [
        query.tokens[i].text[1:]
        for i in span
        if query.tokens[i].kind == "variable" and i not in inside
    ]
    return list(dict.fromkeys(found))


def _range_notes(query: Structure, ask: Ask) -> Iterator[str]:
    """Find comparisons with < or > that fail for values of another type."""
    for group in query.groups.values():
        clauses = list(query.filters(group))
        noted: set[str] = set()  # one note for both ends of a range
        for index in (index for clause in clauses for index in clause):
            here = query.brace_of[index] == group.start
            if here and query.tokens[index].text in _ORDERED:
                for variable, note in _range_note(query, group, clauses, index, ask):
                    if variable not in noted:
                        yield note
                    noted.add(variable)


def _range_note(
    query: Structure, group: GroupPattern, clauses: list[range], index: int, ask: Ask
) -> Iterator[tuple[str, str]]:
    left, right = query.operand_before(index), query.operand_after(index)
    names = {query.tokens[i].text for i in (*left, *right) if query.tokens[i].kind == "variable"}
    sides = [query.text(span) for span in (left, right)]
    # A variable predicate matches values of many types, so a note would not help.
    values = [side for side in sides if side in names and query.predicates_of(side)]
    if not values:
        return
    compared = f"{sides[0]} {query.tokens[index].text} {sides[1]}"
    bound = " && ".join(f"BOUND({name})" for name in sorted(names))
    more = f"BIND({values[0]} AS {_PROBE}) FILTER({bound} && COALESCE(STR({compared}), '') = '')"
    rows = ask(
        f"{query.prologue} SELECT DISTINCT ({_KIND_OF} AS {_KIND}) {query.dataset} "
        f"{query.standalone(group, _unordered_types(query, clauses, names), more)} LIMIT 4"
    )
    if rows:
        kinds = ", ".join(sorted(shorten(str(row[0])) for row in rows))
        yield (
            values[0],
            f"{compared} omits values of {values[0]} of other types (here {kinds}); "
            f"compare STR({values[0]}) with a text, or compare each type separately",
        )


def _unordered_types(query: Structure, clauses: list[range], names: set[str]) -> dict[range, str]:
    """Return replacements that remove comparisons of these variables from FILTERs."""
    changes: dict[range, str] = {}
    for clause in clauses:
        compared = {
            range(query.operand_before(i).start, query.operand_after(i).stop): "true"
            for i in clause
            if query.tokens[i].text in _ORDERED
            and any(
                query.tokens[k].text in names
                for k in (*query.operand_before(i), *query.operand_after(i))
            )
        }
        # In a negation or disjunction a part cannot become "true"; remove the whole condition.
        is_plain = not any(
            query.tokens[i].text in ("!", "||") or query.tokens[i].word == "IF" for i in clause
        )
        changes |= compared if is_plain or not compared else {clause: ""}
    return changes
