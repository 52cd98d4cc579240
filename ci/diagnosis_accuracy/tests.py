"""Tests of the parts that need no server: `python3 -m unittest diagnosis_accuracy.tests`, in ci/."""

import tempfile
import unittest
from pathlib import Path

from . import catalog, faults, folders, scoring, sqltext
from .catalog import Events, Object, Timeline
from .injections import Injection
from .truth import Answer

FILE = """-- a; comment
CREATE TABLE a (
    id bigint PRIMARY KEY, -- the first, and only
    name text DEFAULT 'x;y',
    CHECK (length(name) > 1)
);
/* nested /* ; */ */
CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $body$ BEGIN PERFORM 1; END $body$;
INSERT INTO "odd;name" VALUES (E'it\\'s; fine');
"""


class Texts(unittest.TestCase):
    def test_statements_end_at_their_own_semicolons(self):
        found = [each.words for each in sqltext.statements(FILE)]
        self.assertEqual(found, ["CREATE TABLE A ID", "CREATE FUNCTION F RETURNS", "INSERT INTO ODD_NAME VALUES"])

    def test_a_mask_is_as_long_as_its_text(self):
        for text in (FILE, "select $$a$$ || $1", "select 'open", "/* open", 'a "b""c" d'):
            self.assertEqual(len(sqltext.mask(text)), len(text))

    def test_a_statement_keeps_a_body_at_its_end(self):
        self.assertTrue(sqltext.statements(FILE)[1].text.endswith("$body$"))

    def test_columns_and_constraints_are_told_apart(self):
        _, items, _ = sqltext.body_of_table(sqltext.statements(FILE)[0])
        self.assertEqual([each.column for each in items], ["id", "name", ""])

    def test_an_item_goes_with_its_comma(self):
        statement = sqltext.statements("CREATE TABLE a (b int, c int, d int)")[0]
        _, items, _ = sqltext.body_of_table(statement)
        texts = [sqltext.without_item(statement, items, each) for each in items]
        self.assertEqual(
            texts, ["CREATE TABLE a (c int, d int)", "CREATE TABLE a (b int, d int)", "CREATE TABLE a (b int, c int)"]
        )

    def test_a_statement_goes_with_its_semicolon(self):
        text = "select 1;\nselect 2;\n"
        first = sqltext.statements(text)[0]
        self.assertEqual(sqltext.without(text, first, lone=False), "\nselect 2;\n")
        self.assertEqual(sqltext.without("select 1", first, lone=True), "SELECT 1;")

    def test_names_that_statements_make(self):
        for text, name in [
            ('CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS "Ix" ON t (a)', "Ix"),
            ("create or replace view App.V as select 1", "v"),
            ("ALTER TABLE ONLY t ADD COLUMN IF NOT EXISTS c int", "c"),
            ("ALTER TABLE t ADD CONSTRAINT k CHECK (true)", "k"),
            ("ALTER TABLE t RENAME COLUMN a TO b", "b"),
            ("ALTER TABLE t RENAME TO u", "u"),
            ("ALTER TYPE s ADD VALUE 'new one'", "new one"),
            ("ALTER TABLE t ADD PRIMARY KEY (a)", None),
            ("DROP TABLE t", None),
        ]:
            self.assertEqual(sqltext.made_by(sqltext.statements(text)[0]), name, text)


class Folders(unittest.TestCase):
    def folder(self, layout, *files):
        self.root = tempfile.TemporaryDirectory()
        self.addCleanup(self.root.cleanup)
        for file in files:
            path = Path(self.root.name, file)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text("select 1;")
        ups = [each for each in files if not each.endswith("down.sql")]
        return folders.Folder(
            Path(self.root.name), layout, [folders.Migration(each, each, "select 1;") for each in ups]
        )

    def test_a_version_between_two(self):
        for layout, files, version in [
            ("numbered", ("001_a.sql", "002_b.sql"), "001m"),
            ("numbered", ("7/010_a.up.sql", "7/020_b.up.sql"), "7/011"),
            ("supabase", ("20240101000000_a.sql", "20240102000000_b.sql"), "20240101000001"),
            ("diesel", ("2024-01-01-000000_a/up.sql", "2024-01-01-000001_b/up.sql"), "2024-01-01-0000005"),
            ("goose", ("00001_a.sql", "00002_b.sql"), None),
        ]:
            self.assertEqual(self.folder(layout, *files).version_after(0), version, files)

    def test_a_down_file_is_renamed_with_its_up_file(self):
        folder = self.folder("golang-migrate", "010_a.up.sql", "010_a.down.sql", "020_b.up.sql")
        renamed = folder.under_version("010_a.up.sql", "021")
        self.assertEqual(renamed, {"010_a.up.sql": "021_a.up.sql", "010_a.down.sql": "021_a.down.sql"})

    def test_a_new_file_has_the_form_of_its_neighbour(self):
        new = self.folder("dbmate", "20240101000000_a.sql").new_files(0, "b", "select 2;")
        self.assertEqual(new, {"20240101000001_b.sql": "-- migrate:up\nselect 2;\n-- migrate:down\n"})

    def test_only_the_part_that_goes_up_is_edited(self):
        text = "-- +goose Up\nselect 1;\n-- +goose Down\nselect 2;\n"
        begin, end = folders.up_part("goose", text)
        self.assertEqual(text[begin:end].strip(), "select 1;")

    def test_versions_that_follow_closely_get_room(self):
        self.assertTrue(folders.needs_room(["001_a.sql", "002_b.sql", "003_c.sql"]))
        self.assertEqual(folders.with_room("002b_x.up.sql"), "0020b_x.up.sql")
        self.assertEqual(folders.with_room("V2__x.sql"), "V20__x.sql")


class Catalog(unittest.TestCase):
    def test_a_rename_is_seen_by_the_oid(self):
        events = catalog.events_between(
            {"relation:1": Object("table", "public.a")}, {"relation:1": Object("table", "public.b")}
        )
        self.assertEqual(events.renamed, {("table", "public.a"): ("table", "public.b")})

    def test_a_table_made_again_loses_a_column(self):
        before = {
            "relation:1": Object("table", "public.a"),
            "column:1:1": Object("column", "public.a.b", "", "public.a"),
        }
        events = catalog.events_between(before, {"relation:2": Object("table", "public.a")})
        setup = Events(made={each.identity: each for each in before.values()})
        timeline = Timeline([("setup", setup), ("1.sql", events)])
        self.assertEqual(timeline.remover(("column", "public.a.b"), 1), 1)
        self.assertEqual(timeline.remover(("table", "public.a"), 1), -1)


class Faults(unittest.TestCase):
    def test_messages_tell_the_object(self):
        for sqlstate, message, fault in [
            ("42P01", 'relation "app.users" does not exist', ("missing", "relation", "app.users", "")),
            ("42703", 'column "c" of relation "t" does not exist', ("missing", "column", "c", "t")),
            ("42703", "column u.c does not exist", ("missing", "column", "c", "u")),
            ("42710", 'policy "p q" for table "t" already exists', ("duplicate", "policy", "p q", "t")),
            ("42883", "function f(integer, text) does not exist", ("missing", "function", "f", "")),
            ("22P02", 'invalid input value for enum status: "late"', ("missing", "enum value", "late", "status")),
            ("40P01", "deadlock detected", ("other", "", "", "")),
        ]:
            found = faults.fault_of({"sqlstate": sqlstate, "message": message})
            self.assertEqual((found.sort, found.klass, found.name, found.of), fault)


class Scores(unittest.TestCase):
    answers = [Answer("ordered-later", frozenset({"9_m.sql"}), ("table public.t",), frozenset({"10_also.sql"}))]

    def verdict(self, cause, culprits, objects=("table t",), certain=True):
        failure = {"cause": cause, "certain": certain, "culprits": [], "objects": list(objects), "advice": []}
        injection = Injection("move", "it is moved", "9_m.sql")
        return scoring.judge(injection, failure, self.answers, culprits).verdict

    def test_a_hit_needs_cause_culprit_and_object(self):
        self.assertEqual(self.verdict("ordered-later", ["9_m.sql"]), scoring.HIT)
        self.assertEqual(self.verdict("ordered-later", ["9_m.sql", "10_also.sql"]), scoring.HIT)
        self.assertEqual(self.verdict("ordered-later", []), scoring.MISS)
        self.assertEqual(self.verdict("missing-from-set", []), scoring.MISS)
        self.assertEqual(self.verdict("ordered-later", ["9_m.sql"], ["table u"]), scoring.MISS)

    def test_an_innocent_named_for_certain_is_worse_than_a_doubt(self):
        self.assertEqual(self.verdict("ordered-later", ["9_m.sql", "1_innocent.sql"]), scoring.WRONG)
        self.assertEqual(self.verdict("dropped-earlier", ["1_innocent.sql"]), scoring.WRONG)
        self.assertEqual(self.verdict("ordered-later", ["9_m.sql"], certain=False), scoring.UNCERTAIN)

    def test_one_object_is_written_in_several_ways(self):
        for one, other in [
            ("table public.users", "users"),
            ("table public.users", "view users"),
            ("function public.f(uuid, text)", "function f"),
            ("constraint public.t.t_a_key", "index public.t_a_key"),
            ('policy public.t."Own rows"', "policy public.t.Own rows"),
        ]:
            self.assertTrue(scoring.same_object(one, other), (one, other))
        for one, other in [("table a.t", "table b.t"), ("column t.a", "column t.b"), ("table t", "column t")]:
            self.assertFalse(scoring.same_object(one, other), (one, other))


def passes():
    suite = unittest.defaultTestLoader.loadTestsFromModule(__import__(__name__, fromlist=["tests"]))
    return unittest.TextTestRunner(verbosity=0).run(suite).wasSuccessful()
