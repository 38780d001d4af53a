"""The outline of a mail: its header fields, and its body with the large parts cut out, in linear time."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

SMALL = 512 * 1024  # bytes: mails up to this size go to the parser whole
KEEP = 256 * 1024  # bytes of each large text part that are kept
SMALL_PART = 16 * 1024  # bytes of a part that is never cut
KEEP_ALL = 1024 * 1024  # bytes kept of all large parts together
HEADER_BLOCK = 256 * 1024  # bytes
HEADER_FIELDS = 1_000
FIELD_LIMIT = 8 * 1024  # bytes of one header value
PART_HEADER = 64 * 1024  # bytes
PARTS = 1_000
DEPTH = 50
LINE_CHECKS = 200_000  # lines times boundaries that the parser may compare
CUT = "X-Mailproc-Cut"  # names the cut in the reduced part; a number that is no cut of ours means nothing

_FIELD = re.compile(rb"([!-9;-~]{1,200})[ \t]*:[ \t]*")
_BLANK = re.compile(rb"(?:\r\n|\n|\r(?!\n))(?:\r\n|\n|\r)")
_LINE_END = re.compile(rb"\r\n|\n|\r")
_BOUNDARY = re.compile(rb"""boundary\s*=\s*(?:"([^"\r\n]{1,200})"|([^\s;"]{1,200}))""", re.IGNORECASE)
_TYPE = re.compile(rb"(?im)^content-type[ \t]*:\s*([^\s;]{1,100})")
_BASE64 = re.compile(rb"(?im)^content-transfer-encoding[ \t]*:\s*base64")


@dataclass(frozen=True, slots=True)
class Cut:
    """A large part's body in the raw mail: `offset` and `length` in bytes, `base64` or as it stands."""

    offset: int
    length: int
    base64: bool


@dataclass(frozen=True, slots=True)
class Skeleton:
    """A mail's header fields, and its body small enough for any parser."""

    fields: tuple[tuple[str, bytes], ...]  # (lower-case name, unfolded value), at most HEADER_FIELDS
    body: bytes
    cuts: tuple[Cut, ...] = ()
    defects: tuple[str, ...] = ()


def outline(raw: bytes) -> Skeleton:
    """The outline of any bytes; never raises."""
    start, end, body_at = _header_block(raw)
    defects: list[str] = []
    if end - start > HEADER_BLOCK:
        defects.append(f"header block cut at {HEADER_BLOCK} bytes")
    fields, rest = _fields(raw[start : min(end, start + HEADER_BLOCK)], defects)
    if (
        rest and end - start <= HEADER_BLOCK
    ):  # RFC 5322 §2.1 wants an empty line here; what follows the fields is the body
        defects.append("no empty line between header and body")
        body_at = end - len(rest)
    content_type = next((value for name, value in fields if name == "content-type"), b"")
    if not _needs_cutting(raw, body_at):
        return Skeleton(fields=fields, body=raw[body_at:], defects=tuple(defects))
    base64 = any(n == "content-transfer-encoding" and v.strip().lower() == b"base64" for n, v in fields)
    cutter = _Cutter(raw=raw, defects=defects)
    cutter.run(body_at, content_type, base64)
    return Skeleton(fields=fields, body=b"".join(cutter.pieces), cuts=tuple(cutter.cuts), defects=tuple(defects))


def body_offset(raw: bytes) -> int:
    """Where the body begins: the byte after the first empty line, or the end."""
    return _header_block(raw)[2]


def _header_block(raw: bytes) -> tuple[int, int, int]:
    start = 0
    while raw.startswith((b"\r\n", b"\n"), start) and start < 64:
        start += 2 if raw.startswith(b"\r\n", start) else 1
    if start and not _FIELD.match(raw, start):
        return 0, 0, start
    end = raw.find(b"\n\r\n", start)
    other = raw.find(b"\n\n", start, len(raw) if end < 0 else end + 2)
    if other >= 0:
        return start, other + 1, other + 2
    if end >= 0:
        return start, end + 1, end + 3
    hit = _BLANK.search(raw, start, start + HEADER_BLOCK) if b"\n" not in raw[:HEADER_BLOCK] else None
    return (start, len(raw), len(raw)) if hit is None else (start, hit.start(), hit.end())


def _fields(block: bytes, defects: list[str]) -> tuple[tuple[tuple[str, bytes], ...], bytes]:
    found: list[tuple[str, list[bytes]]] = []
    lines = block.splitlines(keepends=True)
    at = 0
    for number, line in enumerate(lines):
        if line[:1] in b" \t" and line[:1] and found:
            found[-1][1].append(line.strip())
        elif field_start := _FIELD.match(line):
            name = field_start[1].decode("ascii").lower()
            found.append((name, [line[field_start.end() :].strip()]))
        elif number == 0 and line.startswith((b"From ", b">From ")):
            pass  # an mbox's separator line
        elif line.strip() and not line.startswith(b">From "):
            break
        at += len(line)
    if len(found) > HEADER_FIELDS:
        defects.append(f"only the first {HEADER_FIELDS} of {len(found)} header fields were read")
    fields = tuple((name, _joined(name, pieces, defects)) for name, pieces in found[:HEADER_FIELDS])
    return fields, block[at:]


def _joined(name: str, pieces: list[bytes], defects: list[str]) -> bytes:
    value = pieces[0] if len(pieces) == 1 else b" ".join(pieces)
    if len(value) <= FIELD_LIMIT:
        return value
    defects.append(f"header field {name} cut at {FIELD_LIMIT} bytes")
    return value[:FIELD_LIMIT]


def _needs_cutting(raw: bytes, body_at: int) -> bool:
    if len(raw) - body_at > SMALL:
        return True
    markers = raw.count(b"oundary", body_at) + raw.count(b"OUNDARY", body_at)
    if markers > DEPTH // 2 or raw.count(b"\n--", body_at) > PARTS:
        return True
    # The standard parser asks each open boundary about each line.
    return markers > 2 and markers * raw.count(b"\n", body_at) > LINE_CHECKS


@dataclass(slots=True)
class _Cutter:
    """Walks over the boundary lines of a mail once, keeping the part headers and a bounded piece of each body."""

    raw: bytes
    defects: list[str]
    pieces: list[bytes] = field(default_factory=list)
    cuts: list[Cut] = field(default_factory=list)
    open: list[bytes] = field(default_factory=list)  # boundary lines, outermost first
    ahead: dict[bytes, int] = field(default_factory=dict)
    parts: int = 0
    kept: int = 0

    def run(self, at: int, content_type: bytes, base64: bool) -> None:
        """Cut everything from offset `at` on, the body of a part of this type."""
        if not self._enter(content_type):
            self._leaf(at, len(self.raw), text=_is_text(content_type), base64=base64)
            return
        while at < len(self.raw):
            hit, boundary = self._next(at)
            self._plain(at, hit)
            if boundary is None:
                return
            at = self._boundary_line(hit, boundary)

    def _enter(self, content_type: bytes) -> bool:
        if not content_type.lstrip().lower().startswith(b"multipart/"):
            return False
        boundary = _BOUNDARY.search(content_type)
        if boundary is None:
            return False
        self.open.append(b"--" + (boundary[1] or boundary[2]).rstrip())
        return True

    def _next(self, at: int) -> tuple[int, bytes | None]:
        """The nearest line that begins with an open boundary; each boundary scans the mail once."""
        best, which = len(self.raw), None
        for boundary in self.open:
            position = self.ahead.get(boundary, -1)
            if position < at:
                position = self._find(boundary, at)
                self.ahead[boundary] = position
            if position < best or (position == best < len(self.raw) and len(boundary) > len(which or b"")):
                best, which = position, boundary
        return best, which

    def _find(self, boundary: bytes, at: int) -> int:
        if self.raw.startswith(boundary, at) and (at == 0 or self.raw[at - 1] in b"\r\n"):
            return at
        hit = self.raw.find(b"\n" + boundary, max(0, at - 1))
        return len(self.raw) if hit < 0 else hit + 1

    def _boundary_line(self, hit: int, boundary: bytes) -> int:
        """Take the boundary line at `hit` and the part header below it; the offset where the part's body is done."""
        del self.open[self.open.index(boundary) + 1 :]
        line_end = self._line_end(hit, 1_000)
        self.pieces.append(self.raw[hit:line_end].rstrip(b"\r\n")[:1_000] + b"\n")
        if self.raw.startswith(b"--", hit + len(boundary)):
            self.open.pop()
            return line_end
        self.parts += 1
        header_end, at = self._part_header(line_end)
        header = self.raw[line_end:header_end]
        content_type = _type_of(header)
        if self.parts > PARTS or len(self.open) >= DEPTH:
            return self._refuse(at)
        self.pieces.append(header.rstrip(b"\r\n") + b"\n" if header.strip() else b"")
        if self._enter(content_type):
            self.pieces.append(b"\n")
            return at
        end, _ = self._next(at)
        self._leaf(at, end, text=_is_text(content_type), base64=bool(_BASE64.search(header)), in_part=True)
        return end

    def _refuse(self, at: int) -> int:
        reason = f"more than {PARTS} parts" if self.parts > PARTS else f"parts nested more than {DEPTH} deep"
        if reason not in self.defects:
            self.defects.append(reason)
        self.pieces.append(b"Content-Type: text/plain\n\n")
        end = len(self.raw) if self.parts > PARTS else self._next(at)[0]
        self._plain(at, end)
        return end

    def _part_header(self, at: int) -> tuple[int, int]:
        if self.raw.startswith((b"\n", b"\r\n"), at):
            return at, self._line_end(at, 2)
        blank = _BLANK.search(self.raw, at, min(at + PART_HEADER, self._next(at)[0]))
        if blank is not None:
            return blank.start(), blank.end()
        end = min(at + PART_HEADER, self._next(at)[0])
        return end, end

    def _line_end(self, at: int, limit: int) -> int:
        hit = _LINE_END.search(self.raw, at)
        return len(self.raw) if hit is None else hit.end()

    def _leaf(self, at: int, end: int, *, text: bool, base64: bool, in_part: bool = False) -> None:
        length = end - at
        if length <= SMALL_PART // max(1, len(self.open) - 2) and self.kept + length <= KEEP_ALL:
            self.pieces.append((b"\n" if in_part else b"") + self.raw[at:end])
            self.kept += length
            return
        if in_part:
            self.pieces.append(f"{CUT}: {len(self.cuts)}\n\n".encode())
        self.cuts.append(Cut(offset=at, length=length, base64=base64))
        if text:
            self._plain(at, end)
        self.pieces.append(b"\n")

    def _plain(self, at: int, end: int) -> None:
        room = min(KEEP // max(1, len(self.open) - 2), KEEP_ALL - self.kept)  # deep parts cost more to read
        kept = self.raw[at : min(end, at + max(0, room))]
        self.kept += len(kept)
        if at + len(kept) < end:
            self.defects.append(f"{end - at} bytes cut to {len(kept)}")
            kept = kept[: kept.rfind(b"\n") + 1] or kept
        self.pieces.append(kept)


def _type_of(header: bytes) -> bytes:
    """The part's Content-Type with its parameters, unfolded."""
    start = _TYPE.search(header)
    if start is None:
        return b""
    end = re.compile(rb"[\r\n](?![ \t\n])").search(header, start.end())
    return header[start.start(1) : len(header) if end is None else end.start()]


def _is_text(content_type: bytes) -> bool:
    kind = content_type.strip().lower()
    return not kind or kind.startswith((b"text/", b"message/")) or b"/" not in kind
