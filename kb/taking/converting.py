"""One file's bytes to a page, by the format of its name. Markdown is read in this process, the rest in a child."""

import contextlib
import json
import os
import select
import subprocess
import sys
import time
from base64 import b64decode, b64encode
from collections.abc import Mapping
from pathlib import Path
from typing import IO, Any, Self

from kb.taking.pages import LeftOut, Page

SECONDS = 120  # for one file; a manual of 500 pages takes some 40
MEMORY = 1_500_000_000  # bytes of address space for the child
START_SECONDS = 60  # for a child to answer at all, on a machine that is busy
ROOT = Path(__file__).resolve().parents[2]


class Converter:
    """A child process that reads one file after another; one that hangs, crashes or grows takes only its file with it.

    `seconds` is the time that a file has, `start` that which the child has until it is ready.
    """

    def __init__(self, seconds: float = SECONDS, *, start: float = START_SECONDS) -> None:
        """Take the limits; the child is started when it is needed."""
        self._seconds, self._start_seconds = seconds, start
        self._child: subprocess.Popen[bytes] | None = None
        self._number = 0

    def __enter__(self) -> Self:
        """Nothing to do before the first file."""
        return self

    def __exit__(self, *_: object) -> None:
        """End the child."""
        self._end()

    def page(self, path: str, data: bytes, beside: Mapping[str, bytes] | None = None) -> Page:
        """A file as a page; `beside` are files that it may include.

        Raises:
            LeftOut: it cannot be read, or not within the limits.
        """
        child = self._child or self._start()
        extra = {name: b64encode(text).decode() for name, text in (beside or {}).items()}
        self._number += 1
        job = {"number": self._number, "path": path, "size": len(data), "beside": extra}
        try:
            jobs = _pipes(child)[0]
            jobs.write(json.dumps(job).encode() + b"\n" + data)
            jobs.flush()
            answer = self._answer(child)
        except (BrokenPipeError, EOFError):
            self._end()
            raise LeftOut("made its reader fail: it needs too much memory, or is damaged") from None
        except TimeoutError:
            self._end()
            raise LeftOut(f"takes longer than {self._seconds:g} seconds to read; split it") from None
        return _page(path, answer)

    def _answer(self, child: subprocess.Popen[bytes]) -> Mapping[str, Any]:
        """The child's answer to this job; one to another would put its text under the wrong name."""
        answer: Mapping[str, Any] = json.loads(self._line(child, self._seconds))
        if answer.get("number") != self._number: raise BrokenPipeError
        return answer

    def _start(self) -> subprocess.Popen[bytes]:
        paths = os.pathsep.join([str(ROOT), *(path for path in sys.path if path)])
        self._child = subprocess.Popen(  # noqa: S603 - Python itself, with arguments of our own
            [sys.executable, "-m", "kb.taking.child", str(MEMORY)], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL, env={"PYTHONPATH": paths, "LANG": "C.UTF-8", "PYTHONUTF8": "1"}, bufsize=-1,
        )
        try:
            self._line(self._child, self._start_seconds)
        except (EOFError, TimeoutError):
            self._end()
            raise LeftOut("could not be read: its reader did not start; import it again") from None
        return self._child

    def _line(self, child: subprocess.Popen[bytes], seconds: float) -> bytes:
        """The child's next line; what it prints comes in pieces."""
        answers = _pipes(child)[1]
        end, parts = time.monotonic() + seconds, bytearray()
        while not parts.endswith(b"\n"):
            ready, _, _ = select.select([answers], [], [], max(0, end - time.monotonic()))
            if not ready: raise TimeoutError
            piece = os.read(answers.fileno(), 1 << 20)
            if not piece: raise EOFError
            parts += piece
        return bytes(parts)

    def _end(self) -> None:
        child, self._child = self._child, None
        if child is None: return
        child.kill()
        child.wait()
        for pipe in (child.stdin, child.stdout):
            if pipe:
                with contextlib.suppress(BrokenPipeError): pipe.close()


def _pipes(child: subprocess.Popen[bytes]) -> tuple[IO[bytes], IO[bytes]]:
    """Where a child takes its jobs, and where it answers."""
    if child.stdin is None or child.stdout is None: raise BrokenPipeError
    return child.stdin, child.stdout


def _page(path: str, answer: Mapping[str, Any]) -> Page:
    if "left" in answer: raise LeftOut(answer["left"], answer["line"])
    return Page(
        path=path, title=answer["title"], body=answer["body"], notes=tuple(answer["notes"]),
        pictures={name: b64decode(data) for name, data in answer["pictures"].items()},
        guides=tuple(answer["guides"]), manual=answer["manual"],
    )  # fmt: skip
