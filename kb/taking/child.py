"""The child process of `kb.taking.converting`: reads files that nobody vouches for, with a limit to its memory.

A job is a line of JSON (number, path, size, beside) and the file's bytes; the answer is a line of JSON with the number.
"""

import json
import os
import resource
import sys
from base64 import b64decode, b64encode
from collections.abc import Mapping
from typing import Any, BinaryIO

from kb.taking.pages import LeftOut, Page, suffix


def main() -> None:
    """Serve jobs until there are none."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # a library that prints must not spoil an answer
    memory = int(sys.argv[1])
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    _say(answers, {"ready": True})
    for line in sys.stdin.buffer:
        job = json.loads(line)
        data = sys.stdin.buffer.read(job["size"])
        beside = {name: b64decode(text) for name, text in job["beside"].items()}
        _say(answers, {"number": job["number"], **answer(job["path"], data, beside)})


def answer(path: str, data: bytes, beside: Mapping[str, bytes]) -> dict[str, Any]:
    """What a file became, or why it is left out."""
    try:
        page = convert(path, data, beside)
    except LeftOut as error:
        return {"left": str(error), "line": error.line}
    except MemoryError:
        return {"left": "needs more memory than a file may take; split it", "line": 1}
    except RecursionError:
        return {"left": "is nested too deeply", "line": 1}
    except Exception as error:  # noqa: BLE001 - a library met what its makers did not think of; the file is told, the rest goes on
        return {"left": f"cannot be read ({type(error).__name__}: {' '.join(str(error).split())[:200]})", "line": 1}
    return {
        "title": page.title, "body": page.body, "notes": page.notes, "guides": page.guides, "manual": page.manual,
        "pictures": {name: b64encode(data).decode() for name, data in page.pictures.items()},
    }  # fmt: skip


def convert(path: str, data: bytes, beside: Mapping[str, bytes]) -> Page:
    """A file as a page. Each format's library is loaded when its first file comes."""
    match suffix(path):
        case ".pdf":
            from kb.taking.pdf import pdf_page

            return pdf_page(path, data)
        case ".docx" | ".docm":
            from kb.taking.word import word_page

            return word_page(path, data)
        case ".page":
            from kb.taking.mallard import mallard_page

            return mallard_page(path, data, beside)
        case _:
            from kb.taking.html import html_page

            return html_page(path, data)


def _say(answers: BinaryIO, what: Mapping[str, Any]) -> None:
    answers.write(json.dumps(what).encode() + b"\n")
    answers.flush()


if __name__ == "__main__": main()
