"""What takes long to make is made once, by whichever worker of pytest-xdist asks first; the others wait for it."""

import fcntl
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


def shared_folder(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], object]) -> Path:
    """A folder that `make` has filled for every worker of this session; not to be changed. It is filled under another
    name first, so a worker that ends halfway leaves nothing that looks whole.
    """
    whole = _root(factory) / name
    with _locked(whole.with_suffix(".lock")):
        if whole.exists(): return whole
        begun = whole.with_suffix(".begun")
        shutil.rmtree(begun, ignore_errors=True)
        begun.mkdir()
        make(begun)
        return begun.rename(whole)


def link(made: Path, folder: Path) -> None:
    """Put what a shared folder holds into another one, as links: for files that are replaced but never changed."""
    shutil.copytree(made, folder, dirs_exist_ok=True, copy_function=os.link)


def _root(factory: pytest.TempPathFactory) -> Path:
    """The session's temporary folder; a worker's own lies in it."""
    own = factory.getbasetemp()
    return own.parent if "PYTEST_XDIST_WORKER" in os.environ else own


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    """Alone among all processes; the system frees the lock when its holder ends, however that happens."""
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
