"""The names of everything that can be clicked or submitted."""

HELPED = "helped"
NOT_HELPED = "not_helped"
PERSON_NOW = "person_now"
PICK = "pick"  # followed by _0, _1, ...

STEP_CHOICE = "step_choice"  # followed by _0, _1, ...
STEP_INPUT = "step_input"
STEP_BACK = "step_back"
STEP_STUCK = "step_stuck"
STEP_SKIP = "step_skip"
STEP_READY = "step_ready"
STEP_HELP = "step_help"
STEP_OVER = "step_over"
STEP_LIST = "step_list"
STEP_DO = "step_do"
STEP_DO_NOT = "step_do_not"
RUN_CAME_BACK = "run_came_back"
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
LINK = "link"  # buttons that only open an address

APPROVE = "approve"
REFUSE = "refuse"
REFUSE_VIEW = "refuse_view"

DECLARE_OUTAGE = "declare_outage"

SHORTCUT_ASK = "ask_firstline"
SHORTCUT_TICKET = "open_ticket"
SHORTCUT_WHY = "why_answer"
SHORTCUT_ASK_GLOBAL = "ask_global"
COMMAND = "/it"
