"""XML from outside, read within bounds: no entities, no fetching, no bombs."""

from __future__ import annotations

import io
import xml.etree.ElementTree as ET
import zipfile
import zlib
from xml.parsers import expat

from schemas.errors import MediaError

MAX_XML_BYTES = 16 * 2**20
MAX_MXL_BYTES = 4 * 2**20
MAX_ELEMENTS = 1_000_000
MAX_DEPTH = 64
_MAX_FILES = 64
_MAX_RATIO = 200


def parse_bounded(content: bytes) -> ET.Element:
    """The root element of an XML document.

    A document type may be named, as every MusicXML program does, but it is never fetched; one that defines anything of
    its own (entities above all) is refused.

    Raises:
        MediaError: the document is not well formed, defines entities, or goes beyond 16 MB, a million elements or
            a depth of 64.
    """
    if len(content) > MAX_XML_BYTES:
        raise MediaError(f"MusicXML of {len(content):,} bytes is over {MAX_XML_BYTES:,}: split it into songs")
    builder = ET.TreeBuilder()
    counts = {"elements": 0, "depth": 0}

    def start(tag: str, attributes: dict[str, str]) -> None:
        counts["elements"] += 1
        counts["depth"] += 1
        if counts["elements"] > MAX_ELEMENTS or counts["depth"] > MAX_DEPTH:
            raise MediaError(
                f"MusicXML has more than {MAX_ELEMENTS:,} elements or a depth over {MAX_DEPTH}: export it again"
            )
        builder.start(tag, attributes)

    def end(tag: str) -> None:
        counts["depth"] -= 1
        builder.end(tag)

    def doctype(_name: str, _system: str | None, _public: str | None, has_internal_subset: bool) -> None:
        if has_internal_subset:
            raise MediaError("MusicXML defines entities or a document type of its own: export it without them")

    parser = expat.ParserCreate()
    parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = builder.data
    parser.StartDoctypeDeclHandler = doctype
    try:
        parser.Parse(content, True)
    except (expat.ExpatError, ValueError, LookupError, AssertionError) as error:
        raise MediaError(f"MusicXML cannot be read ({error}): the file is damaged, export it again") from error
    return builder.close()


def unpacked(content: bytes) -> bytes:
    """The MusicXML inside a compressed .mxl file, or the content itself where it is plain XML.

    Raises:
        MediaError: the archive is damaged, encrypted, without a score, or unpacks to more than it may.
    """
    if content[:4] != b"PK\x03\x04":
        return content
    if len(content) > MAX_MXL_BYTES:
        raise MediaError(f".mxl file of {len(content):,} bytes is over {MAX_MXL_BYTES:,}: split it into songs")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return _score_file(archive)
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, NotImplementedError, OSError, ValueError) as error:
        raise MediaError(f".mxl file cannot be unpacked ({error}): export it again") from error


def _score_file(archive: zipfile.ZipFile) -> bytes:
    files = archive.infolist()
    if len(files) > _MAX_FILES:
        raise MediaError(f".mxl file holds {len(files)} files, at most {_MAX_FILES}: export it again")
    names = {info.filename: info for info in files}
    chosen = None
    if "META-INF/container.xml" in names:
        chosen = names.get(_full_path(_unpack(archive, names["META-INF/container.xml"])))
    plain = [i for n, i in names.items() if n.endswith((".xml", ".musicxml")) and not n.startswith("META-INF/")]
    chosen = chosen or next(iter(plain), None)
    if chosen is None:
        raise MediaError(".mxl file holds no score: export it again")
    return _unpack(archive, chosen)


def _full_path(container: bytes) -> str:
    """The path of the score, or '' where the container does not say it: some programs forget to escape apostrophes."""
    try:
        root = next((e for e in parse_bounded(container).iter() if e.tag.endswith("rootfile")), None)
    except MediaError:
        return ""
    return root.get("full-path", "") if root is not None else ""


def _unpack(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> bytes:
    if info.file_size > MAX_XML_BYTES or info.file_size > _MAX_RATIO * max(info.compress_size, 5_000):
        raise MediaError(f".mxl file unpacks to {info.file_size:,} bytes, more than it may: export it again")
    with archive.open(info) as file:
        found = file.read(MAX_XML_BYTES + 1)
    if len(found) > MAX_XML_BYTES:
        raise MediaError(f".mxl file unpacks to more than {MAX_XML_BYTES:,} bytes: split it into songs")
    return found
