"""Bytes to text, whatever a person's editor wrote."""

import codecs
import re

from charset_normalizer import from_bytes

from kb.taking.pages import LeftOut

MARKS = (
    (codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF32_LE, "utf-32-le"), (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"),
)  # fmt: skip
CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
MOST_CONTROL = 0.003  # of the bytes of a text: a stray one is a slip, one in 300 is no text
SAMPLE = 100_000  # bytes; enough to tell a text and its encoding
LATIN = re.compile(r"cp125[024]|latin.*|iso8859.*|mac.*|cp437|cp8\d\d|cp775|cp1006|hp_roman8")


def decoded(data: bytes) -> tuple[str, str]:
    """A file's text with plain line ends, and the encoding's name where it is not UTF-8.

    Raises:
        LeftOut: it is no text.
    """
    text, name = _decoded(data)
    return text.replace("\r\n", "\n").replace("\r", "\n"), name


def _decoded(data: bytes) -> tuple[str, str]:
    for mark, encoding in MARKS:
        if data.startswith(mark): return data[len(mark) :].decode(encoding, "replace"), _named(encoding)
    encoding = _wide(data[:SAMPLE])
    if encoding: return data.decode(encoding, "replace"), _named(encoding)
    if len(CONTROL.findall(data[:SAMPLE])) > MOST_CONTROL * len(data[:SAMPLE]): raise LeftOut("is not a text file")
    try:
        return data.decode("utf-8"), ""
    except UnicodeDecodeError:
        return _guessed(data)


def _named(encoding: str) -> str:
    return "" if encoding == "utf-8" else encoding.upper().removesuffix("-LE").removesuffix("-BE")


def _wide(sample: bytes) -> str:
    """UTF-16 without its mark: nearly every other byte of a European text is zero."""
    half = len(sample) // 2
    if not half or b"\0" not in sample: return ""
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    if odd > 0.7 * half and even < 0.1 * half: return "utf-16-le"
    if even > 0.7 * half and odd < 0.1 * half: return "utf-16-be"
    return ""


def _guessed(data: bytes) -> tuple[str, str]:
    """What an old editor wrote. Among the Latin ones a guess is as good as chance; Windows' own is by far the usual."""
    best = from_bytes(data[:SAMPLE]).best()
    if best is None: raise LeftOut("is not a text file, or in an encoding that cannot be told")
    encoding = "cp1252" if LATIN.fullmatch(best.encoding) else best.encoding
    return data.decode(encoding, "replace"), encoding.replace("cp1252", "Latin-1 (Windows-1252)")
