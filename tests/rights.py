"""Who may use what: every use case of `Assistant`, declared. A use case that is not in here fails a test.

Written down by hand, so that a change of somebody's rights is a change of this page.
"""

ROLES = ("employee", "agent L2", "agent L3", "editor", "manager", "admin")
EVERYBODY = frozenset({*ROLES, "requester"})  # what they are told depends on who they are: other tests look at that
STAFF = frozenset({"agent L2", "agent L3", "manager", "admin"})
APPROVERS = frozenset({"agent L2", "agent L3", "manager"})  # who has a level; the manager of the company has one
READERS = frozenset(ROLES) - {"employee"}
AUTHORS = frozenset({"agent L2", "agent L3", "editor", "admin"})
MANAGERS = frozenset({"manager", "admin"})
EDITORS = frozenset({"editor", "admin"})
REQUESTER = frozenset({"requester"})  # whose ticket, answer or walk-through it is: nobody else, whatever their role
REQUESTER_OR_STAFF = REQUESTER | STAFF

USE_CASES: dict[str, frozenset[str]] = {
    # asking, and what becomes of it
    "tickets.person_now": REQUESTER, "tickets.rate": REQUESTER, "tickets.goal_of": REQUESTER,
    "tickets.set_goal": REQUESTER, "tickets.status": EVERYBODY, "tickets.submit_form": EVERYBODY,
    "answering.pick": REQUESTER, "homes.home": EVERYBODY, "finding.search": EVERYBODY,
    # a walk-through and its actions
    "fixing.choose": REQUESTER, "fixing.type_in": REQUESTER, "fixing.ready": REQUESTER, "fixing.back": REQUESTER,
    "fixing.start_over": REQUESTER, "fixing.stuck": REQUESTER, "fixing.permit": REQUESTER, "fixing.pick": REQUESTER,
    "fixing.waiting_for": REQUESTER, "fixing.where": REQUESTER, "fixing.person_after": REQUESTER,
    "fixing.came_back": REQUESTER,
    "acting.open": APPROVERS, "acting.approve": APPROVERS, "acting.refuse": APPROVERS,
    # after the work
    "after.confirm": REQUESTER, "after.rate": REQUESTER, "after.comment": REQUESTER, "after.mine": REQUESTER,
    "after.add": REQUESTER, "after.reopen": REQUESTER_OR_STAFF, "after.heard_by": REQUESTER_OR_STAFF,
    # the desk
    "looking.ticket": STAFF, "looking.numbered": STAFF, "looking.other": STAFF, "looking.queues": STAFF,
    "working.claim": STAFF, "working.take": STAFF, "working.hand_back": STAFF, "working.assign": STAFF,
    "working.move": STAFF, "working.hold": STAFF, "working.resume": STAFF,
    "laddering.escalate": STAFF, "laddering.review": STAFF, "laddering.vendor_news": STAFF,
    "laddering.vendor_done": STAFF,
    "relating.link": STAFF, "relating.merge": STAFF, "relating.split": STAFF,
    "ending.resolve": STAFF, "ending.reopen": REQUESTER_OR_STAFF, "documenting.checked": STAFF,
    "correcting.begin": STAFF, "correcting.correct": STAFF, "opening.open_for": STAFF,
    "replying.form": STAFF, "replying.draft": STAFF, "replying.drafted": STAFF, "replying.send": STAFF,
    "replying.write": STAFF, "replying.withdraw": STAFF, "replying.staff_posted": EVERYBODY,
    "explaining.of_ticket": STAFF, "explaining.of_message": STAFF,
    "homes.declare_outage": STAFF, "homes.end_outage": STAFF,
    "runbooks.open": READERS, "runbooks.not_helpful": READERS, "searching.run_books": READERS,
    # writing
    "writing.drafts": EVERYBODY, "writing.live": EVERYBODY, "writing.publishes": EVERYBODY,
    "writing.reviews": EVERYBODY, "writing.begin": AUTHORS, "writing.draft": AUTHORS, "writing.keep": AUTHORS,
    "writing.rebase": AUTHORS, "writing.drop": EDITORS,
    "reviewing.submit": AUTHORS, "reviewing.send_back": EDITORS, "reviewing.publish": EDITORS,
    "keeping.history": EDITORS, "keeping.at": EDITORS, "keeping.rollback": EDITORS, "keeping.verify": EDITORS,
    "keeping.retire": EDITORS, "keeping.losses": EDITORS,
    "remarking.on": AUTHORS, "remarking.audiences": EVERYBODY, "remarking.categories": EVERYBODY,
    "sheets.of": AUTHORS, "sheets.audiences": EVERYBODY, "searching.find": AUTHORS, "drafting.begin": AUTHORS,
    "saying.begin": AUTHORS, "saying.asked_in": AUTHORS, "saying.of_task": AUTHORS,
    "listing.find": AUTHORS, "listing.one": AUTHORS, "listing.choices": AUTHORS, "listing.count": AUTHORS,
    # looking after the knowledge base
    "overviews.of": EVERYBODY, "rehearsing.run": EDITORS, "tasks.done": EDITORS, "tasks.waiting": EVERYBODY,
    "gaps.listed": EDITORS, "gaps.get": EDITORS, "gaps.assign": EDITORS, "gaps.snooze": EDITORS, "gaps.link": EDITORS,
    "gaps.close": EDITORS, "gaps.reopen": EDITORS, "gaps.merge": EDITORS, "gaps.move": EDITORS, "gaps.begin": EDITORS,
    "health.listed": EDITORS, "health.recent": EDITORS, "health.of": EDITORS, "health.lapsed": EDITORS,
    "health.unread": EDITORS, "health.alike": EDITORS, "health.collisions": EDITORS, "health.picture": EDITORS,
    "health.dead_links": EDITORS, "health.web_links": EDITORS,
    # people's rights
    "personal.show": MANAGERS, "personal.erase": MANAGERS,
}  # fmt: skip

# No person asks for these: sweeps, the worker, the sign-in door, or the surface's own book-keeping of its messages.
# A person's right was checked by the use case that led there; or what comes back is for a channel that all may read.
MACHINE = frozenset({
    "understanding.judge", "understanding.judge_each", "understanding.judged", "understanding.look_up",
    "understanding.words_of", "hearing.hear", "answering.ask", "answering.owns_thread",
    "tickets.changed_message", "tickets.form", "tickets.get",
    "acting.get", "acting.asked_of", "acting.to_agents", "acting.give_up", "acting.places", "acting.stands_at",
    "acting.carry_out", "acting.finish",
    "fixing.back_again", "fixing.permit_in", "fixing.covered", "fixing.drawn", "fixing.message_of", "fixing.now_at",
    "fixing.remember_message",
    "waking.look", "updating.look", "updating.standing", "desk_clock.look", "gaps.look", "health.look",
    "health.catch_up", "auditing.look", "retaining.look", "leaving.gone", "staffing.enrol",
    "staffing.known", "documenting.make",
    "showing.view", "showing.standing", "showing.last_move", "after.ended", "looking.at", "looking.did", "looking.done",
    "reviewing.was_done", "rehearsing.losses", "carding.waiting", "carding.shown", "carding.show", "carding.over",
    "homes.current_outages",
    "correcting.categories", "opening.propose", "opening.tiers", "tasks.get", "tasks.tell", "tasks.told_at",
    "replying.canned", "replying.take", "replying.sent", "replying.lost", "replying.line", "replying.line_at",
    "replying.copies", "replying.remember", "replying.now_says",
    "signing_in.begin", "signing_in.end", "signing_in.open", "signing_in.whose", "signing_in.close",
    "signing_in.shut_out",
})  # fmt: skip

# They run inside of another use case, in its transaction and after its checks: no listener or page can call them.
INSIDE = frozenset({
    "tickets.follow_up", "tickets.hand_off", "tickets.told_again", "acting.ask", "acting.confirm", "acting.of_step",
    "acting.withdraw", "fixing.action_asked", "fixing.action_ended", "fixing.begin_once", "fixing.waits_at",
    "documenting.order", "finding.cards", "finding.queue", "replying.gave_up",
})  # fmt: skip
