"""The recipe checker: each mistake is told with file, line and message."""

import pytest

from kb.cookbook import Recipe, Surroundings, check_together, parse_recipe, read_recipe
from kb.cookbook.checking import Read, advice
from kb.cookbook.testing import coverage

GOOD = """title: VPN is stuck
triggers: [vpn is stuck]
start: net
steps:
  net:
    say: Does a news site load?
    choices:
      Yes: restart
      No: article:no-internet
  restart:
    say: Restart. Did it help?
    check: true
    choices:
      "Yes": solved
      "No": {to: code, words: [no, still red]}
      again: net
  code:
    say: Which code is shown?
    input: {name: code, label: The code, type: number, max: 6}
    next: by-code
  by-code:
    decide:
      - {if: {code: {over: 800}, platform: [windows, mac]}, to: reset}
    otherwise: charge
  reset:
    action: reset-client
    with: {reason: "code {code}"}
    on: {done: charge, gone: handoff:gone}
  charge:
    say: Wait for code {code}.
    limit: {times: 2, then: handoff}
    wait: 10m
    next: network
  network:
    recipe: no-internet
    on: {solved: restart}
reasons: {gone: The client is gone.}
handoff: The gateway may be down.
"""
INNER = """title: No internet
triggers: [no internet]
start: a
steps:
  a: {say: "Better?", check: true, choices: {"Yes": solved, "No": handoff}}
handoff: Nothing loads.
tests: [{path: ["Yes"], ends: solved}]
"""
TESTS = """tests:
  - name: at once
    path: ["Yes", "Yes"]
    ends: solved
"""


def bad(text: str, file: str = "cookbook/vpn.yaml") -> list[str]:
    """The problems of a recipe that has to be wrong."""
    problems = parse_recipe(file, text)
    assert isinstance(problems, list), problems
    return [str(problem) for problem in problems]


def changed(old: str, new: str, text: str = GOOD) -> str:
    """A good recipe with one change."""
    assert old in text
    return text.replace(old, new, 1)


def told(problems: list[str], line: int, part: str) -> bool:
    """Whether a problem of this line is told in these words."""
    return any(f"vpn.yaml:{line}: " in problem and part in problem for problem in problems)


def test_a_sound_recipe() -> None:
    """It has its file's name as slug and its labels as written; a cycle with an exit is fine."""
    recipe = parse_recipe("cookbook/vpn.yaml", GOOD)
    assert isinstance(recipe, Recipe), recipe
    assert recipe.slug == "vpn"
    assert list(recipe.steps["net"].choices) == ["Yes", "No"]
    assert recipe.steps["restart"].choices["No"].words == ["no", "still red"]
    assert recipe.steps["code"].targets() == ["by-code"]
    assert [step.kind for step in recipe.steps.values()] == [
        "choices", "choices", "input", "decide", "action", "wait", "recipe",
    ]  # fmt: skip


class TestByItself:
    """What is wrong within one file."""

    @pytest.mark.parametrize(
        ("old", "new", "line", "part"),
        [
            ("Yes: restart", "Yes: restrat", 8, '"restrat" is neither a step nor an ending'),
            ("article:no-internet", "'article:'", 9, '"article:" is neither'),
            ("to: code,", "to: cod,", 15, '"cod" is neither'),
            ("next: by-code", "next: by_code", 20, '"by_code" is neither'),
            ("to: reset}", "to: rest}", 23, '"rest" is neither'),
            ("otherwise: charge", "otherwise: change", 24, '"change" is neither'),
            ("done: charge", "done: change", 28, '"change" is neither'),
            ("handoff:gone}", "handoff:lost}", 28, '`reasons` has no "lost"'),
            ("then: handoff}", "then: hand-off}", 31, '"hand-off" is neither'),
            ("then: handoff}", "then: charge}", 31, "a limit must lead to somewhere else"),
            ("start: net", "start: nets", 3, 'the start step "nets" does not exist'),
            ("next: network", "next: restart", 34, 'nobody reaches the step "network"'),
            ("  restart:\n", "  Restart!:\n", 10, 'the step id "Restart!" may only have'),
            ("  code:\n", "  goal:\n", 17, '"goal" has a meaning of its own'),
            ("  code:\n", "  solved:\n", 17, '"solved" has a meaning of its own'),
            ("    next: by-code\n", "", 17, "`next`, the step that follows, goes with `input` and `wait`"),
            ("    otherwise: charge\n", "", 21, "`otherwise`, where no row fits, goes with `decide`"),
            ("    on: {solved: restart}\n", "", 34, "`on`, a target for each outcome, goes with `action` and `recipe`"),
            ("    wait: 10m\n", "", 29, "a step has one of choices, input, decide, action, wait, recipe; this"),
            ("    wait: 10m\n", "    wait: 10m\n    action: x\n", 29, "this one has 2 of them"),
            ("    wait: 10m\n", "    wait: 8d\n", 29, "a wait is from 1m to 7d"),
            ("    wait: 10m\n", "    wait: soon\n", 32, "write a time such as 10m, 2h or 1d"),
            ("    say: Wait for code {code}.\n", "", 29, "`say` is missing"),
            ("    check: true\n", "    check: true\n    with: {a: b}\n", 10, "`with` goes with `action`"),
            ("    next: by-code\n", "    next: by-code\n    save: x\n", 17, "`save` goes with `choices`"),
            ("    decide:\n", "    say: Hm.\n    decide:\n", 21, "nobody sees this step"),
            ("on: {done: charge, gone", "on: {gone", 25, "`on` has no target for `done`"),
            ("on: {solved: restart}", "on: {handoff: restart}", 34, "`on` has no target for `solved`"),
            ("{solved: restart}", "{solved: restart, over: net}", 34, 'a recipe does not end as "over"'),
            ("{code: {over: 800}, platform: [windows, mac]}", "{}", 23, "at least 1 item"),
            ("{over: 800}", "{above: 800}", 23, "above: is not a known key"),
            ("{over: 800}", "{over: many}", 23, "should be a valid number"),
            ("{times: 2,", "{times: 0,", 31, "greater than or equal to 1"),
            ("type: number", "type: colour", 19, "Input should be 'text', 'number', 'date', 'email', 'person'"),
            ("type: number", "type: number, form: '#'", 19, "`form` goes with `type: text`"),
            ("type: number", "type: text, least: 3", 19, "`least` and `most` go with `type: number`"),
            ("type: number", "type: device", 19, "takes either `list` or `options`"),
            ("type: number", "type: device, list: a, options: [b]", 19, "takes either `list` or `options`"),
            ("type: number", "options: [b]", 19, "takes either `list` or `options`"),
            ("max: 6", "max: 5000", 19, "less than or equal to 500"),
            ("name: code", "name: The Code", 19, "String should match pattern"),
            ("    say: Does", "    picture: {file: a.png}\n    say: Does", 6, "picture.alt: Field required"),
            ("    say: Does", "    picture: {file: ../a.png, alt: a}\n    say: Does", 6, "should match pattern"),
            ("    say: Does", f"    help: {'x' * 1001}\n    say: Does", 6, "at most 1000 characters"),
            ("again: net", f"{'a' * 76}: net", 10, "must have 1 to 75 characters"),
            ("again: net", '"": net', 10, 'the label "" must have 1 to 75 characters'),
            ("again: net", "\n      ".join(f"a{n}: net" for n in range(9)), 13, "at most 10"),
            ("again: net", '"Yes": net', 16, '"Yes" is given twice'),
            ("Yes: restart", "Yes: [yes]", 8, "choices.Yes: Input should be a valid dictionary"),
            ("title: VPN is stuck", "titel: VPN is stuck", 1, "titel: is not a known key"),
            ("triggers: [vpn is stuck]", "triggers: []", 2, "at least 1 item"),
            ("triggers: [vpn is stuck]", 'triggers: [""]', 2, "at least 1 character"),
            ("start: net", "start: net\nslug: My VPN", 4, "slug: String should match pattern"),
            ("    choices:\n      Yes: restart", "\tchoices:\n      Yes: restart", 7, "not valid YAML"),
        ],
    )
    def test_a_mistake_has_its_line(self, old, new, line, part):
        """Unknown targets and keys, keys that do not fit the kind of step, what is too much or too little."""
        problems = bad(changed(old, new))
        assert told(problems, line, part), problems

    def test_an_unreachable_side(self):
        """Beginning at the end leaves nothing out in a cycle; each step that is left out is told."""
        text = "title: A\ntriggers: [a]\nstart: two\nsteps:\n  one: {say: a, choices: {x: two}}\n"
        text += "  two: {say: b, choices: {y: solved}}\n  three: {say: c, choices: {z: one}}\n"
        assert bad(text) == [f'cookbook/vpn.yaml:{line}: nobody reaches the step "{name}"'
                             for line, name in ((5, "one"), (7, "three"))]  # fmt: skip

    def test_a_cycle_without_an_exit(self):
        """Each step of a cycle is told, whatever its kind, and the step that leads into it."""
        text = """title: A
triggers: [a]
start: one
steps:
  one: {say: a, choices: {go: two}}
  two: {say: b, wait: 1h, next: three}
  three: {decide: [{if: {x: y}, to: two}], otherwise: two}
"""
        assert bad(text) == [
            f'cookbook/vpn.yaml:{line}: no ending can be reached from the step "{name}"'
            for line, name in ((5, "one"), (6, "two"), (7, "three"))
        ]

    def test_a_limit_is_an_exit(self):
        """A cycle that only a limit leads out of is sound; so is one whose action may be refused."""
        text = "title: A\ntriggers: [a]\nstart: a\nsteps:\n  a: {say: x, choices: {Again: b}}\n"
        limited = "  b: {say: y, wait: 1m, next: a, limit: {times: 3, then: handoff}}\n"
        acting = "  b: {action: x, on: {done: a}}\n"
        for step in (limited, acting): assert isinstance(parse_recipe("r.yaml", text + step), Recipe)

    def test_a_circle_of_decisions(self):
        """Decisions that lead to each other are told, also where another row leads out."""
        text = """title: A
triggers: [a]
start: one
steps:
  one: {decide: [{if: {x: y}, to: two}], otherwise: solved}
  two: {decide: [{if: {x: z}, to: solved}], otherwise: one}
  three: {decide: [{if: {x: z}, to: one}], otherwise: solved}
"""
        assert bad(text.replace("{x: z}, to: solved", "{x: z}, to: three")) == [
            f'cookbook/vpn.yaml:{line}: "{name}" is in a circle of decisions in which nobody is asked anything'
            for line, name in ((5, "one"), (6, "two"), (7, "three"))
        ]

    @pytest.mark.parametrize(
        ("one", "two"),
        [
            ("action: look, on: {done: two}", "action: look, on: {done: one}"),
            ("action: look, on: {done: two}", "action: look, on: {done: handoff, gone: one}"),
            ("say: x, wait: 1m, next: two", "decide: [{if: {x: y}, to: solved}], otherwise: one"),
            ("say: x, wait: 1m, next: two", "action: look, on: {done: one, failed: handoff}"),
        ],
    )
    def test_a_circle_in_which_nobody_is_asked(self, one, two):
        """The automation would be called, or somebody told, time and again; a limit anywhere on it is an end."""
        text = "title: A\ntriggers: [a]\nstart: one\nsteps:\n"
        says = "is in a circle in which nobody is asked anything; give one of its steps a `limit`"
        assert bad(f"{text}  one: {{{one}}}\n  two: {{{two}}}\n") == [
            f'cookbook/vpn.yaml:{line}: "{name}" {says}' for line, name in ((5, "one"), (6, "two"))
        ]
        limit = ", limit: {times: 3, then: handoff}"
        assert isinstance(parse_recipe("r.yaml", f"{text}  one: {{{one}{limit}}}\n  two: {{{two}}}\n"), Recipe)
        back = limit.replace("handoff", "two")
        assert len(bad(f"{text}  one: {{{one}{back}}}\n  two: {{{two}}}\n")) == 2

    def test_a_circle_that_only_a_failure_closes(self):
        """What could not be done may be tried again later, without a limit."""
        text = "title: A\ntriggers: [a]\nstart: one\nsteps:\n"
        text += "  one: {action: look, on: {done: solved, failed: two}}\n  two: {say: x, wait: 1h, next: one}\n"
        assert isinstance(parse_recipe("r.yaml", text), Recipe)

    def test_a_misspelt_target(self):
        """It is told without what follows from it: that nobody reaches the step meant is no second mistake."""
        [problem] = bad(changed("Yes: restart", "Yes: restrat"))
        endings = "(solved, handoff, handoff:reason, article:slug)"
        assert problem == f'cookbook/vpn.yaml:8: "restrat" is neither a step nor an ending {endings}'

    def test_several_mistakes(self):
        """They are told together in the file's order: an editor mends a file in one go."""
        problems = bad(changed("Yes: restart", "Yes: x", changed("next: network", "next: y")))
        assert [problem.split(":")[1] for problem in problems] == ["8", "33"]

    @pytest.mark.parametrize(
        ("text", "part"),
        [
            ("- a\n- list", "a recipe is `key: value` lines"),
            ("", "a recipe is `key: value` lines"),
            ("just words", "a recipe is `key: value` lines"),
            ("{{{", "not valid YAML"),
            ("title: !!python/object/apply:os.system ['true']", "could not determine a constructor"),
            ("a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]", "write it out instead of *a"),
            ("title: A\ntriggers: [a]\nstart: a\nsteps: []", "steps: Input should be a valid dictionary"),
            ("title: A\ntriggers: [a]\nstart: a\nsteps: {}", "steps: Dictionary should have at least 1 item"),
            ("title: A\ntriggers: [a]\nstart: a\nsteps: {a: }", "steps.a: Input should be a valid dictionary"),
        ],
    )
    def test_what_is_no_recipe_at_all(self, text, part):
        """A list, an empty file, broken or hostile YAML are one line."""
        problems = bad(text)
        assert len(problems) == 1
        assert part in problems[0]

    def test_a_file_name_that_is_no_slug(self):
        """It is refused: a slug is kept with every run."""
        assert "slug" in bad(GOOD, "My Recipe.yaml")[0]

    @pytest.mark.parametrize("word", ["on", "off", "yes", "no", "y", "n", "true", "3", "2.50", "2026-03-31", "012"])
    def test_words_stay_words(self, word):
        """What YAML would take for a truth, a number or a date is the word that stands there, wherever words do."""
        text = f"""title: A
triggers: [a]
start: a
steps:
  a: {{say: x, save: light, choices: {{{word}: b, other: {{to: b, words: [{word}]}}}}}}
  b: {{decide: [{{if: {{light: {word}}}, to: solved}}], otherwise: handoff}}
tests:
  - {{path: [{word}], ends: solved}}
  - {{path: [other], ends: handoff}}
"""
        recipe = parse_recipe("r.yaml", text)
        assert isinstance(recipe, Recipe), recipe
        assert recipe.steps["a"].choices["other"].words == [word]


class TestPaths:
    """Test paths are played, and a failing one is told with its line."""

    @pytest.mark.parametrize(
        ("path", "ends", "says"),
        [
            ('["Yes", "Yes"]', "handoff", "ends as solved, not as handoff"),
            ('["No"]', "article:other", "ends as article:no-internet, not as article:other"),
            ('["Yes"]', "solved", 'does not end: it is at the step "restart"'),
            ('["Yes", "Yes", "Yes"]', "solved", "is over before its answer 3, 'Yes'"),
            ('["Maybe"]', "solved", 'answer 1 at "net": Please choose one of: Yes, No.'),
            ('["Yes", "No", "x"]', "solved", 'answer 3 at "code": The code: please type a number'),
            ('["Yes", "No", "1", "over"]', "solved", 'answer 4 at "charge": write {wait: …} there'),
            ('["Yes", "No", "900", {wait: over}]', "solved", 'answer 4 at "reset": write {action: …} there'),
            ('["Yes", "No", "900", "done"]', "solved", 'answer 4 at "reset": write {action: …} there'),
            ('["Yes", "No", "1", {wait: late}]', "solved", 'answer 4 at "charge": Please wait a little'),
            ('["Yes", "No", "1", {wait: over}, solved]', "solved", 'answer 5 at "network": write {recipe: …} there'),
            ('["Yes", "No", "900", {action: gone}]', "handoff", "ends as handoff:gone, not as handoff"),
            ('["Yes", {action: done}]', "solved", 'answer 2 at "restart": that step is answered by a person'),
        ],
    )
    def test_a_failing_path(self, path, ends, says):
        """Another end, no end, answers too many, answers that are not taken, and who gives them."""
        mine = f"  - name: mine\n    known: {{platform: mac}}\n    path: {path}\n    ends: {ends}\n"
        problems = bad(GOOD + TESTS + mine)
        assert told(problems, 43, f'the path "mine" {says}'), problems
        assert len(problems) == 1

    def test_a_path_through_everything(self):
        """Actions with results, waits, recipes within and limits are played; what is not gone through is counted."""
        rows = """  - path: ["Yes", "No", "900", {action: done, results: {x: 1}}, {wait: over}, {recipe: solved}, "Yes"]
    known: {platform: mac}
    ends: solved
  - path: ["Yes", "No", "1", {wait: ready}, {recipe: handoff}]
    ends: handoff
"""
        read = read_recipe("vpn.yaml", GOOD + TESTS + rows)
        assert read.problems == ()
        assert read.recipe
        found = coverage(read.recipe)
        assert found.steps == found.all_steps == read.recipe.steps.keys() - {"by-code"}
        assert found.missing == [("net", "No"), ("network", "article"), ("reset", "gone"), ("restart", "again")]

    def test_the_goal_is_answered_first(self):
        """A recipe with a goal starts with an answer to it, or with `skip`."""
        asks = changed("start: net", "goal: What for?\nstart: net") + TESTS
        assert told(bad(asks), 41, 'the path "at once" does not end: it is at the step "restart"')
        for first in ("skip", "a talk"):
            text = asks.replace('["Yes", "Yes"]', f'["{first}", "Yes", "Yes"]')
            assert isinstance(parse_recipe("vpn.yaml", text), Recipe)

    def test_devices(self):
        """A path may name any device: lists are the company's."""
        text = changed("type: number, max: 6", "type: device, list: printers") + TESTS
        text += '  - path: ["Yes", "No", "P-3", {wait: over}, {recipe: solved}, "Yes"]\n    ends: solved\n'
        assert isinstance(parse_recipe("vpn.yaml", text), Recipe)


class TestBesideOthers:
    """What is wrong with what a recipe names."""

    AROUND = Surroundings(
        outcomes={"reset-client": frozenset({"done", "gone"})}, parameters={"reset-client": frozenset({"reason"})},
        results={"reset-client": frozenset({"until"})}, lists=frozenset({"rooms"}),
        articles=frozenset({"no-internet"}), pictures=frozenset({"a.png"}),
    )  # fmt: skip

    def found(self, text: str, *others: tuple[str, str], around: Surroundings = AROUND) -> list[str]:
        """The problems between a recipe and others."""
        reads = [read_recipe("vpn.yaml", text), *(read_recipe(file, other) for file, other in others)]
        assert [read.problems for read in reads if read.problems] == []
        return [str(problem) for problem in check_together(reads, around)]

    def test_sound(self):
        """What is there may be named; where it is not known what is there, anything may."""
        assert self.found(GOOD, ("no-internet.yaml", INNER)) == []
        assert self.found(GOOD, ("no-internet.yaml", INNER), around=Surroundings()) == []

    @pytest.mark.parametrize(
        ("old", "new", "line", "part"),
        [
            ("recipe: no-internet", "recipe: no-internt", 35, 'there is no recipe "no-internt"'),
            ("article:no-internet", "article:no-internt", 9, 'there is no article "no-internt"'),
            ("action: reset-client", "action: reset", 26, 'data/actions.yaml has no "reset"'),
            ("gone: handoff:gone}", "refused: handoff:gone}", 28, '`on` has no target for "gone"'),
            ("{done: charge,", "{done: charge, odd: net,", 28, 'has no outcome "odd"; it has done, gone'),
            ("with: {reason:", "with: {why: x, reason:", 27, 'reset-client takes no "why"'),
            ('"code {code}"', '"{cod}"', 27, "nothing in this recipe finds out {cod}"),
            ("Wait for code {code}.", "Wait for {cod}.", 30, "nothing in this recipe finds out {cod}"),
            ("platform: [windows", "platfrom: [windows", 23, 'no recipe finds out "platfrom"'),
            ("type: number", "type: device, list: printers", 19, 'data/lists.yaml has no "printers"'),
            ("    check: true", "    picture: {file: b.png, alt: B}", 12, 'data/pictures has no "b.png"'),
        ],
    )
    def test_what_is_not_there(self, old, new, line, part):
        """Unknown recipes, articles, actions, outcomes, parameters, facts, lists and pictures have their lines."""
        problems = self.found(changed(old, new), ("no-internet.yaml", INNER))
        assert len(problems) == 1
        assert told(problems, line, part), problems

    def test_facts_from_elsewhere(self):
        """A fact may come from an action's results, and from a recipe within."""
        text = changed("Wait for code {code}.", "Wait until {until}, {inner}.")
        saving = changed('say: "Better?",', 'say: "Better?", save: inner,', INNER)
        assert self.found(text, ("no-internet.yaml", saving)) == []

    def test_facts_from_before(self):
        """A decision may ask for what a recipe before in the conversation has found out; a text may not count on it."""
        other = ("other.yaml", changed('say: "Better?",', 'say: "Better?", save: floor,', INNER))
        inner = ("no-internet.yaml", INNER)
        assert self.found(changed("platform: [windows", "floor: [windows"), inner, other) == []
        assert told(self.found(changed("Wait for code {code}.", "On {floor}."), inner, other), 30, "{floor}")

    def test_facts_from_around(self):
        """A recipe within another may ask for what the other has found out: they share their facts."""
        inner = changed("Better?", "Code {code}. Better?", INNER)
        assert self.found(GOOD, ("no-internet.yaml", inner)) == []

    def test_recipes_that_contain_each_other(self):
        """Each step that leads back is told; a recipe that only contains them is not at fault."""
        inner = changed('"No": handoff}}', '"No": b}}\n  b: {recipe: vpn, on: {solved: solved}}', INNER)
        outer = changed("recipe: no-internet", "recipe: vpn", GOOD)
        assert self.found(GOOD, ("no-internet.yaml", inner), ("outer.yaml", outer)) == [
            'vpn.yaml:35: "no-internet" leads back to this recipe',
            'no-internet.yaml:6: "vpn" leads back to this recipe',
        ]

    def test_two_circles(self):
        """A step from one circle into another does not lead back."""

        def one(*inner: str) -> str:
            steps = "".join(f"  s{n}: {{recipe: {slug}, on: {{solved: solved}}}}\n" for n, slug in enumerate(inner))
            ways = ", ".join(f"x{n}: s{n}" for n in range(len(inner)))
            return f"title: A\ntriggers: [a]\nstart: a\nsteps:\n  a: {{say: x, choices: {{{ways}}}}}\n{steps}"

        problems = self.found(one("b", "c"), ("b.yaml", one("vpn")), ("c.yaml", one("d")), ("d.yaml", one("c")))
        assert problems == [
            f'{file}.yaml:6: "{slug}" leads back to this recipe'
            for file, slug in (("vpn", "b"), ("b", "vpn"), ("c", "d"), ("d", "c"))
        ]


class TestAdvice:
    """What works, but could be better."""

    def said(self, text: str) -> list[str]:
        """The advice on a recipe."""
        read = read_recipe("vpn.yaml", text)
        assert read.problems == ()
        return [str(one) for one in advice(read)]

    @pytest.mark.parametrize(
        ("old", "new", "line", "part"),
        [
            ("handoff: The gateway may be down.\n", "", 1, "`handoff` is missing"),
            (TESTS, "", 1, "`tests` is missing"),
            ("reasons: {", "reasons: {odd: x, ", 37, 'nothing leads to "handoff:odd"'),
            ("    check: true\n", "", 13, "leads to solved without a `check: true`"),
            ("Wait for code {code}.", "x" * 601, 30, "601 characters are much for one step"),
        ],
    )
    def test_each(self, old, new, line, part):
        """No words for L2, no tests, an unused reason, a fix that is not checked, too much to read."""
        hints = self.said(changed(old, new, GOOD + TESTS))
        assert len(hints) == 1
        assert told(hints, line, part), hints

    def test_none(self):
        """A good recipe has none; a file that is no recipe has problems instead."""
        assert self.said(GOOD + TESTS) == []
        assert advice(Read(file="x.yaml")) == []
