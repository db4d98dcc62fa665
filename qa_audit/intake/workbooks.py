"""The gate before a workbook is opened: what it really holds is counted before a library builds it in memory.

A workbook is a zip of XML parts. Its directory, its parts' statements of size and its links are only words of
the sender: a 4 KB sheet can claim a thousand million cells, a 400 KB table of texts can take 800 MB to open.
So every part is unpacked and parsed as a stream, which builds nothing, with a bound on all that could grow.
"""

import io
import re
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from xml.parsers import expat

from openpyxl.utils import column_index_from_string, get_column_letter

MAX_MEMBERS = 500
MAX_UNPACKED = 200 * 1024 * 1024
MAX_RATIO = 200
# Tags, opening and closing: in the file, in the table of texts, within one row, text or smaller part.
MAX_TAGS = 10_000_000
MAX_TEXT_TAGS = 2_000_000
MAX_TAGS_AT_ONCE = 100_000
MAX_TEXTS = 300_000
MAX_UNCALCULATED = 100_000
MAX_NAMES = 5_000
MAX_DEPTH = 200
CHUNK = 64 * 1024
# One tag, comment or text may run over this many chunks (1 MB).
MAX_QUIET_CHUNKS = 16
DIGITS = "0123456789"

DAMAGED = "The file is damaged or is not an Excel workbook. Open it in Excel, save it as .xlsx and try again."
TOO_LARGE = "The workbook unpacks to more than can be read. Copy the rows you need into a new workbook."
STRICT = "http://purl.oclc.org/ooxml/"
IS_STRICT = (
    "This is a “Strict Open XML” workbook, which cannot be read here. In Excel choose “Save As” and the type "
    "“Excel Workbook (.xlsx)”, and upload that."
)
HARMFUL = (
    (re.compile("vbaproject|vbadata|macroenabled|macrosheet|activex", re.I), "macros"),
    (re.compile("externallink", re.I), "links to other files"),
    (
        re.compile("/embeddings/|oleobject|officedocument[.]package|relationships/package", re.I),
        "embedded files",
    ),
    (re.compile("encryptedpackage|encryptioninfo", re.I), "a password"),
)
# Only these kinds of part may be long, and only where they belong: opened as anything else they fill memory.
LONG_PARTS = {
    "worksheet": (re.compile("xl/worksheets/[^/]+[.]xml", re.I), "worksheet+xml"),
    "sst": (re.compile("xl/sharedstrings[.]xml", re.I), "sharedstrings+xml"),
}


class UploadRefused(Exception):
    """The file may not come in. The message says why, in plain words fit for the page."""

    @property
    def message(self) -> str:
        """Give the words for the page."""
        return str(self)


@dataclass
class SheetSize:
    """What a sheet really holds: rows with a value, the last row and column, formulas without a result.

    `hidden` and `hidden_columns` are what holds a value and the sheet does not show. What a sheet says of its
    own size is not asked: programs that give a column a format claim a million rows in earnest.
    """

    rows: int = 0
    last_row: int = 0
    last_column: int = 0
    uncalculated: set[str] = field(default_factory=set)
    hidden: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)


def check_workbook(content: bytes) -> dict[str, SheetSize]:
    """Refuse a workbook that could do harm; give what each of its sheets holds, by the part's path.

    Raises UploadRefused, or whatever the zip and XML libraries raise on a damaged file.
    """
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        members = archive.infolist()
        _check_members(members)
        _check_bulk(archive, min(MAX_UNPACKED, MAX_RATIO * len(content)))
        parts = {member.filename: _read_part(archive, member) for member in members}
    _check_types(parts)
    return {name: part.size for name, part in parts.items() if part.root == "worksheet"}


def _check_members(members: list[zipfile.ZipInfo]) -> None:
    if len(members) > MAX_MEMBERS:
        raise UploadRefused(TOO_LARGE)
    if len({member.filename.casefold() for member in members}) < len(members):
        raise UploadRefused(DAMAGED)
    for member in members:
        name = member.filename
        if member.flag_bits & 1:
            raise UploadRefused(_harmful("a password"))
        if name.startswith("/") or re.search(r"\\|\0|:|(^|/)\.\.(/|$)", name):
            raise UploadRefused(DAMAGED)
        if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise UploadRefused(DAMAGED)
        _refuse_harmful(f"/{name}")


def _harmful(what: str) -> str:
    return f"The workbook contains {what}. Save a copy as .xlsx without this, or as .csv, and upload that."


def _refuse_harmful(words: str) -> None:
    for pattern, what in HARMFUL:
        if pattern.search(words):
            raise UploadRefused(_harmful(what))


def _chunks(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> Iterator[bytes]:
    with archive.open(member) as packed:
        while chunk := packed.read(CHUNK):
            yield chunk


def _check_bulk(archive: zipfile.ZipFile, bytes_left: int) -> None:
    """Count what really unpacks. It costs little and comes first, for parsing all that would take long."""
    tags_left = MAX_TAGS
    for member in archive.infolist():
        for chunk in _chunks(archive, member):
            bytes_left -= len(chunk)
            tags_left -= chunk.count(b"<")
            if min(bytes_left, tags_left) < 0:
                raise UploadRefused(TOO_LARGE)


def _read_part(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> "_Part":
    """Parse one member when it is XML, whatever its name."""
    part, is_first = _Part(), True
    for chunk in _chunks(archive, member):
        if is_first:
            is_first = False
            part.is_xml = chunk.replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n").startswith(b"<")
            if not part.is_xml:
                break
        part.feed(chunk)
    part.close()
    return part


def _check_types(parts: dict[str, "_Part"]) -> None:
    """Refuse a package whose list of parts calls a long part something else, or one part two things."""
    types: dict[str, str] = {}
    for path, content_type in (pair for part in parts.values() for pair in part.types):
        if path in types:
            raise UploadRefused(DAMAGED)
        types[path] = content_type
    for name, part in parts.items():
        if part.root in LONG_PARTS:
            place, ending = LONG_PARTS[part.root]
            if not place.fullmatch(name) or not types.get(f"/{name}".casefold(), "").endswith(ending):
                raise UploadRefused(DAMAGED)


class _Part:
    """One XML part, followed tag by tag. Counting is done per chunk: calls for each tag cost the time."""

    def __init__(self) -> None:
        self.is_xml = False
        self.root = ""
        self.types: list[tuple[str, str]] = []
        self.size = SheetSize()
        self._tags = self._tags_at_once = self._quiet_chunks = 0
        self._units = self._started = self._depth = 0
        self._ended: list[str] = []
        self._row = 0
        self._is_hidden = False
        self._cell: dict[str, str] | None = None
        self._columns: set[str] = set()
        self._hidden_columns: list[tuple[int, int]] = []
        self._awaits_result = False
        self._names: dict[str, str] = {}
        self._handlers = _Handlers(self)
        self._parser = expat.ParserCreate(intern=self._names)
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._ended.append
        self._parser.StartDoctypeDeclHandler = self._refuse_doctype

    def feed(self, chunk: bytes) -> None:
        """Parse the next chunk and refuse the part when any one thing in it has grown too large."""
        units, started, tags = self._units, self._started, chunk.count(b"<")
        self._parser.Parse(chunk)
        self._tags += tags
        self._depth += self._started - started - len(self._ended)
        self._ended.clear()
        self._tags_at_once = tags if self._units > units else self._tags_at_once + tags
        self._quiet_chunks = 0 if self._started > started else self._quiet_chunks + 1
        if (
            self._tags_at_once > MAX_TAGS_AT_ONCE
            or self._quiet_chunks > MAX_QUIET_CHUNKS
            or self._depth > MAX_DEPTH
            or len(self._names) > MAX_NAMES
            or len(self.size.uncalculated) > MAX_UNCALCULATED
            or (self.root == "sst" and (self._units > MAX_TEXTS or self._tags > MAX_TEXT_TAGS))
        ):
            raise UploadRefused(TOO_LARGE)

    def close(self) -> None:
        """Check that the part is whole, and sum up."""
        if self.is_xml:
            self._parser.Parse(b"", True)
            self._settle()
            held = set(map(column_index_from_string, self._columns))
            self.size.last_column = max(held, default=0)
            for first, last in self._hidden_columns:
                self.size.hidden_columns |= {column for column in held if first <= column <= last}
        # The parser refers to the part and the part to its parser; undone, the memory is free at once.
        self._parser = self._handlers = None

    def _refuse_doctype(self, *_: object) -> None:
        raise UploadRefused(DAMAGED)

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._started += 1
        if self._started == 1 and any(STRICT in value for value in attributes.values()):
            raise UploadRefused(IS_STRICT)
        if handle := self._handlers[name]:
            handle(attributes)

    def start_root(self, local: str) -> None:
        """Learn from the first tag what kind of part this is."""
        self.root = local

    def count_unit(self, _: dict[str, str]) -> None:
        """A text of the table of texts begins."""
        self._units += 1

    def note_column(self, attributes: dict[str, str]) -> None:
        """The sheet says how it shows some columns; of no width is hidden too."""
        if attributes.get("hidden") in ("1", "true") or attributes.get("width") in ("0", "0.0"):
            self._hidden_columns.append((int(attributes["min"]), int(attributes["max"])))

    def start_row(self, attributes: dict[str, str]) -> None:
        """A row begins."""
        self._units += 1
        self._settle()
        self._row = int(attributes["r"]) if "r" in attributes else self._row + 1
        self._is_hidden = attributes.get("hidden") in ("1", "true") or attributes.get("ht") in ("0", "0.0")
        self._cell = None

    def start_cell(self, attributes: dict[str, str]) -> None:
        """A cell begins; where it does not say its place it follows the one before."""
        if self._awaits_result:
            self._settle()
        if "r" not in attributes:
            before = column_index_from_string(self._cell["r"].rstrip(DIGITS)) if self._cell else 0
            attributes["r"] = f"{get_column_letter(before + 1)}{self._row}"
        self._cell = attributes

    def start_formula(self, attributes: dict[str, str]) -> None:
        """A cell holds a formula; when its result is text, the empty text is a result too."""
        self.start_value(attributes)
        self._awaits_result = self._cell.get("t") != "str"

    def start_value(self, _: dict[str, str]) -> None:
        """A cell holds something."""
        self._columns.add(self._cell["r"].rstrip(DIGITS))
        if self._row > self.size.last_row:
            self.size.last_row = self._row
            self.size.rows += 1
        if self._is_hidden:
            self.size.hidden.add(self._row)
        if self._awaits_result:
            self._parser.CharacterDataHandler = self._take_result

    def _take_result(self, _: str) -> None:
        self._awaits_result = False
        self._parser.CharacterDataHandler = None

    def _settle(self) -> None:
        """Finish the cell before: note its formula when no result followed."""
        if self._awaits_result:
            self._awaits_result = False
            self._parser.CharacterDataHandler = None
            self.size.uncalculated.add(self._cell["r"])

    def note_type(self, attributes: dict[str, str]) -> None:
        """The package says what one of its parts, or every part with one ending, is."""
        content_type = attributes.get("ContentType", "")
        _refuse_harmful(content_type)
        if "PartName" in attributes:
            self.types.append((attributes["PartName"].casefold(), content_type.casefold()))

    def check_link(self, attributes: dict[str, str]) -> None:
        """A part refers to another part or to something outside; of these only links to click are let in."""
        kind = attributes.get("Type", "")
        _refuse_harmful(kind)
        if attributes.get("TargetMode") == "External" and not kind.endswith("/hyperlink"):
            raise UploadRefused(_harmful("links to other files"))


class _Handlers(dict):
    """By tag as written (a prefix is the writer's choice) the method that follows it, or None."""

    METHODS = {
        ("worksheet", "col"): _Part.note_column,
        ("worksheet", "row"): _Part.start_row,
        ("worksheet", "c"): _Part.start_cell,
        ("worksheet", "f"): _Part.start_formula,
        ("worksheet", "v"): _Part.start_value,
        ("worksheet", "is"): _Part.start_value,
        ("sst", "si"): _Part.count_unit,
        ("Types", "Override"): _Part.note_type,
        ("Types", "Default"): _Part.note_type,
        ("Relationships", "Relationship"): _Part.check_link,
    }

    def __init__(self, part: _Part) -> None:
        super().__init__()
        self.part = part

    def __missing__(self, name: str) -> Callable[[dict[str, str]], None] | None:
        local = name.rpartition(":")[2]
        if not self.part.root:
            self.part.start_root(local)
        method = self.METHODS.get((self.part.root, local))
        self[name] = partial(method, self.part) if method else None
        return self[name]
