"""Queries that mean harm, or do it by mistake, and what the guard lets become of them."""

from __future__ import annotations

ALL = "?s ?p ?o"
PAIRS = "?a ?b ?c . ?d ?e ?f"
TRIPLES = f"{PAIRS} . ?g ?h ?i"


def chain(start: str, step: str, times: int) -> str:
    """BINDs each of which uses the one before, {0} in ``step``."""
    lines = [f"BIND({start} AS ?v0)"]
    lines += [f"BIND({step.format(f'?v{n}')} AS ?v{n + 1})" for n in range(times)]
    return " ".join(lines)


def nested(head: str, inside: str, tail: str, times: int) -> str:
    return head * times + inside + tail * times


#: Name -> query -> what may become of it within the limits of the guard.
HOSTILE: dict[str, tuple[str, str]] = {
    # products and sorts
    "a product of everything": (f"SELECT * {{ {TRIPLES} }}", "stopped"),
    "a product that never matches": (f"SELECT * {{ {PAIRS} FILTER(?a = ?none) }}", "stopped"),
    "a product that is counted": (f"SELECT (COUNT(*) AS ?n) {{ {TRIPLES} }}", "stopped"),
    "a product that is sorted": (f"SELECT * {{ {PAIRS} }} ORDER BY ?f ?c ?a", "stopped"),
    "a product made distinct": (f"SELECT DISTINCT ?a ?e ?f {{ {PAIRS} }} ORDER BY ?a", "stopped"),
    "a product that is grouped": (f"SELECT ?a (COUNT(?d) AS ?n) {{ {TRIPLES} }} GROUP BY ?a", "stopped"),
    "a product with a far offset": (f"SELECT * {{ {TRIPLES} }} OFFSET 9000000000 LIMIT 1", "stopped"),
    "a product asked yes or no": (f"ASK {{ {PAIRS} FILTER(STRLEN(STR(?a)) + STRLEN(STR(?d)) = 1) }}", "stopped"),
    "a product that is built": (f"CONSTRUCT {{ ?a ?e ?f }} WHERE {{ {TRIPLES} }}", "stopped"),
    "a product subtracted": (f"SELECT * {{ {PAIRS} MINUS {{ {TRIPLES} }} }}", "stopped"),
    "a product in EXISTS": (f"SELECT * {{ {ALL} FILTER NOT EXISTS {{ {PAIRS} FILTER(?c = ?none) }} }}", "stopped"),
    "a product inside OPTIONAL": (f"SELECT * {{ {ALL} OPTIONAL {{ {TRIPLES} FILTER(?a > ?z) }} }}", "stopped"),
    "a product in a subquery": (f"SELECT (SUM(?n) AS ?m) {{ SELECT ?a (COUNT(*) AS ?n) {{ {PAIRS} }} GROUP BY ?a }}", "stopped"),
    "DESCRIBE of everything": (f"DESCRIBE * {{ {PAIRS} }}", "stopped"),
    "RAND in a sort of a product": (f"SELECT * {{ {PAIRS} }} ORDER BY RAND()", "stopped"),
    "blank nodes for a product": (f"CONSTRUCT {{ [] ?b [ ?e [ ?f ?c ] ] }} WHERE {{ {PAIRS} }}", "stopped"),
    "graphs crossed with graphs": ("SELECT * { GRAPH ?a { ?b ?c ?d } GRAPH ?e { ?f ?g ?h } GRAPH ?i { ?j ?k ?l } }", "stopped"),
    # paths
    "a path over everything": ("SELECT * { ?a (!<a:b>)* ?b }", "stopped"),
    "a path that goes both ways": ("SELECT * { ?a (!<a:b>|!^<a:b>)+ ?b . ?c (!<a:b>)+ ?d }", "stopped"),
    "stars inside stars": ("SELECT (COUNT(*) AS ?n) { ?a (((al:from*)*)*|(^al:to*)*)* ?b }", "stopped"),
    "a path crossed with itself": ("SELECT * { ?a (al:from|al:to|^al:from|^al:to)* ?b . ?b (al:from|^al:to)* ?c }", "stopped"),
    "a long path": ("SELECT * { ?a " + "/".join(["(al:from|al:to|^al:from|^al:to)?"] * 60) + " ?b }", "stopped"),
    "a path that does not end": ("SELECT * { ?a " + "/".join(["<a:b>"] * 5_000) + " ?b }", "refused"),
    # strings and regular expressions
    "a regex with nested repeats": (f"SELECT * {{ {PAIRS} FILTER(REGEX(CONCAT(STR(?a), STR(?d)), '(a+)+(b+)+$')) }}", "stopped"),
    "a regex that counts too far": ("ASK { FILTER(REGEX('a', '((a{0,1000}){0,1000}){0,1000}')) }", "answer"),
    "a regex that is not one": ("ASK { FILTER(REGEX('a', '((((')) }", "answer"),
    "a regex as long as allowed": ("ASK { FILTER(REGEX('a', '" + "(a?)" * 20_000 + "')) }", "answer stopped"),
    "a string that doubles": (f"SELECT (STRLEN(?v40) AS ?n) {{ {chain(repr('x' * 100), 'CONCAT({0}, {0})', 40)} }}", "stopped"),
    "a string that grows by REPLACE": ("SELECT ?v12 { " + chain("'xx'", "REPLACE({0}, 'x', 'xxxxxxxxxx')", 12) + " }", "stopped"),
    "everything in one string": ("SELECT (GROUP_CONCAT(CONCAT(STR(?a), STR(?d))) AS ?x) { " + PAIRS + " }", "stopped"),
    "one enormous cell": (f"SELECT ?v15 {{ {chain(repr('x' * 100), 'CONCAT({0}, {0})', 15)} }}", "stopped"),
    "hashes of hashes": ("SELECT ?v900 { " + chain("'x'", "SHA512({0})", 900) + " }", "answer stopped"),
    "numbers that grow": (f"SELECT ?v200 {{ {chain('9', '{0}*{0}', 200)} }}", "answer"),
    "division by zero": ("SELECT (1/0 AS ?a) (1.0/0 AS ?b) (1e0/0 AS ?c) {}", "answer"),
    "the widest numbers": ("SELECT * { VALUES ?x { 1e999 -1e999 99999999999999999999999999999999 0.1e-400 } }", "answer"),
    # depth and length
    "groups in groups": (f"SELECT * {nested('{', ALL, '}', 3_000)}", "refused"),
    "brackets in brackets": (f"ASK {{ FILTER{nested('(', 'true', ')', 5_000)} }}", "refused"),
    "not not not": (f"ASK {{ FILTER({'!' * 20_000}true) }}", "refused"),
    "a chain of or": (f"ASK {{ FILTER({'||'.join(['true'] * 10_000)}) }}", "refused"),
    "a chain of plus": (f"SELECT ({'+'.join(['1'] * 10_000)} AS ?x) {{}}", "refused"),
    "a chain of unions": (f"SELECT * {{ {' UNION '.join([f'{{ {ALL} }}'] * 5_000)} }}", "refused"),
    "OPTIONAL in OPTIONAL": (f"SELECT * {nested('{ ?s ?p ?o OPTIONAL ', '{}', '}', 2_000)}", "refused"),
    "OPTIONAL as deep as allowed": (f"SELECT * {nested('{ ?s ?p ?o OPTIONAL ', '{}', '}', 95)}", "answer stopped"),
    "OPTIONAL after OPTIONAL": ("SELECT * { ?s a al:Film " + "".join(f"OPTIONAL {{ ?s ?p{n} ?o{n} }} " for n in range(200)) + "}", "stopped"),
    "subqueries in subqueries": (f"SELECT * {nested('{ SELECT * ', f'{{ {ALL} }}', '}', 2_000)}", "refused"),
    "FILTER in FILTER": (f"ASK {{ {nested('FILTER EXISTS { ?s ?p ?o ', '', '}', 2_000)} }}", "refused"),
    "collections in collections": (f"ASK {{ ?s ?p {nested('(', '', ')', 5_000)} }}", "refused"),
    "blank nodes in blank nodes": (f"ASK {{ ?s ?p {nested('[ ?p ', '[]', ']', 5_000)} }}", "refused"),
    "a thousand functions deep": (f"SELECT ({nested('STR(', '1', ')', 5_000)} AS ?x) {{}}", "refused"),
    "IF in IF": (f"SELECT ({nested('IF(true,', '1', ',2)', 5_000)} AS ?x) {{}}", "refused"),
    "a chain of BIND": ("SELECT * { " + chain("1", "{0}+1", 2_000) + " }", "refused"),
    "BIND that is not asked for": ("SELECT ?s { ?s ?p ?o " + chain("1", "STR({0})", 800) + " } LIMIT 1", "answer stopped"),
    "a pattern of a thousand triples": ("SELECT * { " + " . ".join(f"?x{n} ?p{n} ?x{n + 1}" for n in range(1_000)) + " }", "stopped"),
    "a star of variables": ("SELECT * { ?s " + " ; ".join(f"?p{n} ?o{n}" for n in range(500)) + " }", "stopped"),
    "very many values": ("SELECT * { VALUES ?x { " + "1 " * 45_000 + "} }", "stopped"),
    "values crossed with values": ("SELECT * { " + " ".join(f"VALUES ?v{n} {{ {'1 2 3 4 5 6 7 8 9 ' * 5}}}" for n in range(12)) + " }", "stopped"),
    "ten thousand columns": ("SELECT " + " ".join(f"?v{n}" for n in range(10_000)) + " { ?v0 ?v1 ?v2 }", "answer stopped"),
    "a list of a million": ("ASK { FILTER(1 IN (" + "2," * 1_000_000 + "1)) }", "refused"),
    "an IRI of 99 kB": ("ASK { <http://e/" + "a" * 99_000 + "> ?p ?o }", "answer"),
    "an IRI of a megabyte": ("ASK { <http://e/" + "a" * 1_000_000 + "> ?p ?o }", "refused"),
    "a long comment": ("ASK {} #" + "x" * 99_000, "answer"),
    "a name of 90 kB": ("SELECT ?" + "x" * 90_000 + " {}", "answer"),
    "a very long prefix": ("PREFIX " + "p" * 90_000 + ": <a:> ASK {}", "answer"),
    # text that is not text
    "nothing": ("", "invalid"),
    "NUL": ("ASK { \x00 }", "invalid"),
    "NUL in a string": ("ASK { ?s ?p 'a\x00b' }", "answer"),
    "half a surrogate pair": ("ASK { ?s ?p '\ud800' }", "invalid"),
    "half a surrogate pair, escaped": ("ASK { ?s ?p '\\uD800' }", "invalid"),
    "control characters": ("ASK {\x01\x02\x1b[31m}", "invalid"),
    "a mark of byte order": ("\ufeffASK {}", "answer invalid"),
    "text from right to left": ("ASK { ?s ?p '\u202e}{\u202c' }", "answer"),
    "all kinds of line ends": ("ASK\r{\n\r\n?s\r?p\r\n?o }\r", "answer"),
    "a string that does not end": ("ASK { ?s ?p 'a", "invalid"),
    "a long string that does not end": ("ASK { ?s ?p '''" + "a'' " * 20_000, "invalid"),
    "a comment that hides the end": ("ASK { ?s ?p ?o # }", "invalid"),
    "escapes in a name": ("ASK { ?s <http://e/\\u0061\\U00000062> ?o }", "answer"),
    "a tag that is not one": ("ASK { ?s ?p 'a'@x-y-z-1234567890 }", "answer invalid"),
    "a number as a name": ("ASK { ?s " + "9" * 90_000 + " ?o }", "invalid"),
    # out of the house
    "SERVICE": ("SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }", "refused"),
    "SERVICE SILENT": ("SELECT * { sErViCe/**/SILENT <http://127.0.0.1:9/> {} }", "refused"),
    "SERVICE with a variable": ("SELECT * { VALUES ?u { <http://127.0.0.1:9/> } SERVICE ?u {} }", "refused"),
    "SERVICE in a comment that is none": ("SELECT * { FILTER(1<2) #>\nSERVICE <http://127.0.0.1:9/> {} }", "refused"),
    "SERVICE without spaces": ("SELECT*{SERVICESILENT<http://127.0.0.1:9/>{}}", "refused"),
    "SERVICE escaped": ("SELECT * { \\u0053ERVICE <http://127.0.0.1:9/> {} }", "invalid"),
    "FROM a file": ("SELECT * FROM <file:///etc/passwd> { ?s ?p ?o }", "answer"),
    "FROM NAMED a file": ("SELECT * FROM NAMED <file:///etc/passwd> { GRAPH ?g { ?s ?p ?o } }", "answer"),
    "FROM a server": ("SELECT * FROM <http://127.0.0.1:9/> { ?s ?p ?o }", "answer"),
    "LOAD": ("LOAD <file:///etc/passwd>", "refused"),
    "LOAD SILENT INTO": ("base <a:b> # x\nload silent <http://127.0.0.1:9/> into graph <a:b>", "refused"),
    "DROP": ("DROP ALL", "refused"),
    "INSERT after a query": ("ASK {} ; INSERT DATA { <a:a> <a:b> 1 }", "invalid"),
    "DELETE WHERE": ("DELETE WHERE { ?s ?p ?o }", "refused"),
    "two queries": ("ASK {} ASK {}", "invalid"),
    "quoted triples": ("SELECT * { BIND(TRIPLE(<a:a>, <a:b>, 1) AS ?t) }", "invalid"),
    "a function nobody has": ("SELECT (<http://e/f>(1) AS ?x) {}", "invalid"),
}  # fmt: skip
