"""A folder that is not Firstline's own, or not whole: nothing is lost on either side."""

import errno
import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core import people
from core.db import Database
from core.encoder import HashingEncoder
from core.errors import BadInput, NotFound, Stale
from core.people import Person
from kb.publishing import publish
from kb.service import KnowledgeBase
from kb.taking.comparing import Turn
from kb.taking.exporting import export
from kb.taking.gathering import gather
from kb.taking.pages import Options
from kb.taking.steps import Synced
from tests.fakes import FakeClock
from tests.integration.test_kb_sync import EMPLOYEE, OWN, PNG, did, draft, taken, written

FOREIGN = "---\nlayout: page\ntags: [net]\n---\n# VPN\n\nStart it. {% include x.html %}\n"


@pytest.fixture
def kb(database: Database, clock: FakeClock) -> KnowledgeBase:
    """A knowledge base."""
    with database.transaction() as session: people.save(session, Person(id="U0EDITOR", name="Eva Editor"), clock())
    return KnowledgeBase(database, HashingEncoder(), clock)


def synced(kb: KnowledgeBase, folder: Path, *, retiring: bool = False, many: bool = False, **prefer: str) -> Synced:
    """A sync as the command line does it; in `prefer` `__` is a dot."""
    gathered = gather(folder, Options(guess=False, whole=True))
    wins = {name.replace("__", ".").replace("_in_", "/"): side for name, side in prefer.items()}
    return kb.mirror.sync(folder, gathered, retiring=retiring, many=many, prefer=wins)


def edited(kb: KnowledgeBase, slug: str, text: str) -> None:
    """Somebody edits an article in Firstline."""
    kb.save(draft(slug, text), by="U0EDITOR")


def live(kb: KnowledgeBase) -> set[str]:
    """The names of what is published."""
    with kb.mirror._database.reading() as session: rows = session.connection().exec_driver_sql(  # noqa: SLF001 - the database of the fixture
        "select slug from kb_items where state = 'published'"
    )
    return {row[0] for row in rows}


class TestForeign:
    """Files of another system."""

    def test_what_it_has_more_is_never_written_away(self, kb: KnowledgeBase, tmp_path: Path) -> None:
        """An edit in Firstline is a conflict that says why; a person may settle it either way."""
        folder = written(tmp_path, vpn_in_index__md=FOREIGN)
        assert did(synced(kb, folder)) == {"vpn/index.md": Turn.PUBLISH}
        edited(kb, "vpn", "Edited")
        for _ in range(2):
            (step,) = synced(kb, folder).steps
            assert (step.turn, step.slug) == (Turn.CONFLICT, "vpn")
            assert "marks or links of another system" in step.why
            assert (folder / "vpn/index.md").read_text() == FOREIGN
            assert live(kb) == {"vpn"}
        assert did(synced(kb, folder, vpn_in_index__md="firstline")) == {"vpn/index.md": Turn.WRITE}
        assert "slug: vpn\n" in (folder / "vpn/index.md").read_text()
        assert (did(synced(kb, folder)), live(kb)) == ({}, {"vpn"})

    def test_a_file_of_another_name_keeps_its_article(self, kb: KnowledgeBase, tmp_path: Path) -> None:
        """What is written back says whose it is, however often, and after a crash too."""
        folder = written(tmp_path, **{"A Setup__md": "# A setup\n\nText"})
        synced(kb, folder)
        for text in ("Edited", "Edited again"):
            edited(kb, "a-setup", text)
            assert did(synced(kb, folder)) == {"A Setup.md": Turn.WRITE}
            assert (did(synced(kb, folder)), live(kb)) == ({}, {"a-setup"})
        before = (folder / "A Setup.md").read_bytes()
        edited(kb, "a-setup", "Third")
        (folder / "A Setup.md").write_bytes(before.replace(b"Edited again", b"Third"))
        file = "---\nslug: a-setup\n" + draft("a-setup", "Third").source[4:]
        (folder / "A Setup.md").write_text(file)
        assert did(synced(kb, folder)) == {"A Setup.md": Turn.NOTE}

    @settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=15)
    @given(
        files=st.dictionaries(
            st.sampled_from(["a.md", "b/index.md", "b/c d.md", "README.md", "x/a.md"]),
            st.sampled_from([FOREIGN, "# A\n\nText", "# A\n\n[b](b/index.md) <b>x</b>", "---\ntitle: T\n---\nText"]),
            min_size=1,
        ),
        chosen=st.integers(0, 4),
    )
    def test_a_foreign_tree_comes_to_rest(
        self, kb: KnowledgeBase, tmp_path_factory: pytest.TempPathFactory, files: dict[str, str], chosen: int
    ) -> None:
        """Synced, edited in Firstline, synced: then again nothing changes, and nothing is there twice."""
        for slug in live(kb): kb.retire("article", slug, by="U0EDITOR")
        folder = tmp_path_factory.mktemp("tree")
        for name, text in files.items(): written(folder, **{name: text})
        first = synced(kb, folder)
        one = [step for step in first.steps if step.turn is Turn.PUBLISH]
        if one: edited(kb, one[chosen % len(one)].slug, "Edited in Firstline")
        synced(kb, folder)
        before = ({path: path.read_bytes() for path in folder.rglob("*.md")}, live(kb))
        again = synced(kb, folder)
        assert {step.turn for step in again.steps} <= {Turn.CONFLICT}
        assert ({path: path.read_bytes() for path in folder.rglob("*.md")}, live(kb)) == before
        assert {path.relative_to(folder).as_posix() for path in before[0]} == set(files)


class TestSameNames:
    """Two folders that are named alike."""

    def test_another_folder_of_the_same_name_overwrites_nothing(self, kb: KnowledgeBase, tmp_path: Path) -> None:
        """The second file is told; a copy of the first folder is the first."""
        taken(kb, written(tmp_path / "hr/docs", contacts__md="# Contacts\n\nHR"))
        report = taken(kb, written(tmp_path / "it/docs", contacts__md="# Contacts\n\nIT"))
        assert (report.added, report.changed) == ([], [])
        assert "rename one of them" in report.problems[0].message
        assert "HR" in kb.article("contacts", EMPLOYEE).body
        assert taken(kb, written(tmp_path / "copy/docs", contacts__md="# Contacts\n\nHR")).same == ["contacts"]

    def test_a_sync_of_another_folder_of_the_same_name_is_a_conflict(self, kb: KnowledgeBase, tmp_path: Path) -> None:
        """Neither is overwritten."""
        taken(kb, written(tmp_path / "hr/docs", contacts__md="# Contacts\n\nHR"))
        found = synced(kb, written(tmp_path / "it/docs", contacts__md="# Contacts\n\nIT"))
        assert did(found) == {"contacts.md": Turn.CONFLICT}


class TestNotWhole:
    """A folder of which a part cannot be read."""

    @pytest.fixture
    def folder(self, kb: KnowledgeBase, tmp_path: Path) -> Path:
        """Six articles in step, in two folders."""
        slugs = [place + name for place in "xy" for name in "abc"]
        files = {f"{one[0]}_in_{one[1]}__md": OWN.format(title=f"{one}\nslug: {one}", text=one) for one in slugs}
        folder = written(tmp_path / "git", **files)
        assert len(synced(kb, folder).steps) == 6
        return folder

    def test_a_folder_that_became_a_link_retires_nothing(self, kb: KnowledgeBase, folder: Path, tmp_path: Path) -> None:
        """What lies below it could not be read; it is not gone."""
        (folder / "x").rename(tmp_path / "away")
        (folder / "x").symlink_to(tmp_path / "away")
        assert did(synced(kb, folder, retiring=True)) == {}
        assert len(live(kb)) == 6

    def test_a_long_file_that_broke_retires_none_of_its_chapters(self, kb: KnowledgeBase, tmp_path: Path) -> None:
        """They are of that file; and a long file is none that can be kept in step."""
        chapters = "\n".join(f"# Part {n}\n\n{'Some words. ' * 8_000}" for n in range(4))
        folder = written(tmp_path, big__md=chapters, a__md="# A\n\nText")
        assert len(taken(kb, folder).added) == 5
        found = synced(kb, folder, retiring=True)
        assert [problem.message for problem in found.problems] == [
            "is longer than one article; split it, for each file here is one article"
        ]
        written(folder, big__md="---\ntitle: x: y\n---\n")
        assert did(synced(kb, folder, retiring=True)) == {}
        assert len(live(kb)) == 5

    def test_more_than_a_third_goes_only_when_that_is_confirmed(self, kb: KnowledgeBase, folder: Path) -> None:
        """Such as in a folder that is not checked out yet."""
        for name in "abc": (folder / "x" / f"{name}.md").unlink()
        with pytest.raises(BadInput, match="3 of 6 would be taken away, and nothing was done"):
            synced(kb, folder, retiring=True)
        assert len(live(kb)) == 6
        synced(kb, folder, retiring=True, many=True)
        assert live(kb) == {"ya", "yb", "yc"}

    def test_a_folder_that_may_not_be_read_retires_nothing(
        self, kb: KnowledgeBase, folder: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """It is told. Root may read everything, so the system's refusal is made here."""
        scan = os.scandir

        def refused(place: str) -> object:
            if Path(place).name == "x": raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(place))
            return scan(place)

        monkeypatch.setattr(os, "scandir", refused)
        found = synced(kb, folder, retiring=True)
        assert (did(found), [problem.file for problem in found.problems]) == ({}, ["x"])
        assert len(live(kb)) == 6


class TestSettled:
    """Every conflict can be settled."""

    @pytest.fixture
    def folder(self, kb: KnowledgeBase, tmp_path: Path) -> Path:
        """One article in step."""
        folder = written(tmp_path / "git", a__md=OWN.format(title="A", text="Text"))
        synced(kb, folder)
        return folder

    def test_a_deleted_file_wins_by_retiring(self, kb: KnowledgeBase, folder: Path) -> None:
        """Over an edit in Firstline."""
        (folder / "a.md").unlink()
        edited(kb, "a", "Edited")
        (step,) = synced(kb, folder).steps
        assert (step.turn, step.why) == (Turn.CONFLICT, "the file was deleted, and it was changed in Firstline")
        assert did(synced(kb, folder, a__md="file")) == {"a.md": Turn.GONE}
        with pytest.raises(NotFound): kb.article("a", EMPLOYEE)
        assert did(synced(kb, folder)) == {}

    def test_an_edit_wins_over_a_deleted_file_by_writing_it(self, kb: KnowledgeBase, folder: Path) -> None:
        """The other way round."""
        (folder / "a.md").unlink()
        edited(kb, "a", "Edited")
        synced(kb, folder, a__md="firstline")
        assert "Edited" in (folder / "a.md").read_text()

    @pytest.mark.parametrize(("side", "left"), [("firstline", set()), ("file", {"a"})])
    def test_a_retired_article_and_a_changed_file(
        self, kb: KnowledgeBase, folder: Path, side: str, left: set[str]
    ) -> None:
        """Firstline wins: the file goes; the file wins: it is published again."""
        written(folder, a__md=OWN.format(title="A", text="Changed"))
        kb.retire("article", "a", by="U0EDITOR")
        assert synced(kb, folder).steps[0].why == "changed in the file, and retired in Firstline"
        synced(kb, folder, a__md=side)
        assert ((folder / "a.md").exists(), live(kb)) == (bool(left), left)
        assert did(synced(kb, folder)) == {}

    def test_an_unknown_path_is_one_clear_line(self, kb: KnowledgeBase, folder: Path) -> None:
        """Nothing is done."""
        with pytest.raises(BadInput, match=r"b\.md: is no file that is kept in step here"):
            synced(kb, folder, b__md="file")


def test_nothing_is_written_out_of_the_folder(kb: KnowledgeBase, tmp_path: Path) -> None:
    """A link in it could lead anywhere."""
    (tmp_path / "elsewhere").mkdir()
    folder = written(tmp_path / "git", x__md=OWN.format(title="X", text="Text"))
    (folder / "articles").symlink_to(tmp_path / "elsewhere")
    kb.save(draft("a", "Text"), by="U0EDITOR")
    found = synced(kb, folder)
    assert did(found)["articles/a.md"] is Turn.CONFLICT
    assert list((tmp_path / "elsewhere").iterdir()) == []


def test_an_export_takes_away_what_is_retired(kb: KnowledgeBase, tmp_path: Path) -> None:
    """With its pictures; what somebody changed in it, or put there, stays and is told."""
    taken(kb, written(tmp_path / "in", a__md="# A\n\n![p](p.png)", b__md="# B\n\nText", p__png=PNG))
    database = kb.mirror._database  # noqa: SLF001 - the database of the fixture
    export(database, tmp_path / "out")
    written(tmp_path / "out", articles_in_b__md="mine", articles_in_note__md="mine")
    for slug in "ab": kb.retire("article", slug, by="U0EDITOR")
    done = export(database, tmp_path / "out")
    assert (done.removed[0], len(done.removed), done.kept) == ("articles/a.md", 2, ["articles/b.md"])
    assert sorted(path.name for path in (tmp_path / "out").rglob("*.*")) == [".firstline.json", "b.md", "note.md"]


def test_two_who_publish_the_same_are_no_conflict(database: Database, kb: KnowledgeBase, clock: FakeClock) -> None:
    """Only another text is; and it says what the other one did."""
    kb.save(draft("a", "Text"), by="U0EDITOR")
    with database.transaction() as session:
        assert publish(session, draft("a", "Text"), by="sync", now=clock(), seen=0, checked=False) == (1, False)
        with pytest.raises(Stale, match='The article "a" is there already'):
            publish(session, draft("a", "Other"), by="sync", now=clock(), seen=0)
    kb.save(draft("a", "Newer"), by="U0EDITOR")
    with database.transaction() as session, pytest.raises(Stale, match="was changed by somebody else"):
        publish(session, draft("a", "Other"), by="sync", now=clock(), seen=1)
    kb.retire("article", "a", by="U0EDITOR")
    with database.transaction() as session, pytest.raises(Stale, match="was retired by somebody else"):
        publish(session, draft("a", "Other"), by="sync", now=clock(), seen=2)
