"""Common mistakes in SPARQL, for queries that the engine has rejected.

Only forms that are invalid everywhere in SPARQL are reported, so each report is a real fault. A
text without a report can still be invalid.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise, takewhile
from typing import Final

from .query_info import FORMS
from .tokenizer import Token, tokens_of

_FORMS: Final = (*FORMS, "PREFIX", "BASE")
_KEYWORDS: Final = frozenset(
    (*_FORMS, "WHERE", "FROM", "NAMED", "DISTINCT", "REDUCED", "AS", "GROUP", "BY", "HAVING",
     "ORDER", "ASC", "DESC", "LIMIT", "OFFSET", "VALUES", "UNDEF", "OPTIONAL", "UNION", "MINUS",
     "FILTER", "BIND", "GRAPH", "SERVICE", "SILENT", "NOT", "EXISTS", "IN", "A", "TRUE", "FALSE",
     "SEPARATOR", "VERSION", "LATERAL")
)  # fmt: skip
_AGGREGATES: Final = frozenset(("COUNT", "SUM", "AVG", "MIN", "MAX", "SAMPLE", "GROUP_CONCAT"))
_TERMS: Final = frozenset(("iri", "variable", "name", "string", "number"))
_COMPARISONS: Final = frozenset(("=", "==", "!=", "<", ">", "<=", ">="))
#: By sign: how many terms of the current pattern also belong to the next one.
_TERMS_KEPT: Final = {"{": 0, "}": 0, ".": 0, ";": 1, ",": 2}
#: Number of terms that turns off the reports until the pattern ends.
_UNKNOWN_COUNT: Final = 9
_OTHER_GRAMMAR: Final = frozenset(
    ("VALUES", "SELECT", "GRAPH", "SERVICE", "GROUP", "ORDER", "HAVING")
)
_WORDS_AS_TERMS: Final = frozenset(("A", "TRUE", "FALSE"))
#: Allowed positions of keywords: before the first group, in a group, after the last.
_IN_HEAD: Final = ("WHERE", "DISTINCT", "REDUCED", "FROM")
_IN_GROUP: Final = (
    "OPTIONAL", "UNION", "MINUS", "FILTER", "BIND", "GRAPH", "SERVICE", "VALUES", "NOT", "EXISTS",
    "SELECT",
)  # fmt: skip
_SOLUTION_MODIFIERS: Final = (
    "LIMIT",
    "OFFSET",
    "ORDER",
    "GROUP",
    "HAVING",
    "VALUES",
    "BY",
    "ASC",
    "DESC",
)
_BRACKETS: Final = {"}": "{", ")": "(", "]": "["}


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """A mistake: ``place`` is its index in the text, ``hint`` describes it."""

    place: int
    hint: str


def diagnose(sparql: str) -> Diagnostic | None:
    """Find the first common mistake in ``sparql``; None if there is none.

    >>> diagnose("SELECT ?f { ?f a al:Film ?f rdfs:label ?l }").hint
    'a dot is missing between al:Film and ?f'
    """
    tokens = tokens_of(sparql)
    for look in (
        _check_signs,
        _check_brackets,
        _check_words,
        _check_spelling,
        _check_head,
        _check_statements,
    ):
        for diagnostic in look(tokens):
            return diagnostic
    return None


def _check_signs(tokens: Sequence[Token]) -> Iterator[Diagnostic]:
    """Find quotes and signs that are invalid everywhere."""
    for token in tokens:
        if token.kind == "open":
            yield Diagnostic(token.place, "the string that begins here is not closed on its line")
        elif token.kind == "curly":
            yield Diagnostic(token.place, f"strings need straight quotes, not {token.text}")
        elif token.kind == "address":
            yield Diagnostic(token.place, f"write an IRI in angle brackets: <{token.text}>")
        elif token.text == "==":
            yield Diagnostic(token.place, "write = for equality, not ==")


def _check_brackets(tokens: Sequence[Token]) -> Iterator[Diagnostic]:
    """Find brackets that are not closed or not opened."""
    opened: list[Token] = []
    for token in tokens:
        if token.kind != "mark":
            continue
        if token.text in "{([":
            opened.append(token)
        elif token.text in _BRACKETS:
            if not opened:
                yield Diagnostic(token.place, f"this {token.text} has no opening bracket")
                return
            last = opened.pop()
            if last.text != _BRACKETS[token.text]:
                yield Diagnostic(last.place, f"this {last.text} is not closed before {token.text}")
                return
    if opened:
        yield Diagnostic(opened[-1].place, f"this {opened[-1].text} is not closed")


def _check_words(tokens: Sequence[Token]) -> Iterator[Diagnostic]:
    """Find a misspelled query form, and keywords that lack what must follow them."""
    from difflib import get_close_matches

    for index, token in enumerate(tokens):
        after = tokens[index + 1] if index + 1 < len(tokens) else Token("", "", token.end)
        word = token.word
        if not word:
            continue
        if index == 0 and word not in _FORMS:
            near = get_close_matches(word, _FORMS, n=1, cutoff=0.6)
            hint = f"did you mean {near[0]}?" if near else "a query begins with SELECT or ASK"
            yield Diagnostic(token.place, hint)
        if word == "FILTER" and after.kind in ("variable", "string", "number"):
            yield Diagnostic(after.place, "write the condition in brackets: FILTER(...)")
        if word in ("OPTIONAL", "UNION", "MINUS", "EXISTS") and after.text != "{":
            yield Diagnostic(after.place, f"{word} needs a group: {word} {{ ... }}")
        if word in ("ASC", "DESC") and after.kind == "variable":
            yield Diagnostic(after.place, f"{word} needs brackets: {word}({after.text})")
        if word in ("LIMIT", "OFFSET") and after.kind != "number":
            yield Diagnostic(after.place, f"{word} needs a number")
        if word in ("AND", "OR") and after.text != "(":
            sign = "&&" if word == "AND" else "||"
            yield Diagnostic(
                token.place,
                f"SPARQL has no {word}: join conditions by {sign}, patterns by a dot or UNION",
            )
        if word == "BIND" and after.text != "(":
            yield Diagnostic(after.place, "write the value in brackets: BIND(... AS ?name)")


def _check_spelling(tokens: Sequence[Token]) -> Iterator[Diagnostic]:
    """Find words that are similar to a keyword that is allowed at their position."""
    from difflib import get_close_matches

    could: tuple[str, ...]
    braces = round_ = 0
    behind = False
    for index, token in enumerate(tokens):
        braces += (token.text == "{") - (token.text == "}")
        round_ += (token.text == "(") - (token.text == ")")
        behind = behind or (braces == 0 and token.text == "}")
        word = token.word
        if not index or not word or word in _KEYWORDS | _AGGREGATES or round_:
            continue
        before = tokens[index - 1]
        after = tokens[index + 1].text if index + 1 < len(tokens) else ""
        if braces:
            could = _IN_GROUP if before.text in "{}.;" or after in ("{", "(") else ()
            could = () if before.word in ("FILTER", "BIND") else could
        elif behind:
            could = () if after == "(" else _SOLUTION_MODIFIERS
        else:
            could = _IN_HEAD
        if near := get_close_matches(word, could, n=1, cutoff=0.7):
            yield Diagnostic(token.place, f"did you mean {near[0]}?")
        elif could is _SOLUTION_MODIFIERS:
            yield Diagnostic(
                token.place,
                f"{token.text} is not a keyword of SPARQL; after the group, only GROUP BY, HAVING, "
                "ORDER BY, LIMIT and OFFSET are allowed",
            )


def _check_head(tokens: Sequence[Token]) -> Iterator[Diagnostic]:
    """Find mistakes between SELECT and its group."""
    for start, token in enumerate(tokens):
        if token.word == "SELECT":
            clause = list(takewhile(lambda t: t.text != "{" and t.word != "WHERE", tokens[start:]))
            yield from _outside_brackets(clause)
            yield from _unnamed_expressions(clause)


def _outside_brackets(clause: Sequence[Token]) -> Iterator[Diagnostic]:
    depth = 0
    for before, here in pairwise(clause):
        if depth == 0 and here.text == "(" and before.word in _AGGREGATES:
            hint = f"write ({before.text}(...) AS ?name), brackets outside too"
            yield Diagnostic(before.place, hint)
        elif depth == 0 and here.text == ",":
            yield Diagnostic(here.place, "separate the variables of SELECT by spaces, not commas")
        elif depth == 0 and here.word and here.word not in _KEYWORDS | _AGGREGATES:
            yield Diagnostic(here.place, f"{here.text} is not a variable; write ?{here.text}")
        depth += (here.text == "(") - (here.text == ")")


def _unnamed_expressions(clause: Sequence[Token]) -> Iterator[Diagnostic]:
    depth, named = 0, True
    for token in clause:
        if token.text == "(":
            named = named and depth > 0
            depth += 1
        elif token.text == ")":
            depth -= 1
            if depth == 0 and not named:
                yield Diagnostic(token.place, "a value needs a name: (... AS ?name)")
        elif token.word == "AS":
            named = True


def _check_statements(tokens: Sequence[Token]) -> Iterator[Diagnostic]:
    """Find triple patterns with too many terms or with a comparison."""
    terms: list[Token] = []
    index = depth = 0
    while index < len(tokens):
        token = tokens[index]
        depth += (token.text == "{") - (token.text == "}")
        if depth == 0:
            terms = []
        elif token.text in _TERMS_KEPT:
            terms = terms[: _TERMS_KEPT[token.text]]
        elif token.text in "([":
            terms = [token] * _UNKNOWN_COUNT
            index = _after_brackets(tokens, index) - 1
        elif token.word in _OTHER_GRAMMAR or token.kind == "other":
            return
        elif token.text in _COMPARISONS:
            if 1 <= len(terms) < _UNKNOWN_COUNT:
                yield _condition(tokens, index)
            return
        else:
            yield from _term(tokens, index, terms)
        index += 1


def _term(tokens: Sequence[Token], index: int, terms: list[Token]) -> Iterator[Diagnostic]:
    """Append the token at ``index`` to ``terms`` if it is a term."""
    token, before = tokens[index], tokens[index - 1]
    if token.word and token.word not in _WORDS_AS_TERMS:
        if len(terms) < 3 and token.word not in _KEYWORDS:
            yield Diagnostic(token.place, f"{token.text} is not an RDF term; write text in quotes")
        terms[:] = [token] * _UNKNOWN_COUNT
    elif token.kind in _TERMS or token.word:
        if len(terms) == 3 and before.kind != "sign":
            yield _check_missing_dot(tokens, index)
        if not terms or before.text not in ("/", "|", "^", "^^"):
            terms.append(token)


def _condition(tokens: Sequence[Token], index: int) -> Diagnostic:
    """Describe a comparison outside FILTER, whose operator is at ``index``."""
    right = tokens[index + 1].text if index + 1 < len(tokens) else "..."
    whole = f"{tokens[index - 1].text} {tokens[index].text} {right}"
    return Diagnostic(tokens[index].place, f"a condition needs FILTER: FILTER({whole})")


def _check_missing_dot(tokens: Sequence[Token], index: int) -> Diagnostic:
    if index + 1 < len(tokens) and tokens[index + 1].text in _COMPARISONS:
        return _condition(tokens, index + 1)
    before = tokens[index - 1]
    return Diagnostic(
        before.end, f"a dot is missing between {before.text} and {tokens[index].text}"
    )


def _after_brackets(tokens: Sequence[Token], index: int) -> int:
    """Return the index after the bracket that closes the one at ``index``."""
    depth = 0
    for place in range(index, len(tokens)):
        depth += (tokens[place].text in "([") - (tokens[place].text in ")]")
        if depth == 0:
            return place + 1
    return len(tokens)
