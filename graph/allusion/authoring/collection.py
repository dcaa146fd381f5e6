"""A collection: a folder with Turtle files of a user, layered over the shipped graph.

The folder holds ``allusion.toml`` and ``sources/*.ttl``, one named graph for each source. All
entities of a collection have slugs that begin with its namespace.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from ..core.atomic_files import new_files
from ..core.errors import DataError, Fault, OutputError, ParameterError, UnknownName
from ..core.own_namespace import SETTINGS, OwnNamespace, own_namespace
from .slugs import latin_slug

_NAMESPACE: Final = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
LANGUAGE_TAG: Final = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_LICENSE: Final = "CC0-1.0"
_README: Final = """\
# {name}

A collection of references in films for [allusion](https://w3id.org/allusion).
License: {license}.

1. Fill in `{sheet}`: the sources, then the connections. Describe new works and people
   in the sheet `works and people`, or in the cell: `Lady Snowblood (film, 1973)`. A name in
   Chinese characters needs its language: `三船敏郎 (person, ja)`.
   Less typing: an empty cell in `from` or `source` repeats the cell above, `〃` does so in any
   column; the beginning of a kind is enough (`so` for *song used*); a page needs only its
   address and its author, and its name in `source` may be the beginning of the author's.
2. `allusion import {folder}/{sheet}` shows what would be written, and all faults with their
   cells. Add `--write` to write it.
3. `allusion view "A film" --with {folder}` shows it in the whole graph; all commands accept
   `--with`.

To share the collection, write it to a file with `allusion pack {folder}`. Others unpack it and
add `--with {folder}`.
"""


@dataclass(frozen=True, slots=True)
class Collection:
    """A collection.

    Attributes:
        folder: The folder.
        name: Title for display.
        namespace: Prefix of all its slugs in the graph, such as "my-films".
        language: Language tag of texts without a tag.
        license: SPDX identifier.
        maintainers: Names of the maintainers.
        own: Namespace of the IRIs in its files; None if they are those of the project.
    """

    folder: Path
    name: str
    namespace: str
    language: str = "en"
    license: str = _LICENSE
    maintainers: tuple[str, ...] = field(default=())
    own: OwnNamespace | None = None

    @property
    def setting(self) -> str:
        """The namespace as the settings name it: an IRI, or the prefix of slugs."""
        return self.own.iri if self.own else self.namespace

    def outward(self, iri: str) -> str:
        """Return the IRI of a node in the files, from that in the graph."""
        return self.own.outward(iri) if self.own else iri

    @property
    def sources(self) -> Path:
        """The folder of the Turtle files."""
        return self.folder / "sources"

    def settings(self) -> str:
        """Return the content of ``allusion.toml``."""
        # A JSON string is a TOML basic string, except for the character U+007F.
        return "".join(
            f"{key} = {json.dumps(value, ensure_ascii=False)}\n"
            for key, value in (
                ("name", self.name),
                ("namespace", self.setting),
                ("language", self.language),
                ("license", self.license),
                ("maintainers", list(self.maintainers)),
            )
        )


def open_collection(folder: Path) -> Collection:
    """Open a collection.

    Raises:
        UnknownName: If the folder is not a collection.
        DataError: If ``allusion.toml`` is not valid.
    """
    path = folder / SETTINGS
    if folder.is_file():
        raise UnknownName(
            f"{str(folder)!r} is a file; a collection is a folder. Unpack it first, for example "
            f"with: python -m zipfile -e {folder} ."
        )
    if not path.is_file():
        raise UnknownName(
            f"{str(folder)!r} is not a collection: it has no {SETTINGS}; "
            f"make one with: allusion new {folder}"
        )
    try:
        found = tomllib.loads(path.read_bytes().decode("utf-8-sig"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise _fault(path, f"is not valid TOML: {error}", "https://toml.io/") from error
    texts = {
        "name": folder.resolve().name, "namespace": "", "language": "en", "license": _LICENSE
    }  # fmt: skip
    known = (*texts, "maintainers")
    for key, value in found.items():
        if key not in known:
            raise _fault(path, f"has the unknown key {key!r}", f"keys: {', '.join(known)}")
        if key == "maintainers":
            if not (isinstance(value, list) and all(isinstance(one, str) for one in value)):
                raise _fault(path, f"has a {key} that is not a list of names", 'write ["Name"]')
        elif not isinstance(value, str):
            raise _fault(path, f"has a {key} that is not text", f'write {key} = "..."')
    texts |= {key: found[key] for key in texts if key in found}
    own = own_namespace(texts["namespace"])
    namespace = own.prefix if own else texts["namespace"] or latin_slug(folder.resolve().name)
    collection = Collection(
        folder, texts["name"], namespace, texts["language"], texts["license"],
        tuple(found.get("maintainers", ())), own,
    )  # fmt: skip
    _check(collection, path)
    return collection


def open_or_create(folder: Path) -> Collection:
    """Open a collection; make it if the folder is none.

    Raises:
        ParameterError: If no namespace can be derived from the name of the folder.
        OutputError: If the folder has other files.
        DataError: If the settings of the collection are not valid.
    """
    if not (folder / SETTINGS).is_file():
        namespace = latin_slug(folder.resolve().name)
        if not namespace:
            raise ParameterError(f"{folder.name!r} has no Latin letters; choose another folder")
        create_collection(Collection(folder, folder.resolve().name, namespace), "sheet.xlsx")
    return open_collection(folder)


def _check(collection: Collection, path: Path) -> None:
    if not _NAMESPACE.fullmatch(collection.namespace):
        raise _fault(
            path,
            f"has the namespace {collection.namespace!r}",
            "a namespace is lower-case letters and digits, joined by hyphens, or an IRI that ends "
            "with a slash: https://example.org/my-films/",
        )
    if not LANGUAGE_TAG.fullmatch(collection.language):
        raise _fault(
            path,
            f"has the language {collection.language!r}",
            "write a language tag, such as en, ja or zh-Hant",
        )


def _fault(path: Path, problem: str, fix: str) -> DataError:
    return DataError([Fault(str(path), 0, "", problem, fix, "collection")], "the collection")


def create_collection(
    collection: Collection, sheet: str, write_sheet: Callable[[Path], object] = lambda _: None
) -> None:
    """Write ``allusion.toml``, a README, an empty folder of sources and a sheet.

    Args:
        collection: The new collection; its folder does not exist or is empty.
        sheet: Name of the sheet, in the folder.
        write_sheet: Writes the sheet to a path.

    Raises:
        OutputError: If the folder has files or cannot be written.
        DataError: If the namespace or language is not valid.
    """
    folder = collection.folder
    _check(collection, folder / SETTINGS)
    if folder.is_dir() and any(folder.iterdir()):
        raise OutputError(f"{folder} is not empty; choose a folder that does not exist yet")
    readme = _README.format(
        name=collection.name, license=collection.license, folder=folder.name, sheet=sheet
    )
    with new_files(folder) as making:
        (making / collection.sources.name).mkdir()
        (making / SETTINGS).write_text(collection.settings(), encoding="utf-8")
        (making / "README.md").write_text(readme, encoding="utf-8")
        write_sheet(making / sheet)
