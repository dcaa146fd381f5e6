"""Reader for sheets in YAML: three lists of mappings, with the columns as keys."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import yaml

from .cell_checks import problem_of
from .columns import (
    PROBLEMS,
    SheetColumn,
    columns_of,
    find_column,
    find_sheet,
    source_of_sheet,
)
from .sheet_faults import Place, SheetFault
from .tables import DITTO, SheetCell, SheetRow, SheetTable, clean, repeated_text


def read_yaml(path: Path, roles: tuple[str, ...]) -> tuple[dict[str, SheetTable], list[SheetFault]]:
    """Read a YAML file.

    All values are read as text, so that ``No`` and ``1994`` are names, too.

    Args:
        path: The file.
        roles: Slugs of the roles, which are keys of the works.
    """
    label = path.name
    try:
        root = yaml.compose(path.read_bytes().decode("utf-8-sig"), Loader=yaml.SafeLoader)
    except UnicodeDecodeError:
        return {}, [SheetFault(Place(label), "file", "", "it is not UTF-8", "save it as UTF-8")]
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        place = Place(label, mark.line + 1 if mark else 0)
        problem = str(getattr(error, "problem", None) or error)
        return {}, [SheetFault(place, "file", "", f"it is not YAML: {problem}", "correct the line")]
    if not isinstance(root, yaml.MappingNode):
        fix = "write the keys sources:, works and people: and connections:"
        return {}, [SheetFault(Place(label), "file", "", "it is not a mapping", fix)]
    tables: dict[str, SheetTable] = {}
    faults: list[SheetFault] = []
    plain: set[str] = set()
    for key, value in root.value:
        place = Place(label, key.start_mark.line + 1)
        sheet = find_sheet(str(key.value))
        source = source_of_sheet(str(key.value))
        if sheet == "":
            continue  # the words that a workbook has for its own use
        if not sheet or (sheet in plain and not source) or not isinstance(value, yaml.SequenceNode):
            fix = "write one list each: sources, works and people, connections"
            faults.append(SheetFault(place, "sheet", str(key.value), "", fix))
            continue
        plain |= set() if source else {sheet}
        top = {("source", ""): SheetCell(source, place)} if source else {}
        rows = _rows(value, label, columns_of(sheet, roles), top, faults)
        tables.setdefault(sheet, SheetTable()).rows += rows
    return tables, faults


def _rows(
    sequence: yaml.SequenceNode,
    label: str,
    columns: tuple[SheetColumn, ...],
    top: dict[tuple[str, str], SheetCell],
    faults: list[SheetFault],
) -> Iterator[SheetRow]:
    above: dict[tuple[str, str], SheetCell] = {}
    for item in sequence.value:
        place = Place(label, item.start_mark.line + 1)
        if not isinstance(item, yaml.MappingNode):
            fix = "write key: value, one per line"
            faults.append(
                SheetFault(place, "number", str(item.value)[:40], "is not a mapping", fix)
            )
            continue
        cells = {
            (column.name, ""): SheetCell(top[column.name, ""].text, place, filled=True)
            for column in columns
            if column.fills and (column.name, "") in top
        }
        seen = set()
        for key, value in item.value:
            at = Place(label, key.start_mark.line + 1)
            if key.value == PROBLEMS:
                continue
            found = find_column(str(key.value), columns)
            if found is None or found in seen:
                detail = "stands twice" if found else ""
                fix = f"keys: {', '.join(column.name for column in columns[:10])}"
                faults.append(SheetFault(at, "column", str(key.value), detail, fix))
                continue
            seen.add(found)
            text = _text(value)
            if text is None:
                faults.append(
                    SheetFault(at, "number", str(key.value), "is neither text nor a list")
                )
            elif text in DITTO:
                cell = above.get((found[0].name, found[1]))
                repeated = repeated_text(text, cell, at, faults)
                cells[found[0].name, found[1]] = SheetCell(repeated, at)
            elif text and (problem := problem_of(text)):
                code, detail, fix = problem
                faults.append(SheetFault(at, code, text, detail, fix))
            elif text:
                cells[found[0].name, found[1]] = SheetCell(text, at)
        top |= cells
        above = cells
        yield SheetRow(place, cells)


def _text(node: yaml.Node) -> str | None:
    if isinstance(node, yaml.ScalarNode):
        empty = node.tag == "tag:yaml.org,2002:null"
        return "" if empty else clean(str(node.value))
    if isinstance(node, yaml.SequenceNode):
        parts = [_text(part) for part in node.value]
        return None if None in parts else "; ".join(filter(None, parts))
    return None
