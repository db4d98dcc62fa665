"""Filling in a page as a browser without scripts does: everything on it goes back, with what was typed."""

from html.parser import HTMLParser


class _Controls(HTMLParser):
    """The names and values that a browser would send with the page's form of entries."""

    def __init__(self):
        super().__init__()
        self.data: dict[str, list[str]] = {}
        self.textarea = self.select = None

    def handle_starttag(self, tag, attributes):
        found = dict(attributes)
        name = found.get("name")
        if tag == "input" and name and found.get("type") not in ("submit", "button"):
            if found.get("type") not in ("radio", "checkbox") or "checked" in found:
                self.data.setdefault(name, []).append(found.get("value") or "")
        elif tag == "textarea":
            self.textarea = name
            self.data[name] = [""]
        elif tag == "select":
            self.select = name
        elif tag == "option" and self.select and "selected" in found:
            self.data[self.select] = [found.get("value") or ""]

    def handle_data(self, data):
        if self.textarea:
            self.data[self.textarea][0] += data

    def handle_endtag(self, tag):
        if tag == "textarea":
            # A browser drops the first line end after the tag.
            self.data[self.textarea][0] = self.data[self.textarea][0].removeprefix("\n")
            self.textarea = None
        if tag == "select":
            self.select = None


def page_data(response) -> dict[str, list[str]]:
    """What the page would send if nothing were typed."""
    controls = _Controls()
    controls.feed(response.content.decode())
    return controls.data


def fill_page(client, address, typed):
    """Open the page, type, send."""
    return client.post(address, page_data(client.get(address)) | typed)
