"""The alert rules to begin with: each is whole, and asks only for figures that there are."""

import re
from pathlib import Path

import pytest
import yaml

from bot.duties import Duty
from bot.operations.metrics import Metrics

ROOT = Path(__file__).parents[2]
[GROUP] = yaml.safe_load((ROOT / "deploy" / "prometheus-rules.yaml").read_text(encoding="utf-8"))["groups"]
FROM_DATABASE = {  # told when somebody asks
    "firstline_database_up", "firstline_incoming_oldest_seconds", "firstline_outbox_oldest_seconds",
    "firstline_kb_generation",
}  # fmt: skip


@pytest.mark.parametrize("rule", GROUP["rules"], ids=lambda rule: rule["alert"])
def test_a_rule_is_whole(rule: dict[str, object]):
    """A name of its own, an expression whose brackets close, how bad it is, what it means and what to do."""
    expr, told = str(rule["expr"]), rule["annotations"]
    assert isinstance(told, dict)
    assert told.keys() == {"summary", "action"}
    assert rule["labels"] in ({"severity": "page"}, {"severity": "ticket"})
    assert [one["alert"] for one in GROUP["rules"]].count(rule["alert"]) == 1
    assert [expr.count(sign) for sign in "([{"] == [expr.count(sign) for sign in ")]}"]
    counted = {one.name + more for one in Metrics().registry.collect() for more in ("", "_total", "_bucket")}
    assert set(re.findall(r"firstline_\w+", expr)) <= counted | FROM_DATABASE


def test_the_first_event_of_a_kind_counts():
    """A series that begins with 1 has grown by nothing, as `increase` sees it: it counts as a whole for an hour."""
    counted = [str(rule["expr"]) for rule in GROUP["rules"] if "increase(" in str(rule["expr"])]
    assert len(counted) == 3
    for expr in counted:
        [series] = re.findall(r"increase\((.+)\[1h\]\)", expr)
        assert f"{series} unless {series} offset 1h or increase({series}[1h])" in " ".join(expr.split())


@pytest.mark.parametrize("role", [duty.value for duty in Duty])
def test_each_role_is_missed(role: str):
    """Somebody is paged when no process has a role, though others go on; whoever has all roles has this one, too."""
    absent = [rule for rule in GROUP["rules"] if str(rule["expr"]).startswith("absent(firstline_build{")]
    asked = {str(rule["alert"]): re.findall(r'roles=~"([^"]+)"', str(rule["expr"])) for rule in absent}
    others = ",".join(sorted({duty.value for duty in Duty} - {role}))
    missed = [name for name, [roles] in asked.items() if not re.fullmatch(roles, others)]
    assert len(missed) == 1
    for roles in ("all", role, f"{role},zzz"): assert re.fullmatch(asked[missed[0]][0], roles)
    assert {rule["labels"]["severity"] for rule in absent} == {"page"}
