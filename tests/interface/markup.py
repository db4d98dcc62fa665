"""A page's markup as elements, read with the standard library: enough to ask who points at whom."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
FOCUSABLE = {"input", "select", "textarea", "button", "a"}
POINTING = ("aria-describedby", "aria-labelledby", "aria-controls", "for")


@dataclass
class Element:
    tag: str
    attrs: dict
    text: str = ""
    inside: list = field(default_factory=list)


class Markup(HTMLParser):
    def __init__(self, html: str):
        super().__init__()
        self.elements: list[Element] = []
        self.open: list[Element] = []
        self.problems: list[str] = []
        self.feed(html)
        self.close()
        self.problems += [f"<{element.tag}> is never closed" for element in self.open]

    def handle_starttag(self, tag, attrs):
        names = [name for name, _ in attrs]
        if len(names) != len(set(names)):
            self.problems.append(f"<{tag}> has an attribute twice: {names}")
        element = Element(tag, dict(attrs))
        self.elements.append(element)
        if self.open:
            self.open[-1].inside.append(element)
        if tag not in VOID:
            self.open.append(element)

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag):
        if not self.open or self.open[-1].tag != tag:
            self.problems.append(f"</{tag}> closes {self.open[-1].tag if self.open else 'nothing'}")
        else:
            self.open.pop()

    def handle_data(self, data):
        for element in self.open:
            element.text += data

    def all(self, tag: str, **attrs) -> list[Element]:
        wanted = {name.strip("_").replace("_", "-"): value for name, value in attrs.items()}
        return [e for e in self.elements if e.tag == tag and wanted.items() <= e.attrs.items()]

    def one(self, tag: str, **attrs) -> Element:
        (found,) = self.all(tag, **attrs)
        return found

    def by_id(self) -> dict[str, Element]:
        return {element.attrs["id"]: element for element in self.elements if "id" in element.attrs}

    def dangling(self) -> list[str]:
        """Ids that are pointed at and are not there, or are there twice."""
        ids = [element.attrs["id"] for element in self.elements if "id" in element.attrs]
        twice = [f"id {one} twice" for one in set(ids) if ids.count(one) > 1]
        pointed = [
            f"{name} of <{element.tag}> to {one}"
            for element in self.elements
            for name in POINTING
            for one in (element.attrs.get(name) or "").split()
            if one not in ids
        ]
        return twice + pointed

    def forbidden(self) -> list[str]:
        """What the content policy would refuse."""
        return [
            f"<{element.tag} {name}>"
            for element in self.elements
            for name in element.attrs
            if name == "style" or name.startswith(("on", "hx-on"))
        ] + [f"<{e.tag}> inline" for e in self.elements if e.tag in ("style", "script") and e.text.strip()]
