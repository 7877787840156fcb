"""How near reports come to the outage they are about: what `MATCHES_AT` was chosen on, with the real model."""

import json
from pathlib import Path

import numpy as np

from core.encoder import SentenceEncoder
from handoff.outages import MATCHES_AT

MESSAGES = Path(__file__).parents[2] / "data" / "training" / "messages.jsonl"

# Category, the outage as IT puts it, and how people report it who are hit.
OUTAGES: list[tuple[str, str, list[str]]] = [
    (
        "vpn",
        "The VPN in Lisbon is down.",
        [
            "vpn wont connect",
            "can't get on the vpn from lisbon",
            "globalprotect stuck on connecting",
            "vpn not working for anyone here",
            "is the vpn down?",
            "vpn keeps timing out since 9",
        ],
    ),
    (
        "email",
        "E-mail is delayed: messages arrive up to an hour late.",
        [
            "my mails arrive super late",
            "sent an email an hour ago and it hasn't arrived",
            "not getting any emails",
            "outlook is slow to receive mail today",
            "are emails delayed?",
            "customer says my mail took an hour",
        ],
    ),
    (
        "wifi",
        "The Wi-Fi on the third floor in Bristol is down.",
        [
            "no wifi on floor 3",
            "wifi is gone",
            "laptop cant find the office wifi",
            "wifi down on the 3rd floor in bristol?",
            "everyone on our floor lost wi-fi",
            "wireless keeps dropping in bristol",
        ],
    ),
    (
        "printing",
        "Printing does not work in any office; the print server is being repaired.",
        [
            "printer not printing",
            "my print job just disappears",
            "cant print anything today",
            "print queue stuck for everybody",
            "is the print server down",
            "follow me printing gives an error",
        ],
    ),
    (
        "accounts",
        "Single sign-on is down: nobody can sign in to Salesforce, Workday and Jira.",
        [
            "cant log in to salesforce",
            "sso gives me a 500 error",
            "login to jira fails",
            "workday wont let me sign in",
            "sign in page is broken for everyone",
            "I get an error when signing in with sso",
        ],
    ),
    (
        "slack",
        "Slack is slow to send messages and file uploads fail.",
        [
            "slack wont send my messages",
            "can't upload files to slack",
            "slack is really slow",
            "messages hang in slack",
            "is slack having problems?",
            "file upload in slack fails",
        ],
    ),
    (
        "meetings",
        "Zoom meetings drop after a few minutes.",
        [
            "zoom keeps kicking me out",
            "my zoom call dropped again",
            "zoom meeting disconnects after 5 minutes",
            "thrown out of zoom calls",
            "calls drop on zoom",
            "is zoom down",
        ],
    ),
    (
        "network",
        "The intranet and all internal sites are not reachable.",
        [
            "intranet wont load",
            "can't open internal sites",
            "internal wiki not reachable",
            "intranet page spins forever",
            "none of the internal pages open",
            "company portal is down",
        ],
    ),
    (
        "files",
        "The network drive S: is not available.",
        [
            "s drive gone",
            "network drive says disconnected",
            "cant open the shared drive",
            "where is my S: drive",
            "shared folder not available",
            "mapped drive has a red x",
        ],
    ),
    (
        "calendar",
        "Outlook calendars do not update on phones.",
        [
            "calendar on my phone doesnt sync",
            "new meetings dont show on phone",
            "phone calendar is outdated",
            "outlook calendar not updating on iphone",
            "appointments missing on my mobile",
            "calendar sync broken",
        ],
    ),
    (
        "mfa",
        "The approval prompts for sign-in do not arrive on phones.",
        [
            "no mfa prompt on my phone",
            "authenticator isnt sending the approval",
            "push notification for login never comes",
            "i dont get the approval request",
            "mfa not arriving",
            "waiting for approval on phone but nothing shows",
        ],
    ),
    (
        "phones",
        "Mobile data does not work with our carrier in Portugal.",
        [
            "no mobile data",
            "phone has no internet in lisbon",
            "mobile data is dead on my work phone",
            "can't get 4g on company phone",
            "no signal on work phone since this morning",
            "data not working on phone",
        ],
    ),
]


def test_most_reports_match_their_outage_and_hardly_any_other_incident_does(sentence_encoder: SentenceEncoder) -> None:
    """Three of four reports are answered by the outage; of incidents of other categories under one in a hundred."""
    rows = [json.loads(line) for line in MESSAGES.read_text(encoding="utf-8").split("\n") if line]
    incidents = [row for row in rows if row["intent"] == "incident"][::3]
    texts = sentence_encoder.encode([text for _, text, _ in OUTAGES])
    others = sentence_encoder.encode([row["text"] for row in incidents])
    found, false = [], []
    for (category, _, reports), text in zip(OUTAGES, texts, strict=True):
        found += list(sentence_encoder.encode(reports) @ text)
        unlike = [row["category"] != category for row in incidents]
        false += list((others @ text)[unlike])
    assert np.mean(np.array(found) >= MATCHES_AT) > 0.7
    assert np.mean(np.array(false) >= MATCHES_AT) < 0.01
