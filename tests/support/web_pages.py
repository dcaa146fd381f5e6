"""Pages of the server as a browser asks for them."""

from __future__ import annotations

from html.parser import HTMLParser

from web_server import Running

#: The Accept header of Firefox.
HTML = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


class Document(HTMLParser):
    """The links, ids and text of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.ids: list[str] = []
        self.inline: list[str] = []
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        for name in ("href", "src", "action"):
            if value := given.get(name):
                self.links.append(value)
        if ident := given.get("id"):
            self.ids.append(ident)
        self.inline += [name for name in given if name == "style" or name.startswith("on")]
        if tag == "style" or (tag == "script" and "src" not in given and "type" not in given):
            self.inline.append(tag)

    def handle_data(self, data: str) -> None:
        self.text += data


def page(site: Running, path: str) -> Document:
    reply = site.ask(path, Accept=HTML)
    assert (reply.status, reply.media_type) == (200, "text/html"), path
    return Document(reply.text)
