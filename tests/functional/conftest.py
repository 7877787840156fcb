"""What the functional tests share: one prepared Firstline a session, one running Firstline a module, and its people."""

import logging
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from core.onnx_encoder import OnnxEncoder
from tests.browser import executable
from tests.fakes import Ahead
from tests.functional.office import (
    EMMA,
    LIAM,
    MARCUS,
    NOOR,
    PATIENCE,
    PRIYA,
    Colleague,
    Office,
    Prepared,
    open_office,
    prepare,
)
from tests.sharing import shared_folder

ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]  # of Chromium


@pytest.fixture(scope="session")
def prepared(
    tmp_path_factory: pytest.TempPathFactory, exported_state: Path, onnx_encoder: OnnxEncoder
) -> Prepared:
    """The shipped knowledge base and freshly trained models, made once for all tests."""
    folder = shared_folder(tmp_path_factory, "prepared", lambda folder: prepare(folder, onnx_encoder))
    return Prepared(folder=folder, exported=exported_state, encoder=onnx_encoder)


@pytest.fixture(scope="module")
def time() -> Ahead:
    """The office's clock, which tests may push on."""
    return Ahead()


@pytest.fixture(scope="module")
def office(prepared: Prepared, tmp_path_factory: pytest.TempPathFactory, time: Ahead) -> Iterator[Office]:
    """A running Firstline for all tests of one file."""
    with open_office(prepared, tmp_path_factory.mktemp("office"), clock=time) as made: yield made


@pytest.fixture(autouse=True)
def all_heard(request: pytest.FixtureRequest) -> Iterator[None]:
    """What one test has said or pressed is dealt with before the next begins: nobody hears another test's answer."""
    office: Office | None = request.getfixturevalue("office") if "office" in request.fixturenames else None
    yield
    if office: office.all_heard()


@pytest.fixture
def person(office: Office) -> Iterator[Callable[[str], Colleague]]:
    """People at the page, by id, until the end of the test."""
    there: list[Colleague] = []

    def come(user: str) -> Colleague:
        there.append(office.person(user).__enter__())
        return there[-1]

    yield come
    for one in there: one.__exit__(None, None, None)


@pytest.fixture
def emma(person: Callable[[str], Colleague]) -> Colleague:
    """Emma, an employee."""
    return person(EMMA)


@pytest.fixture
def liam(person: Callable[[str], Colleague]) -> Colleague:
    """Liam, a support agent of tier 2."""
    return person(LIAM)


@pytest.fixture
def priya(person: Callable[[str], Colleague]) -> Colleague:
    """Priya, an engineer of tier 3."""
    return person(PRIYA)


@pytest.fixture
def noor(person: Callable[[str], Colleague]) -> Colleague:
    """Noor, an editor."""
    return person(NOOR)


@pytest.fixture
def marcus(person: Callable[[str], Colleague]) -> Colleague:
    """Marcus, the operations manager."""
    return person(MARCUS)


@pytest.fixture
def no_errors(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """Nothing of Firstline's own may go wrong during the test."""
    yield
    wrong = [one.getMessage() for one in caplog.get_records("call") if one.levelno >= logging.ERROR]
    assert not wrong


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One headless Chromium for all tests of a file."""
    expect.set_options(timeout=PATIENCE * 1000)
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=executable(), args=ARGUMENTS)
        yield started
        started.close()
