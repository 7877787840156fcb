"""The alert rules to begin with: each is whole, and asks only for figures that there are."""

import re
from pathlib import Path

import pytest
import yaml

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
