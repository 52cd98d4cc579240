"""What an injection is, and what the generators of injections share."""

from dataclasses import dataclass, field

from . import sqltext
from .catalog import Timeline, Events

SETUP = "(setup)"


@dataclass
class Injection:
    """One change of the base, and what is needed to know the right answer."""

    kind: str
    what: str  # the sentence of the report
    target: str  # the file that is to blame or was changed, under its new name
    removed: set = field(default_factory=set)
    written: dict = field(default_factory=dict)  # file: text
    excluded: list = field(default_factory=list)  # files of the base
    order: list = field(default_factory=list)  # pairs: file, file of the base whose events it carries or None
    involved: set = field(default_factory=set)  # files of the base that must not be left out beside
    objects: list = field(default_factory=list)  # objects by construction, as texts
    notes: dict = field(default_factory=dict)

    @property
    def key(self):
        return self.kind, self.what


class Context:
    """The clean folder as generators see it: what each migration made, and who speaks of what."""

    def __init__(self, folder, history, rng):
        self.folder, self.history, self.rng = folder, history, rng
        self.migrations = folder.migrations
        setup = Events(made={each.identity: each for each in history.before[0].values()})
        self.sequence = [(SETUP, setup)] + [(each.file, did) for each, did in zip(self.migrations, history.events)]
        self.clean = Timeline(self.sequence)
        self.known = history.known()
        self._ups, self._names = {}, {}

    def up(self, place):
        """The text of the part that goes up."""
        if place not in self._ups:
            each = self.migrations[place]
            begin, end = each.up(self.folder.layout)
            self._ups[place] = each.text[begin:end]
        return self._ups[place]

    def statements(self, place):
        """Of the part that goes up, with offsets in the whole file; none where cutting is not safe."""
        each = self.migrations[place]
        if not sqltext.can_be_edited(each.text):
            return []
        return sqltext.statements(each.text, *each.up(self.folder.layout))

    def names_at(self, place):
        """The last parts of all names that are there right before a migration."""
        if place not in self._names:
            self._names[place] = {each.last for each in self.history.before[place].values() if each.kind != "member"}
        return self._names[place]

    def shuffled(self):
        """All places, in an order of chance."""
        return self.rng.sample(range(len(self.migrations)), len(self.migrations))

    def speaks(self, place, each):
        """Whether a migration's text speaks of an object of the catalog."""
        text = self.up(place)
        if not sqltext.speaks_of(text, each.last):
            return False
        return each.kind not in ("column", "enum value") or sqltext.speaks_of(text, each.parts[-2])

    def speakers(self, place, objects):
        """Later migrations that speak of one of the objects."""
        lasting = [
            each for each in objects if each.kind not in ("constraint", "index", "sequence") or len(each.last) > 3
        ]
        return [
            later for later in range(place + 1, len(self.migrations)) if any(self.speaks(later, one) for one in lasting)
        ]

    def users(self, place):
        """Later migrations that may need what this one made."""
        made = self.history.events[place].made.values()
        tables = {each.name for each in made if each.kind == "table"}
        return self.speakers(place, [each for each in made if each.of not in tables])

    def base_order(self):
        return [(each.file, each.file) for each in self.migrations]

    def order_with(self, after, added, carrying=None, without=None):
        """The base's order with one more file after a place, perhaps without another."""
        order = []
        if after < 0:
            order.append((added, carrying))
        for place, each in enumerate(self.migrations):
            if each.file != without:
                order.append((each.file, each.file))
            if place == after:
                order.append((added, carrying))
        return order

    def timeline(self, order):
        """The history as the injected folder would have it, of what is known."""
        events = {each.file: did for each, did in zip(self.migrations, self.history.events)}
        return Timeline([self.sequence[0]] + [(file, events.get(source)) for file, source in order])

    def edited(self, place, text, kind, what, **more):
        """An injection that changes one file."""
        file = self.migrations[place].file
        return Injection(kind, what, file, written={file: text}, order=self.base_order(), involved={file}, **more)

    def added(self, after, name, sql, kind, what, involved=(), **more):
        """An injection that adds one migration; None where there is no room for it."""
        files = self.folder.new_files(after, name, sql)
        if files is None:
            return None
        file = next(iter(files))
        order = self.order_with(after, file)
        return Injection(kind, what.format(file=file), file, written=files, order=order, involved=set(involved), **more)


def first_line(text, width=90):
    line = " ".join(text.split())
    return line if len(line) <= width else line[: width - 1] + "…"


def full_name(name):
    """A name of the catalog, with its schema, as SQL has to write it."""
    return ".".join(sqltext.quoted(part) for part in name.split("."))
