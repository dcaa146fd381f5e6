"""Operations of a SPARQL update, one by one.

Source: SPARQL 1.1 Update, section 3, and https://www.w3.org/TR/sparql11-protocol/#update-operation

This reads tokens, not grammar: the engine parses each operation.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final, Literal

from ..core.errors import QueryError, QueryRefused
from .query_info import UPDATES
from .tokenizer import Token, line_of, tokens_of

#: What an operation does to the default graph besides what the engine does:
#: "data" only adds statements; "default" inserts into the default graph and may remove statements;
#: "copy" copies a graph to the default graph; "" has none of these.
Effect = Literal["data", "default", "copy", ""]
#: Maximum of operations in one update; INSERT DATA after INSERT DATA counts as the same.
MAX_OPERATIONS: Final = 1_000
_COPIES: Final = ("ADD", "COPY", "MOVE")
_MODIFIES: Final = ("WITH", "DELETE", "INSERT")
#: Graph that holds the merge of the USING graphs during one operation. GRAPH in WHERE cannot reach
#: it, because USING leaves only the graphs of USING NAMED.
_MERGED: Final = "<urn:x-allusion:using>"


@dataclass(frozen=True, slots=True)
class Operation:
    """An operation of an update.

    Attributes:
        text: The update with the other operations blanked, so that positions stay the same. Of
            an operation with several USING, only the lines stay the same.
        effect: What it does to the default graph.
    """

    text: str
    effect: Effect


def split_update(
    update: str, using: Sequence[str] = (), using_named: Sequence[str] = ()
) -> list[Operation]:
    """Split an update into its operations.

    Args:
        update: The update.
        using: Graphs whose merge is the default graph of each WHERE, if any is given.
        using_named: Named graphs of each WHERE, if any is given.

    Raises:
        QueryError: If an operation has no known keyword, or has USING or WITH besides the
            arguments.
        QueryRefused: If it is LOAD, or there are too many operations.

    >>> [one.effect for one in split_update("CLEAR ALL; INSERT DATA { <urn:a> <urn:b> 1 }")]
    ['', 'data']
    """
    dataset = "".join(
        [f"USING <{graph}> " for graph in using]
        + [f"USING NAMED <{graph}> " for graph in using_named]
    )
    prologues: list[range] = []
    found: list[tuple[Effect, list[range], list[Token]]] = []
    for tokens in _parts(update):
        body = _after_prologue(tokens)
        if body:
            prologues.append(range(tokens[0].place, tokens[body - 1].end))
        if body == len(tokens):
            continue
        tokens = tokens[body:]
        effect = _effect(tokens)
        span = range(tokens[0].place, tokens[-1].end)
        if effect == "data" and found and found[-1][0] == "data" and not body:
            # Between two INSERT DATA nothing reads the default graph. A prologue in between
            # could change the meaning of the first one.
            spans = found[-1][1]
            spans[-1] = range(spans[-1].start, span.stop)
        else:
            found.append((effect, [*prologues, span], tokens))
        if len(found) > MAX_OPERATIONS:
            raise QueryRefused(
                f"the update has more than {MAX_OPERATIONS:,} operations; send it in parts"
            )
    operations = []
    for effect, spans, tokens in found:
        text = _only(update, spans)
        if dataset and tokens[0].word in _MODIFIES and effect != "data":
            text = _with_using(text, tokens, dataset)
        text = _with_merged_graphs(text)
        operations.append(Operation(text, effect))
    return operations


def _parts(update: str) -> list[list[Token]]:
    """Split the tokens at the ";" outside of braces.

    Raises:
        QueryError: If there is nothing between two of them, or a brace has no partner.
    """
    parts: list[list[Token]] = [[]]
    depth = 0
    opened = 0
    for token in tokens_of(update):
        if token.text == "{" and depth == 0:
            opened = token.place
        depth += {"{": 1, "}": -1}.get(token.text, 0)
        if depth < 0:
            raise QueryError(f'line {line_of(update, token.place)}: "}}" closes nothing')
        if token.text == ";" and depth == 0:
            if not parts[-1]:
                line = line_of(update, token.place)
                raise QueryError(f'line {line}: an operation is missing before ";"')
            parts.append([])
        else:
            parts[-1].append(token)
    if depth:
        raise QueryError(f'line {line_of(update, opened)}: a "}}" is missing after this "{{"')
    return [part for part in parts if part]


def _after_prologue(tokens: Sequence[Token]) -> int:
    """Return the index of the first token after PREFIX and BASE."""
    place = 0
    while place < len(tokens) and tokens[place].word in ("PREFIX", "BASE"):
        while place < len(tokens) and tokens[place].kind != "iri":
            place += 1
        place += 1
    return min(place, len(tokens))


def _effect(tokens: Sequence[Token]) -> Effect:
    """Return the effect of an operation.

    Raises:
        QueryError: If its keyword is unknown.
        QueryRefused: If it is LOAD.
    """
    verb = tokens[0].word
    if verb == "LOAD":
        raise QueryRefused("LOAD would read a file or another server; send the triples instead")
    if verb not in UPDATES:
        raise QueryError(
            f"{tokens[0].text!r} does not begin an operation of SPARQL Update; "
            f"allowed: {', '.join(sorted(UPDATES - {'LOAD'}))}"
        )
    if verb == "INSERT" and len(tokens) > 1 and tokens[1].word == "DATA":
        return "data"
    if verb in _COPIES and tokens[-1].word == "DEFAULT":
        return "copy"
    if verb in _MODIFIES and verb != "WITH" and _inserts_into_default(tokens):
        return "default"
    return ""


def _inserts_into_default(tokens: Sequence[Token]) -> bool:
    """Return whether the template of INSERT has triples outside of GRAPH."""
    depth, is_insert, after_graph = 0, False, False
    for token in tokens:
        if token.text == "}":
            depth -= 1
            is_insert = is_insert and depth > 0
        elif token.text == "{":
            depth += 1
            after_graph = False
        elif depth == 0:
            is_insert = token.word == "INSERT"
        elif is_insert and depth == 1 and not after_graph:
            if token.word == "GRAPH":
                after_graph = True
            elif token.text != ".":
                return True
    return False


def _with_using(text: str, tokens: Sequence[Token], dataset: str) -> str:
    """Insert USING clauses before WHERE.

    Raises:
        QueryError: If the operation has USING or WITH.
    """
    depth = 0
    outer: list[Token] = []
    for token in tokens:
        depth -= token.text == "}"
        if depth == 0:
            outer.append(token)
        depth += token.text == "{"
    if any(token.word in ("USING", "WITH") for token in outer):
        raise QueryError(
            "the request has using-graph-uri or using-named-graph-uri, and the update has USING "
            "or WITH; use one of them"
        )
    for before, token in pairwise(outer):
        if token.word == "WHERE":
            if before.word == "DELETE":  # DELETE WHERE has no place for USING
                pattern = text[token.end : tokens[-1].end]
                return f"{text[: token.place]}{pattern} {dataset}{text[token.place :]}"
            return f"{text[: token.place]}{dataset}{text[token.place :]}"
    return text


def _with_merged_graphs(text: str) -> str:
    """Replace several USING clauses of one operation by their merge.

    The engine alone would take the graphs for a bag: a statement of two of them counts twice.
    """
    tokens = tokens_of(text)
    body = _after_prologue(tokens)
    clauses: list[tuple[Token, Token]] = []
    depth = 0
    for token, after in pairwise(tokens[body:]):
        depth += {"{": 1, "}": -1}.get(token.text, 0)
        if depth == 0 and token.word == "USING" and after.word != "NAMED":
            clauses.append((token, after))
    # The engine explains what is not a name.
    if len(clauses) < 2 or any(graph.kind not in ("iri", "name") for _, graph in clauses):
        return text
    start = tokens[body].place
    parts = [text[:start], *(f"ADD SILENT {graph.text} TO {_MERGED}; " for _, graph in clauses)]
    for token, graph in clauses:
        parts += [text[start : token.place], "\n" * text.count("\n", token.place, graph.end)]
        start = graph.end
    return f"{''.join(parts)} USING {_MERGED} {text[start:]}; DROP SILENT GRAPH {_MERGED}"


def _only(update: str, spans: Sequence[range]) -> str:
    """Blank everything but these spans, which are in order."""
    parts, place = [], 0
    for span in spans:
        lines = update[place : span.start].split("\n")
        parts += ["\n".join(" " * len(line) for line in lines), update[span.start : span.stop]]
        place = span.stop
    return "".join(parts)
