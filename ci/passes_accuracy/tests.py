"""Tests of the parts that need no server: `python3 -m unittest passes_accuracy.tests`, in ci/."""

import unittest
from pathlib import Path

from diagnosis_accuracy.catalog import Object
from diagnosis_accuracy.folders import Folder, Migration

from . import judging, merged, over_rows, real, run_again, scripts, tables, ways_down
from .pairs import NOTE, Pair
from .scripts import Script
from .subjects import Subject


class HistoryOfOne:
    """A history with two tables after its only migration."""

    before = [
        {},
        {
            str(number): each
            for number, each in enumerate(
                [
                    Object("table", "public.users"),
                    Object("column", "public.users.id", "bigint|not null|nextval('x')|", "public.users"),
                    Object("column", "public.users.email", "text|not null||", "public.users"),
                    Object("column", "public.users.note", "text|||", "public.users"),
                    Object("column", "public.users.seen", "text|||", "public.users"),
                    Object("index", "public.pk", "CREATE UNIQUE INDEX pk ON public.users USING btree (id)", "public.users"),
                    Object("view", "public.v"),
                    Object("column", "public.v.seen", "text|||", "public.v"),
                ]
            )
        },
    ]


def subject(layout, file="1_a.sql"):
    folder = Folder(Path("/nowhere"), layout, [Migration("1", file, "create table users ()")])
    made = Subject(folder, HistoryOfOne(), None, 0, 1, by_dump=True)
    made.tables = tables.tables_at(made.history, 0)
    return made


def finding(**more):
    known = {"pass": "apply", "migration": "2", "of": "2_b.sql", "cause": None, "sqlstate": None, "message": "m"}
    return known | more


def pair(**more):
    return Pair(**({"kind": "k", "variant": "v", "what": "w", "passes": ("reexecute",), "bad": [], "good": []} | more))


class Tables(unittest.TestCase):
    def test_a_column_that_an_index_or_a_view_uses_is_not_free(self):
        (table,) = tables.tables_at(HistoryOfOne(), 0)
        self.assertEqual([each.name for each in table.nullable()], ["note"])
        self.assertEqual(table.key().name, "id")

    def test_a_row_whose_key_the_server_fills_can_be_there_twice(self):
        (table,) = tables.tables_at(HistoryOfOne(), 0)
        self.assertFalse(tables.has_key(table, {"email": "'zz-own'"}))
        self.assertTrue(tables.has_key(table, {"id": "1", "email": "'zz-own'"}))

    def test_a_row_has_what_the_server_does_not_fill(self):
        (table,) = tables.tables_at(HistoryOfOne(), 0)
        self.assertEqual(tables.row_of(table), {"email": "'zz-own'"})


class Scripts(unittest.TestCase):
    def test_each_layout_has_its_files(self):
        bare = Script("x", "up", "down", transaction=False)
        for layout, file, files in [
            ("diesel", "2024-01-01-000000_a/up.sql", ["up.sql", "down.sql", "metadata.toml"]),
            ("golang-migrate", "1_a.up.sql", ["2_x.up.sql", "2_x.down.sql"]),
            ("goose", "1_a.sql", ["2_x.sql"]),
            ("sql-migrate", "1-a.sql", ["2_x.sql"]),
            ("flyway", "V1_2__a.sql", ["V1_2_0_5__x.sql"]),
            ("numbered", "1_a.sql", ["2_x.sql"]),
            ("refinery", "V9__a.sql", ["V10__x.sql"]),
            ("node-pg-migrate", "1_a.sql", ["2_x.sql"]),
        ]:
            written, _ = scripts.place_scripts(subject(layout, file).folder, 0, [bare])
            self.assertEqual([each.rsplit("/", 1)[-1] for each in written], files, layout)

    def test_two_scripts_follow_each_other(self):
        _, mains = scripts.place_scripts(subject("numbered").folder, 0, [Script("a", "x"), Script("b", "y")])
        self.assertEqual(mains, ["2_a.sql", "3_b.sql"])

    def test_a_version_of_the_folder_is_not_given_twice(self):
        files = [Migration(str(number), f"{number}_a/up.sql", "") for number in (1, 2)]
        folder = Folder(Path("/nowhere"), "diesel", files)
        self.assertIsNone(scripts.place_scripts(folder, 0, [Script("a", "x")]))
        self.assertIsNotNone(scripts.place_scripts(folder, 1, [Script("a", "x")]))

    def test_a_way_down_belongs_to_its_way_up(self):
        self.assertTrue(scripts.same_migration(subject("golang-migrate").folder, "1_a.down.sql", "1_a.up.sql"))
        self.assertFalse(scripts.same_migration(subject("golang-migrate").folder, "1_a.down.sql", "1_b.up.sql"))


class Kinds(unittest.TestCase):
    def test_a_bug_and_its_counterpart_differ(self):
        sources = [over_rows.backfill, over_rows.constraint, run_again.guard, run_again.conflict, run_again.half_built]
        for source in [*sources, ways_down.down, merged.merged]:
            found = list(source(subject("goose" if source is not merged.merged else "numbered")))
            self.assertTrue(found, source.__name__)
            for each in found:
                self.assertNotEqual(each.bad, each.good, each.what)

    def test_one_guard_is_taken_out_of_a_file_that_has_nothing_else(self):
        text = "CREATE TABLE IF NOT EXISTS a (b int);\nCREATE INDEX IF NOT EXISTS c ON a (b);\n"
        found = list(real.edits_of(subject("numbered").folder, Migration("2", "2_b.sql", text), "guard"))
        self.assertEqual(len(found), 4)
        self.assertIn("CREATE TABLE a", found[0].edits["2_b.sql"])
        unguarded = Migration("2", "2_b.sql", text + "DROP TABLE d;")
        self.assertEqual(list(real.edits_of(subject("numbered").folder, unguarded, "guard")), [])

    def test_an_insert_is_edited_where_nothing_stops_the_second_run_of_its_file(self):
        insert = "insert into t (a) values (1) on conflict do nothing;"
        edits = lambda text: list(real.edits_of(subject("numbered").folder, Migration("2", "2_b.sql", text), "conflict"))
        found, _ = edits(f"create table if not exists t (a int);\nupdate t set a = 2;\n{insert}")
        self.assertNotIn("on conflict", found.edits["2_b.sql"])
        self.assertEqual(edits(f"create table t (a int);\n{insert}"), [])
        self.assertEqual(edits(f"alter table t add b int;\n{insert}"), [])

    def test_a_drop_is_taken_out_of_the_way_down_of_a_file_with_both(self):
        text = "-- +goose Up\nCREATE INDEX i ON a (b);\n-- +goose Down\nDROP INDEX i;\n"
        (found,) = real.edits_of(subject("goose").folder, Migration("2", "2_b.sql", text), "down")
        self.assertEqual(found.edits["2_b.sql"], text.replace("DROP INDEX i;", "SELECT 1;"))

    def test_the_drop_of_a_half_built_index_is_taken_out(self):
        text = "DROP INDEX CONCURRENTLY IF EXISTS i;\nCREATE INDEX CONCURRENTLY IF NOT EXISTS i ON a (b);\n"
        (found,) = real.edits_of(subject("numbered").folder, Migration("2", "2_b.sql", text), "half-built")
        self.assertNotIn("DROP", found.edits["2_b.sql"])

    def test_a_backfill_is_taken_out_where_a_rule_needs_it(self):
        text = "ALTER TABLE a ADD COLUMN b int;\nUPDATE a SET b = 1;\nALTER TABLE a ALTER COLUMN b SET NOT NULL;\n"
        (found,) = real.edits_of(subject("numbered").folder, Migration("2", "2_b.sql", text), "backfill")
        self.assertNotIn("UPDATE", found.edits["2_b.sql"])
        with_default = Migration("2", "2_b.sql", text.replace("b int", "b int DEFAULT 2"))
        self.assertEqual(list(real.edits_of(subject("numbered").folder, with_default, "backfill")), [])


class Verdicts(unittest.TestCase):
    folder = subject("numbered").folder

    def verdict(self, pair, failures, notes=()):
        return judging.verdict(pair, failures, list(notes), "2_b.sql", self.folder)[0]

    def test_only_the_pass_that_is_meant_counts_and_only_at_the_bug(self):
        self.assertEqual(self.verdict(pair(), [finding(**{"pass": "reexecute"})]), judging.FOUND)
        self.assertEqual(self.verdict(pair(), [finding()]), judging.MISSED)
        self.assertEqual(self.verdict(pair(), [finding(**{"pass": "reexecute", "of": "3_c.sql"})]), judging.MISSED)

    def test_a_note_is_enough_only_where_it_is_meant(self):
        note = finding(**{"pass": "reexecute"})
        self.assertEqual(self.verdict(pair(), [], [note]), judging.AS_NOTE)
        self.assertEqual(self.verdict(pair(level=NOTE), [], [note]), judging.FOUND)

    def test_a_cause_that_is_asked_for_must_be_it(self):
        lost = pair(passes=("apply",), cause="data-lost")
        self.assertEqual(self.verdict(lost, [finding()]), judging.MISSED)
        self.assertEqual(self.verdict(lost, [finding(cause="data-lost")]), judging.FOUND)

    def test_what_the_folder_shows_as_it_is_does_not_count(self):
        case = {"steps": [], "failures": [finding(migration=None)]}
        self.assertEqual(judging.beyond(case, case, ("a", "b"), self.folder), [])
        self.assertEqual(len(judging.beyond(case, None, ("a", "b"), self.folder)), 1)

    def test_an_interval_holds_the_share(self):
        low, high = judging.wilson(95, 100)
        self.assertTrue(88 < low < 95 < high < 98.5)
        self.assertEqual(judging.wilson(0, 0), (0.0, 100.0))


def passes():
    loaded = unittest.defaultTestLoader.loadTestsFromModule(__import__(__name__, fromlist=["tests"]))
    return unittest.TextTestRunner(verbosity=1).run(loaded).wasSuccessful()
