"""The search index: who sees what, which passage is quoted, and odd input."""

import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.encoder import HashingEncoder
from kb.index import NEIGHBOURS, Entry, Item, SearchIndex
from kb.lexical import MAX_QUERY_WORDS, LexicalIndex, Text, words
from kb.ranking import fused, normalised

ENCODER = HashingEncoder()
EMPLOYEE, STAFF = frozenset({"employees"}), frozenset({"employees", "staff"})


def item(number: int, slug: str, audience: str = "employees", kind: str = "article") -> Item:
    """An item of the index."""
    return Item(id=number, kind=kind, slug=slug, title=slug, category="x", audience=audience, revision=1)


def build(items: list[Item], texts: list[tuple[int, str, str]]) -> SearchIndex:
    """An index over (item, kind, text), the passages numbered in their order."""
    count: dict[int, int] = {}
    entries = []
    for number, kind, text in texts:
        ordinal = count.setdefault(number, 0)
        count[number] += kind == "passage"
        entries.append(Entry(item=number, kind=kind, ordinal=ordinal, heading="", text=text))
    return SearchIndex.build(1, items, entries, ENCODER.encode([text for _, _, text in texts]))


def search(index: SearchIndex, text: str, audiences: frozenset[str] = EMPLOYEE, **more: frozenset[str]) -> list[str]:
    """The slugs that a question finds, best first."""
    return [c.slug for c in index.search(ENCODER.encode([text])[0], text, audiences, **more)]


@pytest.fixture
def small() -> SearchIndex:
    """Three articles, one of them for staff, and a recipe."""
    items = [item(1, "vpn"), item(2, "print"), item(3, "secret", "staff"), item(4, "vpn-stuck", kind="recipe")]
    return build(
        items,
        [
            (1, "title", "Connect to the VPN"),
            (1, "passage", "Open the globe icon"),
            (1, "passage", "On a Mac use the menu bar"),
            (2, "title", "Print on both sides"),
            (2, "passage", "Choose duplex in the print window"),
            (3, "title", "VPN gateway failover"),
            (3, "passage", "Restart the VPN gateway of the VPN"),
            (4, "title", "VPN is stuck on connecting"),
            (4, "trigger", "vpn does not connect"),
        ],
    )


def test_what_staff_may_read_never_reaches_an_employee(small: SearchIndex) -> None:
    """The same question finds the staff article for staff only."""
    assert "secret" in search(small, "restart the vpn gateway", STAFF)
    assert "secret" not in search(small, "restart the vpn gateway")
    assert search(small, "restart the vpn gateway", frozenset()) == []


def test_a_slug_left_out_is_as_if_it_did_not_exist(small: SearchIndex) -> None:
    """The shares of the words are taken among what is left."""
    assert search(small, "print duplex")[0] == "print"
    assert "print" not in search(small, "print duplex", without=frozenset({"print"}))


def test_hidden_articles_do_not_crowd_out_visible_ones() -> None:
    """However many staff articles are nearer, the employee's is found."""
    many = 3 * NEIGHBOURS
    items = [item(n, f"s{n}", "staff") for n in range(1, many)] + [item(many, "mine")]
    texts = [(n, "passage", "reset the vpn token") for n in range(1, many)] + [
        (many, "passage", "reset something else")
    ]
    assert search(build(items, texts), "reset the vpn token") == ["mine"]


def test_the_nearest_passage_is_the_one_to_quote(small: SearchIndex) -> None:
    """A question about the Mac quotes the Mac's section, one about nothing in particular still quotes a passage."""
    text = "where is the menu bar on a mac"
    best = small.search(ENCODER.encode([text])[0], text, EMPLOYEE)[0]
    assert (best.slug, best.passage) == ("vpn", 1)


def test_cosines_of_each_kind(small: SearchIndex) -> None:
    """Of title, nearest name, nearest passage, the nearest three together, and the mean of all; 0 for none."""
    vector = ENCODER.encode(["connect vpn globe"])[0]
    found = {c.slug: c for c in small.search(vector, "connect vpn globe", STAFF)}
    texts = ["Connect to the VPN", "Open the globe icon", "On a Mac use the menu bar"]
    own = ENCODER.encode(texts)
    title, *passages = (own @ vector).tolist()
    vpn, stuck, mean = found["vpn"], found["vpn-stuck"], own.mean(axis=0)
    assert (vpn.title_cosine, vpn.name_cosine) == (pytest.approx(title, abs=1e-6), 0.0)
    assert vpn.passage_cosine == pytest.approx(max(passages), abs=1e-6)
    assert vpn.three_cosine == pytest.approx((title + sum(passages)) / 3, abs=1e-6)
    assert vpn.whole_cosine == pytest.approx(float(mean @ vector / np.linalg.norm(mean)), abs=1e-6)
    trigger = float(ENCODER.encode(["vpn does not connect"])[0] @ vector)
    assert (stuck.name_cosine, stuck.passage_cosine) == (pytest.approx(trigger, abs=1e-6), 0.0)


def test_an_item_with_a_title_only_quotes_passage_zero(small: SearchIndex) -> None:
    """A recipe has no passages."""
    text = "vpn does not connect"
    found = {c.slug: c for c in small.search(ENCODER.encode([text])[0], text, EMPLOYEE)}
    assert found["vpn-stuck"].passage == 0
    assert found["vpn-stuck"].lexical == 1.0


def test_it_finds_what_weighing_everything_would_find() -> None:
    """Looking at the best of each search is only a way to be quick: the first five are those of all items."""
    chance = random.Random(5)
    vocabulary = [f"word{n}" for n in range(120)]
    items = [item(n, f"a{n}", "staff" if n % 9 == 0 else "employees") for n in range(1, 301)]
    texts = [(i.id, "passage", " ".join(chance.choices(vocabulary, k=12))) for i in items for _ in range(3)]
    index, rows = build(items, texts), ENCODER.encode([text for _, _, text in texts])
    bodies = {i.id: "\n".join(text for number, _, text in texts if number == i.id) for i in items}
    lexical = LexicalIndex([Text(item=n, audience="", names="", body=body) for n, body in bodies.items() if n % 9])
    for _ in range(20):
        text = " ".join(chance.choices(vocabulary, k=5))
        vector = ENCODER.encode([text])[0]
        cosines = (rows @ vector).reshape(-1, 3).max(axis=1)
        words_found = normalised(lexical.search(text, 1000))
        expected = {f"a{n}": fused(float(cosines[n - 1]), words_found.get(n, 0.0)) for n in range(1, 301) if n % 9}
        found = index.search(vector, text, EMPLOYEE)[:5]
        assert [c.score for c in found] == pytest.approx(sorted(expected.values(), reverse=True)[:5], abs=1e-5)
        assert [c.score for c in found] == pytest.approx([expected[c.slug] for c in found], abs=1e-5)


def test_an_empty_index_finds_nothing() -> None:
    """The first question may come before the first article."""
    assert search(build([], []), "anything") == []


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_a_vector_that_is_no_number_is_refused(value: float) -> None:
    """It would be near to nothing or to everything."""
    rows = ENCODER.encode(["one", "two"])
    rows[1, 3] = value
    with pytest.raises(ValueError, match="no number"):
        SearchIndex.build(1, [item(1, "a")], [Entry(item=1, kind="title", ordinal=0, heading="", text="x")] * 2, rows)


def test_a_question_whose_vector_is_no_number_is_refused(small: SearchIndex) -> None:
    """A broken encoder is told, not answered with the wrong article."""
    with pytest.raises(ValueError, match="no number"):
        small.search(np.full(ENCODER.dims, np.nan, dtype=np.float32), "vpn", EMPLOYEE)


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=200))
def test_no_text_is_a_query_that_fails(text: str) -> None:
    """Quotes, brackets, colons, AND, NOT and emoji are words or nothing."""
    LEXICAL.search(text, 5)


LEXICAL = LexicalIndex([
    Text(item=1, audience="employees", names="Connect to the VPN", body="open the globe"),
    Text(item=2, audience="staff", names="Print", body="duplex"),
])


@pytest.mark.parametrize(
    "text", ['"vpn', "vpn AND", "NOT vpn", "names:vpn^3 ~2", "[a TO b]", "vpn*", "\\", "(vpn", "IN [x]"]
)
def test_operators_of_the_query_language_are_plain_words(text: str) -> None:
    """People paste anything."""
    LEXICAL.search(text, 5)


def test_words_find_other_forms_of_themselves() -> None:
    """English stemming: connecting is connect."""
    assert set(LEXICAL.search("connecting", 5)) == {1}
    assert LEXICAL.search("zebra", 5) == {}
    assert LEXICAL.search("😀 !!!", 5) == {}


def test_words_of_items_that_were_found_otherwise() -> None:
    """An item beyond the best has its score, too; one without a word of the question has none."""
    both = LEXICAL.search("print the vpn", 5)
    assert LEXICAL.search("print the vpn", 1, also=[1, 2, 77]) == both
    assert set(LEXICAL.search("duplex", 1, also=[1])) == {2}


def test_a_changed_word_index_leaves_the_first_as_it_was() -> None:
    """One item is written anew, one is gone; whoever searches the old one still finds them."""
    old = LexicalIndex([Text(item=n, audience="employees", names="printer", body="toner") for n in (1, 2)])
    new = old.changed([1, 2], [Text(item=1, audience="employees", names="scanner", body="toner")])
    assert (set(old.search("printer", 5)), set(new.search("printer", 5))) == ({1, 2}, set())
    assert (set(old.search("scanner", 5)), set(new.search("toner scanner", 5))) == (set(), {1})


def test_words_are_lower_case_unique_and_not_endless() -> None:
    """A pasted log is cut, underscores and signs separate."""
    assert words("VPN vpn, e-mail_box!") == ["vpn", "e", "mail", "box"]
    assert len(words(" ".join(map(str, range(1000))))) == MAX_QUERY_WORDS
