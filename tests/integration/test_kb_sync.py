"""The knowledge base as files: import, export, and a folder that is kept in step."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core import people
from core.db import Database
from core.encoder import HashingEncoder
from core.errors import BadInput, NotFound
from core.people import Person
from kb.importing import Report
from kb.service import KnowledgeBase
from kb.sources import folder_key
from kb.taking.comparing import Turn
from kb.taking.exporting import export
from kb.taking.gathering import gather
from kb.taking.pages import Options
from kb.taking.steps import Synced
from kb.writing import Draft, article_draft
from tests.budgets import tries
from tests.fakes import FakeClock

EMPLOYEE = frozenset({"employees"})
PNG = b"\x89PNG\r\n\x1a\n" + b"picture"
OWN = "---\ntitle: {title}\naudience: employees\n---\n\n{text}\n"
RECIPE = (
    "title: Stuck VPN\ntriggers: [vpn is stuck]\nstart: a\nsteps:\n  a: {say: Restart it., choices: {Done: solved}}\n"
)


@pytest.fixture
def kb(database: Database, clock: FakeClock) -> KnowledgeBase:
    """A knowledge base."""
    with database.transaction() as session: people.save(session, Person(id="U0EDITOR", name="Eva Editor"), clock())
    return KnowledgeBase(database, HashingEncoder(), clock)


def draft(slug: str, text: str) -> Draft:
    """An article as it is written in Firstline."""
    made = article_draft(f"{slug}.md", OWN.format(title=slug, text=text))
    assert isinstance(made, Draft)
    return made


def written(folder: Path, **files: str | bytes) -> Path:
    """A folder with files; `__` is a dot, `_in_` a slash."""
    for name, text in files.items():
        path = folder / name.replace("__", ".").replace("_in_", "/")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode() if isinstance(text, str) else text)
    return folder


def taken(kb: KnowledgeBase, folder: Path, options: Options | None = None) -> Report:
    """An import."""
    options = options or Options(taken=kb.keeping.taken("article", folder_key(folder)))
    return kb.keeping.keep(gather(folder, options), folder_key(folder))


def synced(
    kb: KnowledgeBase, folder: Path, *, dry: bool = False, retiring: bool = False, prefer: dict[str, str] | None = None
) -> Synced:
    """A sync."""
    return kb.mirror.sync(folder, gather(folder, Options()), dry=dry, retiring=retiring, prefer=prefer or {})


def did(found: Synced) -> dict[str, Turn]:
    """What was done, by path."""
    return {step.path: step.turn for step in found.steps}


class TestImport:
    """Files to articles."""

    def test_a_second_import_changes_nothing(self, kb: KnowledgeBase, tmp_path: Path) -> None:
        """Whatever the format."""
        folder = written(
            tmp_path,
            a__md="# A\n\n[b](b.html) ![p](p.png)",
            b__html="<h1>B</h1><p>Text</p>",
            p__png=PNG,
            c__yaml=RECIPE,
        )
        first = taken(kb, folder)
        assert (sorted(first.added), first.changed, first.pictures) == (["a", "b", "c"], [], 1)
        second = taken(kb, folder)
        assert (second.added, second.changed, sorted(second.same)) == ([], [], ["a", "b", "c"])

    def test_what_was_edited_in_firstline_stays(self, kb: KnowledgeBase, tmp_path: Path) -> None:
        """Unless the file is the same as before it is told; a file that changed too is a conflict."""
        folder = written(tmp_path, a__md="# A\n\nOld")
        taken(kb, folder)
        kb.save(draft("a", "Edited"), by="U0EDITOR")
        again = taken(kb, folder)
        assert (again.same, again.changed) == (["a"], [])
        assert any("as Eva Editor changed it" in note.message for note in again.notes)
        written(folder, a__md="# A\n\nNew")
        (problem,) = taken(kb, folder).problems
        assert "was changed here and by Eva Editor" in problem.message
        assert kb.article("a", EMPLOYEE).body == "Edited"

    def test_a_changed_file_is_published_again(self, kb: KnowledgeBase, tmp_path: Path) -> None:
        """When nobody edited the article meanwhile."""
        taken(kb, written(tmp_path, a__md="# A\n\nOld"))
        assert taken(kb, written(tmp_path, a__md="# A\n\nNew")).changed == ["a"]
        assert kb.article("a", EMPLOYEE).revision == 2

    def test_a_name_that_belongs_to_something_else_is_never_overwritten(
        self, kb: KnowledgeBase, tmp_path: Path
    ) -> None:
        """A foreign file takes another name, and keeps it; Firstline's own is told."""
        kb.save(draft("vpn", "Ours"), by="U0EDITOR")
        folder = written(
            tmp_path / "tools", vpn__md="# VPN\n\nTheirs", own__md=OWN.format(title="x\nslug: vpn", text="y")
        )
        report = taken(kb, folder)
        assert report.added == ["vpn-md"]
        assert [problem.message for problem in report.problems if "by Eva Editor" in problem.message]
        assert taken(kb, folder).same == ["vpn-md"]
        assert kb.article("vpn", EMPLOYEE).body == "Ours"

    def test_a_retired_article_is_not_brought_back(self, kb: KnowledgeBase, tmp_path: Path) -> None:
        """An import does not undo what an editor decided."""
        folder = written(tmp_path, a__md="# A\n\nText")
        taken(kb, folder)
        kb.retire("article", "a", by="U0EDITOR")
        (problem,) = taken(kb, folder).problems
        assert problem.message == 'the article "a" was retired in Firstline'
        with pytest.raises(NotFound): kb.article("a", EMPLOYEE)

    def test_an_unknown_audience_is_one_clear_line(self, kb: KnowledgeBase, tmp_path: Path) -> None:
        """Nothing is read."""
        with pytest.raises(BadInput, match='"finance" is no audience here'):
            taken(kb, written(tmp_path, a__md="# A\n\nText"), Options(audience="finance"))


TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\x00", exclude_categories=("Cs",)), max_size=200)


class TestExport:
    """Everything back as files."""

    def test_an_export_imported_again_is_the_same_to_the_byte(self, kb: KnowledgeBase, tmp_path: Path) -> None:
        """Articles, run-books, recipes and pictures, as a folder and as an archive."""
        source = written(tmp_path / "in", a__md="# A\n\n![p](p.png) {% raw %}", p__png=PNG, r__yaml=RECIPE)
        taken(kb, source)
        taken(kb, written(tmp_path / "books", a__md="# Book\n\nText"), Options(kind="runbook"))
        kb.save(draft("plain", "[x](a.md) [](https://e.com) {% include y %} <b>z</b>"), by="U0EDITOR")
        done = export(kb.mirror._database, tmp_path / "out")  # noqa: SLF001 - the database of the fixture
        assert dict(done.items) == {"article": 2, "runbook": 1, "recipe": 1}
        before = {path: path.read_bytes() for path in (tmp_path / "out").rglob("*.*")}
        report = taken(kb, tmp_path / "out")
        assert (report.added, report.changed, len(report.same), report.problems) == ([], [], 4, [])
        export(kb.mirror._database, tmp_path / "out")  # noqa: SLF001 - as above
        assert {path: path.read_bytes() for path in (tmp_path / "out").rglob("*.*")} == before
        export(kb.mirror._database, tmp_path / "out.zip", as_zip=True)  # noqa: SLF001 - as above
        assert len(taken(kb, tmp_path / "out.zip").same) == 4

    @settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=tries(40))
    @given(
        text=TEXTS,
        front=st.sampled_from(
            ["---\ntitle: T\n---\n", "---\ntitle: T\ncategory: x\naudience: staff\n---\n", "", "# T\n\n"]
        ),
    )
    def test_no_text_is_changed_on_its_way(
        self, tmp_path_factory: pytest.TempPathFactory, text: str, front: str
    ) -> None:
        """What the checks let pass comes back as it went, whatever is in it."""
        folder = tmp_path_factory.mktemp("way")
        made = article_draft("a.md", f"{front}{text}")
        if isinstance(made, list): return
        written(folder, **{".firstline.json": "{}"})
        (folder / "articles").mkdir()
        (folder / "articles" / "a.md").write_bytes(made.source.encode())
        (piece,) = gather(folder, Options()).pieces
        assert piece.draft.source.encode() == made.source.encode()

    def test_a_folder_with_other_files_is_left_alone(self, kb: KnowledgeBase, tmp_path: Path) -> None:
        """An export never mixes with what is there."""
        written(tmp_path, note__txt="mine")
        with pytest.raises(BadInput, match="choose an empty folder"): export(kb.mirror._database, tmp_path)  # noqa: SLF001 - as above


class TestSync:
    """A folder and the knowledge base."""

    @pytest.fixture
    def folder(self, kb: KnowledgeBase, tmp_path: Path) -> Path:
        """A folder in step with two articles."""
        for slug in ("a", "b"): kb.save(draft(slug, f"Text of {slug}"), by="U0EDITOR")
        export(kb.mirror._database, tmp_path / "git")  # noqa: SLF001 - as above
        assert set(did(synced(kb, tmp_path / "git")).values()) == {Turn.NOTE}
        return tmp_path / "git"

    def test_in_step_nothing_is_done(self, kb: KnowledgeBase, folder: Path) -> None:
        """Not even a revision."""
        assert (did(synced(kb, folder)), synced(kb, folder).same) == ({}, 2)
        assert kb.article("a", EMPLOYEE).revision == 1

    def test_a_changed_file_is_published_and_a_changed_article_written(self, kb: KnowledgeBase, folder: Path) -> None:
        """Each side gets what only the other one changed."""
        written(folder, articles_in_a__md=OWN.format(title="a", text="From the file"))
        kb.save(draft("b", "From Firstline"), by="U0EDITOR")
        kb.save(draft("c", "New"), by="U0EDITOR")
        written(folder, articles_in_d__md=OWN.format(title="d", text="New file"))
        assert (
            did(synced(kb, folder, dry=True))
            == did(synced(kb, folder))
            == {
                "articles/a.md": Turn.PUBLISH,
                "articles/b.md": Turn.WRITE,
                "articles/c.md": Turn.WRITE,
                "articles/d.md": Turn.PUBLISH,
            }
        )
        assert kb.article("a", EMPLOYEE).body == "From the file"
        assert "From Firstline" in (folder / "articles/b.md").read_text()
        assert "New" in (folder / "articles/c.md").read_text()
        assert did(synced(kb, folder)) == {}

    def test_a_conflict_is_shown_and_neither_side_overwritten(self, kb: KnowledgeBase, folder: Path) -> None:
        """With who, when and what; until a person says which it is."""
        text = OWN.format(title="a", text="From the file")
        written(folder, articles_in_a__md=text)
        kb.save(draft("a", "From Firstline"), by="U0EDITOR")
        (step,) = synced(kb, folder).steps
        assert (step.turn, step.by) == (Turn.CONFLICT, "Eva Editor")
        assert "-From Firstline\n+From the file" in step.diff
        assert (folder / "articles/a.md").read_text() == text
        assert kb.article("a", EMPLOYEE).body == "From Firstline"
        assert did(synced(kb, folder, prefer={"articles/a.md": "file"})) == {"articles/a.md": Turn.PUBLISH}
        assert kb.article("a", EMPLOYEE).body == "From the file"
        assert did(synced(kb, folder)) == {}

    def test_firstline_may_win_a_conflict(self, kb: KnowledgeBase, folder: Path) -> None:
        """Then the file is written."""
        written(folder, articles_in_a__md=OWN.format(title="a", text="From the file"))
        kb.save(draft("a", "From Firstline"), by="U0EDITOR")
        synced(kb, folder, prefer={"articles/a.md": "firstline"})
        assert "From Firstline" in (folder / "articles/a.md").read_text()
        assert did(synced(kb, folder)) == {}

    def test_a_file_that_is_gone_retires_nothing_by_itself(self, kb: KnowledgeBase, folder: Path) -> None:
        """Only when that is asked for."""
        (folder / "articles/a.md").unlink()
        assert did(synced(kb, folder)) == {"articles/a.md": Turn.GONE}
        assert kb.article("a", EMPLOYEE).body == "Text of a"
        synced(kb, folder, retiring=True)
        with pytest.raises(NotFound): kb.article("a", EMPLOYEE)
        assert did(synced(kb, folder)) == {}

    def test_a_retired_article_keeps_its_file_until_asked(self, kb: KnowledgeBase, folder: Path) -> None:
        """The other way round."""
        kb.retire("article", "a", by="U0EDITOR")
        assert did(synced(kb, folder)) == {"articles/a.md": Turn.RETIRED}
        assert (folder / "articles/a.md").is_file()
        synced(kb, folder, retiring=True)
        assert not (folder / "articles/a.md").exists()
        assert did(synced(kb, folder)) == {}

    def test_a_moved_file_is_the_same_article(self, kb: KnowledgeBase, folder: Path) -> None:
        """Its folder may change; another name is another article, and it is told what it was."""
        written(folder, articles_in_net_in_a__md=(folder / "articles/a.md").read_bytes())
        (folder / "articles/a.md").unlink()
        (step,) = synced(kb, folder).steps
        assert (step.turn, step.moved) == (Turn.NOTE, "articles/a.md")
        (folder / "articles/b.md").rename(folder / "articles/z.md")
        steps = {step.path: step for step in synced(kb, folder, dry=True).steps}
        assert (steps["articles/z.md"].turn, steps["articles/z.md"].was) == (Turn.PUBLISH, "articles/b.md")
        assert steps["articles/b.md"].turn is Turn.GONE

    def test_a_broken_file_is_told_and_its_article_stays(self, kb: KnowledgeBase, folder: Path) -> None:
        """It is neither gone nor new."""
        written(folder, articles_in_a__md="---\ntitle: x: y\n---\n")
        found = synced(kb, folder, retiring=True)
        assert did(found) == {}
        assert [problem.file for problem in found.problems] == ["articles/a.md"]
        assert kb.article("a", EMPLOYEE).body == "Text of a"

    def test_pictures_go_both_ways(self, kb: KnowledgeBase, folder: Path, tmp_path: Path) -> None:
        """A picture beside a file is kept, and written beside the file of another folder."""
        written(folder, articles_in_p__md=OWN.format(title="p", text="![x](x.png)"), articles_in_x__png=PNG)
        assert did(synced(kb, folder)) == {"articles/p.md": Turn.PUBLISH}
        export(kb.mirror._database, tmp_path / "out")  # noqa: SLF001 - as above
        (picture,) = (tmp_path / "out/articles/files").iterdir()
        assert picture.read_bytes() == PNG
        assert kb.files.get(picture.name).media_type == "image/png"

    def test_a_crash_between_file_and_note_leaves_nothing_half_done(self, kb: KnowledgeBase, folder: Path) -> None:
        """The file is there and Firstline does not know: the next sync sees that both are equal."""
        kb.save(draft("a", "From Firstline"), by="U0EDITOR")
        written(folder, articles_in_a__md=draft("a", "From Firstline").source)
        assert did(synced(kb, folder)) == {"articles/a.md": Turn.NOTE}
        assert did(synced(kb, folder)) == {}

    def test_somebody_faster_is_a_conflict(self, kb: KnowledgeBase, folder: Path) -> None:
        """What was published between looking and doing is not overwritten."""
        written(folder, articles_in_a__md=OWN.format(title="a", text="From the file"))
        found = gather(folder, Options())
        (step,) = [step for step in kb.mirror.plan(folder, found) if step.turn is Turn.PUBLISH]
        kb.save(draft("a", "Faster"), by="U0EDITOR")
        assert kb.mirror._do(folder, replace(step), retiring=False).turn is Turn.CONFLICT  # noqa: SLF001 - the moment between
        assert kb.article("a", EMPLOYEE).body == "Faster"
