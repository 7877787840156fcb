"""Trained models as files: arrays and a page of JSON, never code.

With them stand the version of the format and the name of the encoder, so that a model never meets vectors that it was
not trained on.
"""

import json
import os
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

from core.errors import BadInput, Unavailable

AGAIN = "run `firstline classifier train`"
Model = TypeVar("Model")
Page = Mapping[str, Any]
Arrays = Mapping[str, Any]


def save(path: Path, what: str, page: Page, arrays: Arrays) -> None:
    """Write a model to one file; a reader sees the old one or the new one, never half. `what` names it in errors.

    Raises:
        Unavailable: there is no room for it, or no right to write there.
    """
    partial = path.with_suffix(f".{os.getpid()}.partial")
    text = np.frombuffer(json.dumps(page).encode(), dtype=np.uint8)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with partial.open("wb") as file: np.savez(file, page=text, **arrays)
        partial.replace(path)
    except OSError as error:
        with suppress(OSError): partial.unlink()
        raise Unavailable(f"{path}: the {what} could not be written ({error.strerror}).") from None


def load(
    path: Path, what: str, *, version: int, encoder: str, read: Callable[[Page, Arrays], Model]
) -> Model:
    """What `read` makes of a model's page and arrays, if it is of this version and of this encoder.

    Raises:
        BadInput: there is none, it is damaged, holds code, or belongs to another encoder; says what to do.
    """
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
            page = _page(arrays, version)
            made, own = read(page, arrays), str(page["encoder"])
    except FileNotFoundError:
        raise BadInput(f"{path}: there is no {what} yet; {AGAIN}.") from None
    except Exception as error:  # noqa: BLE001 - damaged bytes fail anywhere in zipfile, json or numpy; it means the same
        raise BadInput(f"{path}: the {what} is damaged ({type(error).__name__}); {AGAIN}.") from None
    if own != encoder: raise BadInput(f"{path}: the {what} was trained with {own}, not {encoder}; {AGAIN}.")
    return made


def _page(arrays: Arrays, version: int) -> Page:
    page: dict[str, Any] = json.loads(arrays["page"].tobytes())
    if page["format"] != version: raise ValueError("another version's")
    return page
