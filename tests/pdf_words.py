"""What does a PDF of ours say, page by page, as a reader that follows its fonts sees it?

Enough of ISO 32000 for the files that typst writes, so that tests need no program of the machine.
"""

from __future__ import annotations

import re
import zlib

_OBJECT = re.compile(rb"(\d+) 0 obj\n(.*?)\nendobj", re.DOTALL)
_STREAM = re.compile(rb"stream\r?\n(.*)\r?\nendstream", re.DOTALL)
_FONT = re.compile(rb"/(f\d+) [\d.]+ Tf")
_ESCAPE = re.compile(rb"\\([0-7]{1,3}|.)", re.DOTALL)
_LETTERS = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}


def pages_of(pdf: bytes) -> list[str]:
    """Return the text of each page; spaces are those that were set."""
    objects = {int(number): body for number, body in _OBJECT.findall(pdf)}
    kids = next(
        body for body in objects.values() if b"/Type/Pages" in body and b"/Parent" not in body
    )
    return [_page(objects, page) for page in _leaves(objects, kids)]


def catalogue(pdf: bytes) -> bytes:
    """Return the catalogue: language, tags, outline."""
    return next(body for _, body in _OBJECT.findall(pdf) if b"/Type/Catalog" in body)


def alternatives(pdf: bytes) -> int:
    """Return how many pictures have words of their own."""
    return len(re.findall(rb"/S/Figure[^>]*?/Alt", pdf))


def _leaves(objects: dict[int, bytes], node: bytes) -> list[bytes]:
    found: list[bytes] = []
    listed = re.search(rb"/Kids\[([^\]]*)\]", node)
    for number in re.findall(rb"(\d+) 0 R", listed[1] if listed else b""):
        kid = objects[int(number)]
        found += _leaves(objects, kid) if b"/Kids" in kid else [kid]
    return found


def _page(objects: dict[int, bytes], page: bytes) -> str:
    resources = objects[int(re.search(rb"/Resources (\d+) 0 R", page)[1])]
    fonts = {
        name: _letters(objects, objects[int(number)])
        for name, number in re.findall(rb"/(f\d+) (\d+) 0 R", resources)
    }
    content = _inflated(objects[int(re.search(rb"/Contents (\d+) 0 R", page)[1])])
    said: list[str] = []
    letters: dict[bytes, str] = {}
    for stretch in _shown(content):
        if isinstance(stretch, str):
            letters = fonts[stretch.encode()]
        else:
            pairs = (stretch[k : k + 2] for k in range(0, len(stretch), 2))
            said.append("".join(letters.get(pair, "?") for pair in pairs))
    return " ".join(part for part in said if part)


def _shown(content: bytes) -> list[str | bytes]:
    """Return what a content stream does in order: names of fonts, and what is shown in one go."""
    found: list[str | bytes] = []
    at = 0
    while at < len(content):
        if content[at : at + 1] == b"[":
            at, shown = _array(content, at + 1)
            found.append(shown)
        elif content[at : at + 1] == b"(":
            at, shown = _literal(content, at + 1)
            if content.startswith(b"Tj", at):
                found.append(shown)
        elif (font := _FONT.match(content, at)) is not None:
            found.append(font[1].decode())
            at = font.end()
        else:
            at += 1
    return found


def _array(content: bytes, at: int) -> tuple[int, bytes]:
    """Return the strings of an array joined, and where it ends."""
    shown = b""
    while content[at : at + 1] != b"]":
        if content[at : at + 1] == b"(":
            at, part = _literal(content, at + 1)
            shown += part
        else:
            at += 1
    return at + 1, shown


def _literal(content: bytes, at: int) -> tuple[int, bytes]:
    """Return one string, whose own brackets are balanced or escaped, and where it ends."""
    read, depth = bytearray(), 1
    while depth:
        if (escape := _ESCAPE.match(content, at)) is not None:
            read += _unescaped(escape[1])
            at = escape.end()
            continue
        letter = content[at : at + 1]
        depth += (letter == b"(") - (letter == b")")
        read += letter
        at += 1
    return at, bytes(read[:-1])


def _letters(objects: dict[int, bytes], font: bytes) -> dict[bytes, str]:
    table = _inflated(objects[int(re.search(rb"/ToUnicode (\d+) 0 R", font)[1])])
    pairs = re.findall(rb"^<([0-9A-F]{4})> <([0-9A-F]+)>$", table, re.MULTILINE)
    return {bytes.fromhex(code.decode()): _text(text) for code, text in pairs}


def _text(digits: bytes) -> str:
    return bytes.fromhex(digits.decode()).decode("utf-16-be")


def _unescaped(code: bytes) -> bytes:
    return bytes([int(code, 8)]) if code.isdigit() else _LETTERS.get(code, code)


def _inflated(body: bytes) -> bytes:
    return zlib.decompressobj().decompress(_STREAM.search(body)[1])
