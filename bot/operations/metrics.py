"""Every figure that a process counts, in a registry of its own. docs/operating.md tells what each one means.

No label holds anything of a person, a ticket or anybody's words: kinds, methods, routes, tiers and queues only.
"""

from prometheus_client import CollectorRegistry, Counter, Gauge, GCCollector, Histogram, PlatformCollector
from prometheus_client import ProcessCollector as Process

# In seconds. A question takes some 10 to 50 ms, Slack's calls 50 to 300 ms; Slack waits 3 s for an acknowledgement.
QUICK = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)
CALLS = (0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
WAITS = (0.5, 1.0, 2.0, 3.0, 5.0, 10.0, 30.0, 60.0, 300.0, 1800.0)


class Metrics:
    """The figures of one process."""

    def __init__(self) -> None:
        """Make a registry with every figure at zero."""
        self.registry = of = CollectorRegistry()
        for collector in (Process, PlatformCollector, GCCollector): collector(registry=of)
        # Questions
        self.questions = Counter("firstline_questions", "Messages decided on.", ["decision"], registry=of)
        self.question = _seconds(of, "question", "From a question's words to its decision, kept.", QUICK)
        self.stage = _seconds(of, "stage", "One stage of the work.", QUICK, "stage")
        self.reply = _seconds(of, "reply", "From a message's own time at Slack to the reply there.", WAITS)
        # Slack
        self.events = Counter("firstline_slack_events", "What Slack sent.", ["kind", "outcome"], registry=of)
        self.again = Counter("firstline_slack_events_redelivered", "Of these, sent again by Slack.", registry=of)
        self.duplicates = Counter("firstline_slack_events_duplicate", "Events that were here before.", registry=of)
        self.acknowledged = _seconds(of, "slack_acknowledgement", "From an event to its acknowledgement.", QUICK)
        self.calls = Counter("firstline_slack_calls", "Calls of Slack.", ["method", "outcome"], registry=of)
        self.call = _seconds(of, "slack_call", "One call of Slack.", CALLS, "method")
        self.waits = _seconds(of, "slack_retry_after", "How long Slack asked us to wait.", WAITS)
        # Outbox
        self.deliveries = Counter("firstline_outbox_attempts", "Deliveries tried.", ["kind", "outcome"], registry=of)
        self.delivery = _seconds(of, "outbox_attempt", "One attempt to deliver.", CALLS, "kind")
        self.given_up = Counter("firstline_outbox_given_up", "Items that end undelivered.", ["kind"], registry=of)
        # The desk
        self.opened = Counter("firstline_tickets_opened", "Tickets opened.", ["tier", "queue"], registry=of)
        self.resolved = Counter("firstline_tickets_resolved", "Tickets resolved.", ["tier", "queue"], registry=of)
        self.breaches = Counter("firstline_sla_breaches", "Broken promises.", ["target", "tier", "queue"], registry=of)
        self.actions = Counter("firstline_actions", "Actions by what became of them.", ["action", "state"], registry=of)
        self.facts = Counter("firstline_facts", "Facts written into the history.", ["kind"], registry=of)
        # The process
        self.index = _seconds(of, "index_build", "Bringing the search index to the newest state.", CALLS)
        self.requests = Counter("firstline_http_requests", "HTTP requests.", ["method", "route", "status"], registry=of)
        self.request = _seconds(of, "http_request", "One HTTP request.", CALLS, "route")
        self.info = Gauge("firstline_build", "This process: always 1.", ["version", "roles"], registry=of)


def _seconds(of: CollectorRegistry, what: str, says: str, buckets: tuple[float, ...], *labels: str) -> Histogram:
    return Histogram(f"firstline_{what}_seconds", f"{says} In seconds.", labels, buckets=buckets, registry=of)
