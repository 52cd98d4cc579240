"""What an injector makes: a bug with the scenario that should show it, and its harmless counterpart."""

from dataclasses import dataclass, field

FAILURE, NOTE = "failure", "note"
ALL_PASSES = ("apply", "rerun", "reexecute", "interrupt", "round-trip", "converge")


@dataclass(frozen=True)
class Pair:
    """One bug and its counterpart, after the migration at a place.

    `bad` and `good` are scripts that come there, or texts by file that stand in for those of the folder; the bug is
    in the script numbered `at`, or in the only file. A bug is found by a pass of `passes`.
    """

    kind: str
    variant: str
    what: str
    passes: tuple
    bad: list
    good: list
    level: str = FAILURE
    at: int = 0
    anywhere: bool = False  # a finding about no migration counts as well: schemas that differ at the end
    replay: tuple = ()  # lines of [replay]
    seed: tuple = ()  # lines of the seed, where `{0}` and `{1}` are the scripts' files; instead of `through` the place
    rows_sql: str = ""  # rows of the seed that are given
    declared: tuple = ()  # lines at the end of the harmless scenario
    edits: dict = field(default_factory=dict)  # file: text with the bug
    cause: str = ""
    needs: str = ""  # what the program must know already

    @property
    def key(self):
        return self.kind, self.variant, self.what
