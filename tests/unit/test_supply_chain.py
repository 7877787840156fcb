"""What is checked of the packages that Firstline stands on: vulnerabilities, licences, the bill of materials."""

import json
import sys
from collections.abc import Iterator
from datetime import date
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

CI = Path(__file__).parents[2] / ".ci"
TODAY = date(2026, 11, 22)
ACCEPTED = [{"id": "GHSA-1", "reason": "We never call it.", "until": date(2026, 12, 1)}]
RULES: dict[str, Any] = {
    "allowed": ["MIT", "Apache-2.0", "BSD-3-Clause"], "packages": {"odd": "was looked at"},
    "means": {"BSD License": "BSD-3-Clause", "3-Clause BSD License": "BSD-3-Clause"},
}  # fmt: skip


@pytest.fixture
def scripts(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The scripts of `make check` can be imported."""
    monkeypatch.syspath_prepend(str(CI))
    yield
    for name in ("pins", "audit", "licences", "sbom"): sys.modules.pop(name, None)


@pytest.fixture
def audit(scripts: None) -> ModuleType:
    """The audit."""
    del scripts
    return import_module("audit")


@pytest.fixture
def licences(scripts: None) -> ModuleType:
    """The check of licences."""
    del scripts
    return import_module("licences")


def told(*vulns: str, alias: str = "") -> dict[str, Any]:
    """What the service says of one package that is bad and one that is good."""
    bad = [{"id": one, "aliases": [alias] if alias else [], "fix_versions": ["2.0"]} for one in vulns]
    packages = [{"name": "bad", "version": "1.0", "vulns": bad}, {"name": "good", "version": "1.0", "vulns": []}]
    return {"dependencies": packages}


class TestVulnerabilities:
    """The audit."""

    def test_a_known_one_fails(self, audit: ModuleType) -> None:
        """And says where it is mended."""
        found = audit.judged(told("GHSA-9"), ACCEPTED, TODAY)
        assert found.failed
        assert found.lines[0] == "bad 1.0: GHSA-9, fixed in 2.0."

    def test_an_accepted_one_is_no_failure(self, audit: ModuleType) -> None:
        """It is counted; by any of its names."""
        assert not audit.judged(told("GHSA-1"), ACCEPTED, TODAY).failed
        assert "1 accepted" in audit.judged(told("PYSEC-5", alias="GHSA-1"), ACCEPTED, TODAY).lines[-1]

    def test_what_was_accepted_lapses(self, audit: ModuleType) -> None:
        """The day after, it fails."""
        found = audit.judged(told("GHSA-1"), ACCEPTED, date(2026, 12, 2))
        assert found.failed
        assert "accepted until 2026-12-01" in found.lines[0]

    def test_what_was_not_audited_is_said(self, audit: ModuleType) -> None:
        """A package that the service does not know never counts as a good one."""
        answer = told()
        answer["dependencies"].append({"name": "torch", "skip_reason": "not found"})
        lines = audit.judged(answer, [], TODAY).lines
        assert lines[0].startswith("Vulnerabilities: 2 packages audited, 0 known")
        assert lines[1] == "Not audited, as the advisory service does not know them: torch."

    def test_no_service_is_no_audit(self, audit: ModuleType) -> None:
        """Whether it does not answer or knows nothing: the line says that nothing was audited."""
        assert all("NOTHING WAS AUDITED" in audit.not_audited(one) for one in (None, {"dependencies": []}))

    def test_everything_that_is_accepted_has_a_reason_and_a_date(self, audit: ModuleType) -> None:
        """The file in the repository."""
        for one in audit.tomllib.loads(audit.ACCEPTED.read_text()).get("accept", []):
            assert one["reason"]
            assert isinstance(one["until"], date)


class TestLicences:
    """The check of licences."""

    @pytest.mark.parametrize("said", [
        "MIT", "MIT AND Apache-2.0", "GPL-3.0-only OR MIT", "BSD License", "3-Clause BSD License",
        "(MIT AND BSD-3-Clause)",
    ])  # fmt: skip
    def test_allowed(self, licences: ModuleType, said: str) -> None:
        """Every one that has to be kept is allowed; of several to choose from, one is."""
        assert licences.wrong("a", said, RULES) == ""

    @pytest.mark.parametrize("said", ["GPL-3.0-only", "MIT AND AGPL-3.0-only", "", "Closed", "GPL-2.0 OR AGPL-3.0"])
    def test_not_allowed(self, licences: ModuleType, said: str) -> None:
        """Whatever the list does not name, and whatever tells nothing."""
        assert licences.wrong("a", said, RULES)
        assert licences.wrong("odd", said, RULES) == ""


def test_a_bill_without_a_pin_is_refused(scripts: None) -> None:
    """What the lock pins and the bill does not list is named; `make check` asks the same of the real one."""
    del scripts
    bill = {"bomFormat": "CycloneDX", "specVersion": "1.6", "version": 1, "components": [
        {"type": "library", "name": "alembic", "version": "0.0.1"},
    ]}  # fmt: skip
    wrong = import_module("sbom").wrong(json.dumps(bill))
    assert "not valid" not in wrong[0]
    assert any(line.startswith("alembic==") for line in wrong)
    assert "not valid" in import_module("sbom").wrong(json.dumps(bill | {"version": "one"}))[0]
