"""Writes a file into a folder, whole or not at all, and never out of it."""

import os
from pathlib import Path
from tempfile import NamedTemporaryFile

from core.errors import BadInput


def write(folder: Path, path: Path, data: bytes) -> bool:
    """Write a file of a folder; False if it is the same already.

    Raises:
        BadInput: a link on the way leads out of the folder.
    """
    if not path.parent.resolve().is_relative_to(folder.resolve()):
        raise BadInput(f"{path}: a link on the way leads out of {folder}; nothing was written there.")
    if not path.is_symlink() and path.is_file() and path.read_bytes() == data: return False
    path.parent.mkdir(parents=True, exist_ok=True)
    with NamedTemporaryFile(dir=path.parent, prefix=".firstline-", delete=False) as file:
        try:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
            Path(file.name).chmod(0o644)
            Path(file.name).replace(path)
        except BaseException:
            Path(file.name).unlink(missing_ok=True)
            raise
    return True
