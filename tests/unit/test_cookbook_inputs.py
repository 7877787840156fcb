"""What people type, what recipes decide on, and how both stand in a text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.slack.mrkdwn import from_markdown
from core.errors import BadInput
from kb.cookbook import SKIP, Input
from kb.cookbook.conditions import Facts, Wanted, filled, holds, named, number_of, plain
from kb.cookbook.inputs import MAX_INPUT, example, typed
from tests.mrkdwn_reading import live_parts

LISTS = {"rooms": ["Lisbon 1", "Lisbon 2", "Porto", "C++ lab", "C lab", "C-lab"]}


def asked(kind: str = "text", **keys: object) -> Input:
    """An input that asks for `the thing`."""
    return Input.model_validate({"name": "x", "label": "The thing", "type": kind, **keys})


def test_a_form_is_read_without_its_signs():
    """Who leaves the dash out, or writes a blank for it, has written it all the same."""
    assert {typed(asked(form="BW-##@"), said, LISTS) for said in ("bw12c", "BW 12 C", "BW-12C")} == {"BW-12C"}


class TestTypes:
    """Every type of input keeps what fits, and refuses the rest in one sentence that begins with its label."""

    @pytest.mark.parametrize(
        ("wanted", "good", "wrong", "says"),
        [
            (asked(max=10), ["x", "ü 😀", "y" * 10], ["", "   ", "y" * 11], "please type something|at most 10"),
            (asked("number"), ["42", "-1", "3.5", "3,5"], ["4 2", "1e5", "x", "--1", "1.", "٤٢", "nan"], "such as 42"),
            (asked("number", least=1, most=9), ["1", "9", "2,5"], ["0", "9.1", "-3"], "at least 1,|at most 9,"),
            (asked("email"), ["a@b.co"], ["a@b", "a b@c.d", "@b.co", "a@b@c.d"], "an e-mail address"),
            (asked("date"), ["2026-02-28"], ["2026-02-30", "28.2.2026", "20260228", "2026-W01-1"], "as 2026-03-31"),
            (asked("person"), ["<@U0LIAM|liam>", "<@W012AB>", "l@b.co"], ["Liam", "@liam", "<!here>"], "with @, or by"),
            (asked(form="BW-##@"), ["BW-12C"], ["BW-1", "BW-123", "BW-12C ?", "BW-1²C"], "like BW-12A"),
            (asked(form="1.#"), ["1.5"], ["125", "1.x"], "like 1.1"),
            (asked("device", list="rooms"), ["Porto", "Lisbon 2"], ["Rome", "lisbon", "?!"], "please choose one of"),
            (asked("device", options=["A", "B"]), ["B"], ["AB"], "please choose one of A, B."),
        ],
    )  # fmt: skip
    def test_each(self, wanted, good, wrong, says):
        """Blanks around it do not count; what was kept once is taken again as it is."""
        for answer in good:
            assert typed(wanted, f" {answer} ", LISTS) == typed(wanted, answer, LISTS) == answer
        for answer in wrong:
            with pytest.raises(BadInput, match=f"^The thing: .*({says})"): typed(wanted, answer, LISTS)

    @pytest.mark.parametrize("kind", ["text", "number", "date", "email", "person"])
    def test_ten_thousand_characters(self, kind):
        """An answer of 10,000 characters is refused with what is allowed, whatever it is for."""
        with pytest.raises(BadInput, match=r"^The thing: at most 500 characters\.$"):
            typed(asked(kind, max=MAX_INPUT), "9" * 10_000, {})

    def test_as_slack_writes_them(self):
        """Slack makes a link of an address; a form takes small letters, and keeps it as it is written."""
        assert typed(asked("email"), "<mailto:a@b.co|a@b.co>", {}) == "a@b.co"
        assert typed(asked("person"), "<mailto:a@b.co>", {}) == "a@b.co"
        assert typed(asked(form="BW-###"), "bw-123", {}) == "BW-123"
        assert typed(asked(form="bw-###"), "BW-123", {}) == "BW-123"

    def test_optional(self):
        """What may be left out is left out by one word; what may not takes the word for an answer."""
        assert typed(asked("date", optional=True), " Skip ", {}) == SKIP
        assert typed(asked(), "skip", {}) == "skip"
        with pytest.raises(BadInput, match="please type something"): typed(asked(optional=True), "", {})

    def test_one_of_a_list(self):
        """An entry is named in full, without its signs, or by words that it alone has."""
        wanted = asked("device", list="rooms")
        assert typed(wanted, "porto!", LISTS) == "Porto"
        assert typed(wanted, "2 lisbon", LISTS) == "Lisbon 2"
        with pytest.raises(BadInput, match=r"choose one of Lisbon 1, Lisbon 2\.$"): typed(wanted, "lisbon", LISTS)
        with pytest.raises(BadInput, match=r"Lisbon 1, Lisbon 2, Porto, C\+\+ lab, C lab, …\.$"):
            typed(wanted, "Rome", LISTS)

    @pytest.mark.parametrize("entry", LISTS["rooms"])
    def test_entries_that_differ_in_a_sign(self, entry):
        """Every entry of a list can be chosen, also beside one that differs in a sign alone."""
        assert typed(asked("device", list="rooms"), entry, LISTS) == entry

    def test_something_else(self):
        """Where anything else is taken, too, it is kept; words that fit several entries are still asked back."""
        wanted = asked("device", list="rooms", other=True)
        assert typed(wanted, "Rome", LISTS) == "Rome"
        for several in ("Lisbon", "c lab?"):
            with pytest.raises(BadInput, match=r"Lisbon 1, Lisbon 2|C lab, C-lab"): typed(wanted, several, LISTS)

    def test_a_list_that_is_gone(self):
        """A list that the company has no more takes nothing, or, with `other`, anything."""
        assert typed(asked("device", list="rooms", other=True), "Porto", {}) == "Porto"
        with pytest.raises(BadInput): typed(asked("device", list="rooms"), "Porto", {})

    @given(st.text(alphabet="#@ABZ-_ .*", min_size=1, max_size=40))
    def test_the_example_of_a_form_fits_it(self, form):
        """Whatever a form says, the example that people are shown is taken."""
        shown = example(form)
        assert form != form.strip() or typed(asked(form=form), shown, {}) == shown

    @given(st.sampled_from(["text", "number", "date", "email", "person", "device"]), st.text(max_size=600))
    def test_any_text(self, kind, text):
        """Whatever is typed is kept, no longer than allowed, or refused in words; and kept again as it is."""
        wanted = asked(kind, **({"options": ["A", "B b"], "other": True} if kind == "device" else {}))
        try:
            kept = typed(wanted, text, {})
        except BadInput:
            return
        assert 1 <= len(kept) <= wanted.max
        assert typed(wanted, kept, {}) == kept


class TestConditions:
    """A condition names a fact and what it must be."""

    @pytest.mark.parametrize(
        ("wanted", "fit", "others"),
        [
            ("mac", ["mac", "MAC"], ["", "macbook"]),
            (["windows", "Linux"], ["Windows", "linux"], ["mac", ""]),
            (3, ["3"], ["3.0", "three"]),
            (True, ["Yes", "yes"], ["No", "true", ""]),
            ({"not": "mac"}, ["windows"], ["Mac", ""]),
            ({"not": ["mac", "linux"]}, ["windows"], ["LINUX", ""]),
            ({"over": 3}, ["4", "3.1", "3,1"], ["3", "-4", "many", ""]),
            ({"under": 3}, ["-1", "2.9"], ["3", "", "x"]),
            ({"over": 1, "under": 3}, ["2"], ["1", "3", ""]),
            ({"known": True}, ["x"], [""]),
            ({"known": False}, [""], ["x"]),
        ],
    )
    def test_each(self, wanted, fit, others):
        """A text, one of several, none of several, a number's bounds, known or not; case does not matter."""
        condition = Wanted.model_validate(wanted)
        assert [fact for fact in (*fit, *others) if condition.fits(fact)] == fit

    def test_all_must_hold(self):
        """Of several conditions each must fit; a fact that nobody knows fits `known: false` alone."""
        both = {"a": Wanted.model_validate("1"), "b": Wanted.model_validate({"known": False})}
        assert holds(both, {"a": "1"})
        assert not holds(both, {"a": "1", "b": "2"})
        assert not holds(both, {})

    @pytest.mark.parametrize("text", ["", "1e5", "inf", "nan", "1_000", " 1", "1 ", "0x1", "٤", "1" * 16, "1."])
    def test_no_numbers(self, text):
        """What only a computer takes for a number is none."""
        assert number_of(text) is None


class TestTexts:
    """Facts stand in texts as what they are: words."""

    @pytest.mark.parametrize(
        ("text", "facts", "read"),
        [
            ("Your {tag}.", {"tag": "BW-1"}, "Your BW-1."),
            ("Your {tag}.", {}, "Your ."),
            ("{{tag}} is {tag}", {"tag": "x"}, "{tag} is x"),
            ("{a}{b}", {"a": "{b}", "b": "{a}"}, "{b}{a}"),
            ("{Not} {1} { a } {", {"a": "x"}, "{Not} {1} { a } {"),
        ],
    )
    def test_filled(self, text: str, facts: Facts, read: str):
        """A fact in its place, nothing for what is not known, and a fact is not looked into for more."""
        assert filled(text, facts) == read

    def test_named(self):
        """A brace that is written twice names nothing."""
        assert named("{a} {{b}} {c_1}") == ["a", "c_1"]

    @given(
        st.text(st.characters(exclude_characters="\0"), max_size=200)
        | st.text(alphabet="[]()<>!@#|`*_~\\&;:/.\n hxy1", max_size=60)
    )
    def test_what_was_typed_stays_text(self, said):
        """No answer becomes a link, a mention or a mark, wherever it stands: people read it as it was typed."""
        shown = from_markdown(filled("Is {x} right? **{x}**", {"x": said}, plain))
        assert live_parts(shown) == []
        words = " ".join(said.split())
        wanted = words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        assert shown.startswith(f"Is {wanted} right? ")

    @pytest.mark.parametrize(
        "said", ["<!channel>", "<@U0LIAMOKAF>", "[x](https://evil.example)", "<https://evil.example|IT>", "`a` <!here>"]
    )
    @pytest.mark.parametrize(
        "text", ["`{x}`", "[{x}](https://good.example)", "[go](https://good.example/{x})", "# {x}", "- {x}"]
    )
    def test_nothing_typed_is_live(self, said, text):
        """In code, in a heading, within a link of the author's: the author's own address is all that is live."""
        live = live_parts(from_markdown(filled(text, {"x": said}, plain)))
        assert all(one.startswith("https://good.example") for one in live)
