"""The names of everything that can be clicked or submitted."""

HELPED = "helped"
NOT_HELPED = "not_helped"
PERSON_NOW = "person_now"
PICK = "pick"  # followed by _0, _1, ...

STEP_CHOICE = "step_choice"  # followed by _0, _1, ...
STEP_INPUT = "step_input"
STEP_BACK = "step_back"
STEP_STUCK = "step_stuck"
RUN_PERSON = "run_person"
STEP_VIEW = "step_view"

OPEN_FORM = "open_form"
FORM_VIEW = "form_view"
GOAL = "goal"
GOAL_VIEW = "goal_view"
STATUS = "status"
REOPEN = "reopen"
CLOSE_OWN = "close_own"

CLAIM = "claim"
ESCALATE = "escalate"
ESCALATE_VIEW = "escalate_view"
RESOLVE = "resolve"
RESOLVE_VIEW = "resolve_view"
CORRECT = "correct"
CORRECT_VIEW = "correct_view"
WHY = "why"
NEW_TICKET_VIEW = "new_ticket_view"

ASK_HOME = "ask_home"
ASK_VIEW = "ask_view"
EDIT_ARTICLE = "edit_article"
EDIT_PICK_VIEW = "edit_pick_view"
NEW_ARTICLE = "new_article"
ARTICLE_VIEW = "article_view"
RUNBOOK = "runbook"  # followed by _0, _1, ...
RUNBOOK_VIEW = "runbook_view"
RUNBOOK_EDIT = "runbook_edit"
RUNBOOK_FORM = "runbook_form"
RUNBOOK_NO_HELP = "runbook_no_help"
RUNBOOK_RETIRE = "runbook_retire"
RUNBOOK_FIND = "runbook_find"
RUNBOOK_PICK_VIEW = "runbook_pick_view"
RUNBOOK_NEW = "runbook_new"
LINK = "link"  # buttons that only open an address

DECLARE_OUTAGE = "declare_outage"

SHORTCUT_ASK = "ask_firstline"
SHORTCUT_TICKET = "open_ticket"
SHORTCUT_WHY = "why_answer"
SHORTCUT_ASK_GLOBAL = "ask_global"
COMMAND = "/it"
