"""Files and folders that only the user may read whom Firstline runs as."""

import os
import shutil
from pathlib import Path

FOLDER, FILE = 0o700, 0o600


def folder(path: Path) -> Path:
    """Make a folder, and whatever is above it; one that is there stays as it is."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        path.mkdir(mode=FOLDER)
    except FileExistsError:
        if not path.is_dir(): raise
    return path


def file(path: Path) -> None:
    """Make an empty file, if there is none: a database's journals get the rights of its file."""
    os.close(os.open(path, os.O_CREAT | os.O_WRONLY, FILE))


def place(whole: Path, name: Path) -> None:
    """Have a file under a name where nothing is, whole or not at all; it may be gone from where it was.

    Where the file system knows no hard links (CIFS, exFAT), it is copied, and seen while it grows.

    Raises:
        FileExistsError: something is there.
        OSError: it could not be written; then nothing is there.
    """
    try:
        os.link(whole, name)
    except FileExistsError:
        raise
    except OSError:
        _copy(whole, name)


def _copy(whole: Path, name: Path) -> None:
    with whole.open("rb") as read, os.fdopen(os.open(name, os.O_CREAT | os.O_EXCL | os.O_WRONLY, FILE), "wb") as made:
        try:
            shutil.copyfileobj(read, made)
            made.flush()
            os.fsync(made.fileno())
        except BaseException:
            name.unlink()
            raise
