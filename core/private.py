"""Files and folders that only the user may read whom Firstline runs as."""

import os
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
