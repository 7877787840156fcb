"""Who may press what in Slack: every listener, declared, with what Slack sends when somebody uses it.

What listens is named as in the code: its kind, and the id or the pattern that it listens to.
"""

from typing import Any

from bot.slack import ids
from tests.pressing import Json, action, modal, view
from tests.rights import APPROVERS, AUTHORS, EDITORS, EVERYBODY, READERS, REQUESTER, REQUESTER_OR_STAFF, STAFF

Row = tuple[frozenset[str], Json | None]  # who may, and what Slack sends; None: it only asks, which needs the models
SHEET, DRAFT = "article|pump|1", '{"kind": "article", "slug": "pump", "version": 1, "based_on": 1}'
FIELDS = {"title": "The pump", "part_0": "Dry it.", "category": "hardware", "owner": "", "review": "180"}
MESSAGE: dict[str, Any] = {"message": {"ts": "7.1", "thread_ts": "7.0", "text": "It hums.", "user": "U0EMMALARS"}}
HERE: dict[str, Any] = {**MESSAGE, "channel": {"id": "D1"}, "message_ts": "7.1"}


def row(kind: str, name: str, who: frozenset[str], sent: Json | None, pattern: str = "") -> tuple[tuple[str, str], Row]:
    """One listener."""
    return (kind, pattern or name), (who, sent)


def button(name: str, who: frozenset[str], value: str = "1", pattern: str = "", **more: Any) -> Any:
    """A listener of a button."""
    return row("action", name, who, action(name, value, **more), pattern)


def sent(name: str, who: frozenset[str], private: str = "1", **values: str) -> Any:
    """A listener of a form."""
    return row("view", name, who, view(name, private, **values))


def shortcut(name: str, who: frozenset[str], kind: str = "message_action", **more: Any) -> Any:
    """A listener of a shortcut."""
    return row("shortcut", name, who, {"type": kind, "callback_id": name, **more})


HOME = {"type": "home", "id": "V1", "private_metadata": "", "hash": "1"}
LABELS = {"kind": "incident", "category": "vpn", "impact": "low", "urgency": "low"}
STEPS = (
    ids.STEP_BACK, ids.STEP_OVER, ids.STEP_STUCK, ids.STEP_READY, ids.STEP_SKIP, ids.STEP_DO, ids.STEP_DO_NOT,
    ids.STEP_HELP, ids.STEP_INPUT, ids.STEP_PERSON,
)  # fmt: skip

LISTENERS: dict[tuple[str, str], Row] = dict([
    # what people write, and forms that ask; messages are written down before any listener, and asked in nobody's name
    *(row("event", name, EVERYBODY, None) for name in (
        "app_home_opened", "assistant_thread_started", "assistant_thread_context_changed", "app_context_changed",
    )),
    row("command", ids.COMMAND, EVERYBODY, None), row("view", ids.ASK_VIEW, EVERYBODY, None),
    row("shortcut", ids.SHORTCUT_ASK, EVERYBODY, None),
    button(ids.LINK, EVERYBODY), button(ids.ASK_HOME, EVERYBODY), button(ids.NEW_TICKET, EVERYBODY),
    button(ids.OPEN_FORM, EVERYBODY, "software-licence"), button(ids.STATUS, EVERYBODY),
    button("home_go_next", EVERYBODY, "", pattern=rf"^{ids.HOME_GO}_"),
    shortcut(ids.SHORTCUT_ASK_GLOBAL, EVERYBODY, "shortcut"), shortcut(ids.SHORTCUT_TICKET, EVERYBODY, **HERE),
    shortcut(ids.SHORTCUT_NEW_TICKET, EVERYBODY, "shortcut"),
    sent(ids.FORM_VIEW, EVERYBODY, "software-licence|D1|", software="Visio"),
    row("view", ids.NEW_TICKET_VIEW, EVERYBODY, None),
    # answers and walk-throughs
    button(ids.HELPED, REQUESTER, pattern=f"^({ids.HELPED}|{ids.NOT_HELPED})$"), button(ids.PERSON_NOW, REQUESTER),
    button(f"{ids.PICK}_0", REQUESTER, "1|article|pump", pattern=rf"^{ids.PICK}_\d$"),
    button(f"{ids.STEP_CHOICE}_0", REQUESTER, "1|0|0", pattern=rf"^{ids.STEP_CHOICE}_\d$"),
    button(ids.STEP_LIST, REQUESTER, "1|0|x"), *(button(name, REQUESTER, "1|0") for name in STEPS),
    sent(ids.STEP_VIEW, REQUESTER, "1|0", answer="Yes"), button(ids.RUN_PERSON, REQUESTER),
    button(ids.RUN_CAME_BACK, REQUESTER), button(ids.GOAL, REQUESTER), sent(ids.GOAL_VIEW, REQUESTER, goal="Print."),
    # after the work
    button(ids.CONFIRM, REQUESTER), button(ids.CLOSE_OWN, REQUESTER), button(ids.REOPEN, REQUESTER_OR_STAFF, "2"),
    button(f"{ids.RATE}_4", REQUESTER, "2", pattern=rf"^{ids.RATE}_[1-5]$"),
    button(ids.COMMENT, REQUESTER_OR_STAFF, "2"), sent(ids.COMMENT_VIEW, REQUESTER, "2|D1|1.0", note="Thanks."),
    button(ids.ADD, REQUESTER), sent(ids.ADD_VIEW, REQUESTER, text="It hums."),
    # the desk
    button(ids.CLAIM, STAFF), button(ids.HOME_CLAIM, STAFF, view=HOME),
    button(ids.ESCALATE, STAFF, "1|2"),
    sent(ids.ESCALATE_VIEW, STAFF, "1|2", reason="no-article", note="See above.", reviewed="yes"),
    button(ids.RESOLVE, STAFF), sent(ids.RESOLVE_VIEW, STAFF, "1|2", code="fixed", note="Done."),
    button(ids.CORRECT, STAFF), sent(ids.CORRECT_VIEW, STAFF, "1|incident|low|low|vpn", **LABELS),
    button(ids.WHY, STAFF, "INC-000001"), shortcut(ids.SHORTCUT_WHY, STAFF, **HERE), button(ids.MORE, STAFF, "move|1"),
    sent(ids.DESK_VIEW, STAFF, "take|1|"), button(ids.DESK_FORM, STAFF, "resolve|1|fixed|Done."),
    button(ids.DESK_MERGE, STAFF, "1|INC-000002"),
    row("view", ids.STAFF_TICKET_VIEW, STAFF, view(
        ids.STAFF_TICKET_VIEW, "", requester="U0EMMALARS", text="It is broken.", tier="2", **LABELS
    )),
    button(ids.REPLY, STAFF), button(ids.REPLY_CANNED, STAFF, "looking", view=modal("1|0")),
    button(ids.REPLY_REOPEN, STAFF, "1", view=modal("1|0")), button(ids.REPLY_EDIT, STAFF, "1", view=modal("1|0")),
    button(ids.REPLY_BACK, STAFF, "1"), sent(ids.REPLY_VIEW, STAFF, "1|0", text_0="Hello."),
    sent(ids.REPLY_SEND_VIEW, STAFF, "1|0"), button(ids.DECLARE_OUTAGE, STAFF, "The wifi is down."),
    button(ids.APPROVE, APPROVERS), button(ids.REFUSE, APPROVERS), sent(ids.REFUSE_VIEW, APPROVERS, why="No."),
    button(f"{ids.RUNBOOK}_0", READERS, "pump|0", pattern=rf"^{ids.RUNBOOK}_\d+$"),
    button(ids.RUNBOOK_NO_HELP, READERS, "pump|0", view=modal("")),
    # writing
    button(ids.DRAFT_RECIPE, AUTHORS, "2"), button(ids.DRAFT_ARTICLE, AUTHORS, "2"), button(ids.TASK_BEGIN, AUTHORS),
    button(ids.TASK_DONE, EDITORS), shortcut(ids.SHORTCUT_ARTICLE, AUTHORS, **HERE),
    button(ids.EDITOR_FIND, AUTHORS, "", pattern=rf"^{ids.EDITOR_FIND}(?:_read)?$"),
    sent(ids.EDITOR_FIND_VIEW, AUTHORS, "", words="pump"), button(ids.EDITOR_OPEN, AUTHORS, SHEET),
    button(f"{ids.EDITOR_NEW}_article", AUTHORS, "article", pattern=rf"^{ids.EDITOR_NEW}_"),
    button(ids.EDITOR_SHEET, AUTHORS, SHEET), button(ids.EDITOR_EDIT, AUTHORS, SHEET),
    sent(ids.EDITOR_FORM_VIEW, AUTHORS, DRAFT, **FIELDS), button(ids.EDITOR_PREVIEW, AUTHORS, "", view=modal(DRAFT)),
    button(ids.EDITOR_PAGE, AUTHORS, "0", view=modal(DRAFT)), button(ids.EDITOR_SUBMIT, AUTHORS, SHEET),
    button(ids.EDITOR_REBASE, AUTHORS, SHEET), button(ids.EDITOR_PUBLISH, EDITORS, SHEET),
    button(ids.EDITOR_SEND_BACK, EDITORS, SHEET), button(ids.EDITOR_DROP, EDITORS, SHEET),
    button(ids.EDITOR_VERIFY, EDITORS, SHEET), button(ids.EDITOR_RETIRE, EDITORS, SHEET),
    button(ids.EDITOR_HISTORY, EDITORS, SHEET), button(ids.EDITOR_REVISION, EDITORS, SHEET),
    button(ids.EDITOR_ROLLBACK, EDITORS, f"{SHEET}|1"),
    sent(ids.EDITOR_SAY_VIEW, EDITORS, f"retire|0|{SHEET}", word="x"),
    button(f"{ids.EDITOR_GAP}_open", EDITORS, "1", pattern=rf"^{ids.EDITOR_GAP}_(?:open|begin)$"),
    button(f"{ids.EDITOR_GAP}_mine", EDITORS, "1|1", pattern=rf"^{ids.EDITOR_GAP}_(?:snooze|mine)$"),
])  # fmt: skip
