"""Files whose exclusion changes nothing: found by the texts, proven by replay."""

from .injections import SETUP

PROBED = 16
SETS = 8


def harmless_sets(context, shop):
    """Some sets of one to four files, each replayed without them and clean; empty where the folder has none."""
    candidates = [place for place in context.shuffled() if _looks_harmless(context, place)][:PROBED]
    names = {f"without-{place}": {place} for place in candidates}
    clean = sorted(place for places in _clean_of(context, shop, names) for place in places)
    if not clean:
        return []
    sets = {}
    for number in range(SETS):
        count = min(len(clean), context.rng.randint(2, 4))
        sets[f"without-set-{number}"] = set(context.rng.sample(clean, count))
    found = _clean_of(context, shop, sets) or [{place} for place in clean]
    return [frozenset(context.migrations[place].file for place in sorted(each)) for each in found]


def _clean_of(context, shop, sets):
    for name, places in sets.items():
        exclude = [(context.migrations[place].id, "not of this release") for place in sorted(places)]
        shop.write_scenario(name, "base", exclude)
    cases = shop.run(list(sets))
    return [places for name, places in sets.items() if cases.get(name, {}).get("verdict") == "passed"]


def _looks_harmless(context, place):
    """It takes nothing away, and nothing later speaks of what it made."""
    events = context.history.events[place]
    setup = context.sequence[0][0] == SETUP
    if not setup or events.gone or not (events.made or events.changed):
        return False
    changed = [context.known[identity] for identity in events.changed if identity in context.known]
    tables = {each.name for each in events.made.values() if each.kind == "table"}
    own = [each for each in events.made.values() if each.of not in tables]
    return not context.speakers(place, own + changed)


def choose(sets, injection, rng):
    """A set that has nothing to do with the injection."""
    busy = (
        injection.involved | set(injection.excluded) | injection.removed | set(injection.written) | {injection.target}
    )
    free = [each for each in sets if not each & busy]
    return rng.choice(free) if free else frozenset()
