"""Cells of a row of ``connections`` for the scene, and for a line that is spoken in it."""

from __future__ import annotations

from .context import ImportContext
from .records import LineRecord, SceneRecord
from .resolver import AGENTS
from .sheet_faults import SheetFault
from .tables import SheetRow

#: Column of what a line names -> the registers that it takes.
_NAMED = {"speaker": ("character", *AGENTS), "language": ("language",)}
#: Maximum number of characters of a line that the graph may quote.
_LONGEST = 200


def read_scene_and_line(
    row: SheetRow, work: str, context: ImportContext
) -> tuple[SceneRecord | None, LineRecord | None]:
    """Read the columns scene, line, speaker and language of a row.

    Args:
        row: The row.
        work: IRI of the work of its origin; "" if it is not clear.
        context: Where faults are added.
    """
    cells = [cell for name in ("scene", "line") for _, cell in row.tagged(name)]
    if cells and not work:
        fix = "write the film in the column from"
        detail = "needs one work to which it belongs"
        context.faults.append(SheetFault(cells[0].place, "part", cells[0].text, detail, fix))
        return None, None
    scene = _scene(row, work, context)
    return scene, _line(row, work, scene.iri if scene else "", context)


def _scene(row: SheetRow, work: str, context: ImportContext) -> SceneRecord | None:
    cells = [cell for _, cell in row.tagged("scene")]
    if not cells:
        return None
    of_work = f"{work.rpartition('/')[2]}-"
    found = context.resolver.in_graph(cells[0].text, ("scene",))
    known = [one for one in found if one.iri.rpartition("/")[2].startswith(of_work)]
    if len(known) == 1:
        context.resolver.matched[cells[0].text] = known[0]
        return SceneRecord(known[0].iri, "")
    if cells[0].text.startswith("scene:"):
        fix = "write a few words for the scene, or the prefixed name of one of this work"
        context.faults.append(
            SheetFault(cells[0].place, "unknown", cells[0].text, "is no scene of this work", fix)
        )
        return None
    names = context.texts(row, "scene")
    if not names:
        return None
    scene = SceneRecord(context.scene_iris.scene(work, names), work, names)
    return context.scenes.setdefault(scene.iri, scene)


def _line(row: SheetRow, work: str, scene: str, context: ImportContext) -> LineRecord | None:
    cells = [cell for _, cell in row.tagged("line")]
    if not cells:
        if any(row[name] for name in _NAMED):
            context.missing(row, "line")
        return None
    if len(cells) > 1:
        fix = "write the line in the language in which it is spoken; others into the column says"
        context.faults.append(
            SheetFault(cells[1].place, "part", cells[1].text, "is the same line again", fix)
        )
    if len(cells[0].text) > _LONGEST:
        detail = f"has {len(cells[0].text)} characters, allowed: {_LONGEST}"
        context.faults.append(
            SheetFault(cells[0].place, "part", cells[0].text[:40], detail, "shorten it")
        )
    texts = context.texts(row, "line")
    speaker, language = (
        context.resolve(row[name].text, row[name], registers) if row[name] else ""
        for name, registers in _NAMED.items()
    )
    if not texts:
        return None
    iri = context.scene_iris.line(work, texts[0])
    return LineRecord(iri, work, texts[0], scene, speaker, language)
