"""What `firstline doctor` looks at here: settings, files, database, models; `bot.slack.doctor` looks at Slack."""

import socket
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import getproxies

import numpy as np
from pydantic import SecretStr

from bot.bootstrap import make_automation, make_system
from bot.check import Check, missing, skipped, well
from bot.pairs import About, Pairs
from bot.question_set import digest as questions_digest
from bot.question_set import read_questions
from bot.slack import doctor as slack
from bot.slack.manifest import manifest
from classifier.examples import digest, read_examples
from core import migrate, webhooks
from core.clock import utc_now
from core.db import Database
from core.encoder import WEIGHTS_SHA256, Encoder, bundled_folder, weights_hash
from core.encoders import load_encoder
from core.errors import BadInput, CannotDeliver, ConfigProblem, FirstlineError, TryLater
from core.files import Problem
from core.settings import Settings, load_settings, need_slack
from handoff.actions.registry import load_actions
from handoff.desk import Desk, load_desk
from handoff.routing import without_procedure
from kb.articles import parse_article
from kb.cookbook import parse_recipe

ELSEWHERE = "point FIRSTLINE_DATA_DIR to the folder that holds them."
WRITE_PROCEDURE = "give each a `procedure` in desk.yaml: `before`, `to` and `facts`."
PATIENCE = 10.0  # seconds for another machine to take a connection
TRAIN = "run `firstline classifier train`; the first start does it, too."


def examine() -> Iterator[Check]:
    """Every check, in the order in which they should be mended; later ones are left out when they cannot be made."""
    try:
        settings = load_settings()
    except ConfigProblem as error:
        for problem in error.problems: yield missing("settings", problem)
        return
    problems = _slack_problems(settings)
    yield from problems or [well("settings", f"all are understood; {settings.slack_mode} mode.")]
    yield from _here(settings)
    if problems: yield skipped("Slack", "not asked before the settings are right.")
    else: yield from _there(settings)


def _slack_problems(settings: Settings) -> list[Check]:
    found: list[str] = []
    for demand in (lambda: need_slack(settings), lambda: manifest(settings.slack_mode, settings.public_url)):
        try:
            demand()
        except ConfigProblem as error:
            found += error.problems
    return [missing("settings", problem) for problem in found]


# -- here ----------------------------------------------------------------------------------------------------------


def _here(settings: Settings) -> Iterator[Check]:
    data = settings.data_dir
    yield _files("articles", data / "articles", ("*.md",), parse_article)
    yield _files("cookbook", data / "cookbook", ("*.yaml", "*.yml"), parse_recipe)
    yield from _desk(data / "desk.yaml")[1]
    yield from _actions(settings)
    if settings.tickets_system: yield _tickets(settings)
    yield from _studio(settings)
    yield from _database(settings.database_url)
    yield from _models(settings)


def _files(what: str, folder: Path, patterns: Sequence[str], parse: Callable[[str, str], object]) -> Check:
    paths = sorted(path for pattern in patterns for path in folder.rglob(pattern))
    if not paths: return missing(what, f"there are none in {folder};", ELSEWHERE)
    problems: list[str] = []
    for path in paths: problems += _wrong(path, str(path.relative_to(folder)), parse)
    if not problems: return well(what, f"{len(paths)} files, no problems.")
    command = f"firstline {'kb' if what == 'articles' else 'cookbook'} check {folder}"
    return missing(what, f"{problems[0]} ({len(problems)} in all);", f"`{command}` tells each.")


def _wrong(path: Path, name: str, parse: Callable[[str, str], object]) -> list[str]:
    try:
        found = parse(name, path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        return [f"{name}: cannot be read ({error})"]
    return [str(problem) for problem in found if isinstance(problem, Problem)] if isinstance(found, list) else []


def _desk(path: Path) -> tuple[Desk | None, list[Check]]:
    try:
        desk = load_desk(path)
    except ConfigProblem as error:
        return None, [missing("desk", problem) for problem in error.problems]
    known = well("desk", f"{len(desk.queues)} queues, {len(desk.staff)} staff, {len(desk.catalogue)} forms.")
    silent = ", ".join(without_procedure(desk))
    if not silent: return desk, [known]
    return desk, [known, missing("escalation", f"no procedure says how tickets leave {silent};", WRITE_PROCEDURE)]


def _actions(settings: Settings) -> Iterator[Check]:
    try:
        known = load_actions(settings.data_dir / "actions.yaml")
        make_automation(settings, known)
    except ConfigProblem as error:
        yield from (missing("actions", problem) for problem in error.problems)
        return
    yield well("actions", f"{len(known.names)} that recipes may use.")
    if not known.names: return
    if settings.actions_url: yield _listens("automation", settings.actions_url, "FIRSTLINE_ACTIONS_URL")
    else: yield skipped("automation", "FIRSTLINE_ACTIONS_URL is not set: every action fails.")


def _studio(settings: Settings) -> Iterator[Check]:
    """Whether people can sign in; with both settings, Slack is asked whether they are right."""
    names = {"SLACK_CLIENT_ID": settings.slack_client_id, "SLACK_CLIENT_SECRET": settings.slack_client_secret}
    empty = [name for name, value in names.items() if value in ("", SecretStr(""))]
    where = "Basic Information, App Credentials, has it."
    if len(empty) == len(names): yield skipped("studio", "SLACK_CLIENT_ID is not set: nobody can sign in to it.")
    elif empty: yield missing("studio", f"{empty[0]} is not set, so nobody can sign in:", where)
    elif settings.public_url: yield well("studio", f"people sign in at {settings.public_url.rstrip('/')}/studio.")
    else: yield well("studio", "people sign in on this machine alone: FIRSTLINE_PUBLIC_URL is not set.")


def _tickets(settings: Settings) -> Check:
    """Whether the ticket system answers; it is told of no ticket."""
    what = "ticket system"
    try:
        system = make_system(settings, utc_now)
        said = system.check() if system else ""
    except ConfigProblem as error:
        return missing(what, " ".join(error.problems))
    except (TryLater, CannotDeliver) as error:
        return missing(what, str(error).rstrip(".") + ":", "docs/ticket-systems.md tells what its account needs.")
    if said: return well(what, f"{settings.tickets_system} answers: {said}.")
    return _listens(what, settings.tickets_url, "FIRSTLINE_TICKETS_URL")


def _listens(what: str, url: str, variable: str) -> Check:
    """Whether somebody listens there; nothing is sent."""
    if getproxies() and not webhooks.is_local(url): return skipped(what, "it is behind a proxy.")
    parts = urlsplit(url)
    place = (parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80))
    try:
        with socket.create_connection(place, timeout=PATIENCE): return well(what, f"listens at {place[0]}.")
    except OSError as error:
        why = f"cannot be reached at {place[0]} ({error.strerror or error}):"
        return missing(what, why, f"check the network and {variable}.")


def _database(url: str) -> Iterator[Check]:
    try:
        database = Database(url)
    except ConfigProblem as error:
        yield from (missing("database", problem) for problem in error.problems)
        return
    try:
        late = migrate.pending(database)
        if late: yield missing("database", "its tables are not those of this version;", "run `firstline db upgrade`.")
        else: yield well("database", f"answers, at version {migrate.current(database)}.")
    except FirstlineError as error:
        yield missing("database", str(error))
    finally:
        database.close()


def _models(settings: Settings) -> Iterator[Check]:
    try:
        encoder = load_encoder(settings.encoder, settings.state_dir)
        yield _weights(encoder, bundled=not settings.encoder)
    except ConfigProblem as error:
        yield from (missing("encoder", problem) for problem in error.problems)
        return
    state, training = settings.state_dir, settings.data_dir / "training"
    yield _trained("classifier", lambda: _classifier_is_fresh(state, training, encoder.name))
    yield _trained("confidence", lambda: _confidence_is_fresh(state, training, encoder.name))


def _weights(encoder: Encoder, *, bundled: bool) -> Check:
    if bundled and weights_hash(bundled_folder()) != WEIGHTS_SHA256:
        return missing("encoder", "its weights are not the ones that were published;", "run `make setup` anew.")
    row = encoder.encode(["the printer is on fire"])
    if not np.isfinite(row).all():
        return missing("encoder", f"{encoder.name} gives values that are no numbers;", "use another model.")
    return well("encoder", f"{encoder.name}, {encoder.dims} numbers a text.")


def _trained(what: str, is_fresh: Callable[[], bool]) -> Check:
    try:
        if is_fresh(): return well(what, "trained on the present data.")
        return missing(what, "trained on other data than the present;", TRAIN)
    except BadInput as error:
        return missing(what, str(error))


def _classifier_is_fresh(state: Path, training: Path, encoder: str) -> bool:
    return _live(state, encoder).messages == digest(read_examples(training / "messages.jsonl"))


def _confidence_is_fresh(state: Path, training: Path, encoder: str) -> bool:
    return _live(state, encoder).questions == questions_digest(read_questions(training / "questions.jsonl"))


def _live(state: Path, encoder: str) -> About:
    """What the live models were made of; `BadInput` if they cannot serve, whatever steps in for them."""
    pair, problem = Pairs(state).serving(encoder)
    if problem: raise BadInput(problem)
    return pair.about


# -- there ---------------------------------------------------------------------------------------------------------


def _there(settings: Settings) -> Iterator[Check]:
    desk, _ = _desk(settings.data_dir / "desk.yaml")
    client = slack.client_for(settings.slack_bot_token.get_secret_value(), settings.slack_api_url)
    app_token = settings.slack_app_token.get_secret_value() if settings.slack_mode == "socket" else ""
    staff = [one.email for one in desk.staff] if desk else []
    signing = (settings.slack_client_id, settings.slack_client_secret.get_secret_value())
    yield from slack.look(
        client, app_token, _channels(desk) if desk else [], staff, signing if all(signing) else None
    )


def _channels(desk: Desk) -> list[str]:
    named = [*desk.watched_channels, *(queue.channel for queue in desk.queues), desk.editors_channel]
    return [name for name in named if name]
