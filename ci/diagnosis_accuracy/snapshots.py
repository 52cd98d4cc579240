"""Takes the snapshots of the clean folder: its chain as a seed, with a look at the catalog after each migration."""

import os

from . import catalog
from .program import Unusable, toml


def history_of(folder, shop):
    target = shop.root / "snapshots"
    target.mkdir()
    _let_the_server_write(target)
    scripts = shop.root / "looks"
    scripts.mkdir()
    count = len(folder.migrations)
    for place in range(count + 1):
        sql = catalog.snapshot_sql(target / f"{place}.tsv", with_members=place == count)
        (scripts / f"{place}.sql").write_text(sql)
    after = [
        f"  {{ after = {toml(each.id)}, file = {toml(f'looks/{place + 1}.sql')} }},"
        for place, each in enumerate(folder.migrations)
    ]
    seed = ["", "[[seed]]", 'name = "looks"', f"through = {toml(folder.migrations[-1].id)}", "sql = [", *after, "]"]
    shop.write_scenario("looks", "base", extra="\n".join(seed), setup_sql=["looks/0.sql"])
    case = shop.run(["looks"]).get("looks")
    if case is None or case["verdict"] != "passed":
        raise Unusable(f"the catalog could not be looked at:\n{shop.log()[-3000:]}")
    return catalog.History.of([catalog.read_snapshot(target / f"{place}.tsv") for place in range(count + 1)])


def _let_the_server_write(target):
    """A server that root starts runs as another user."""
    target.chmod(0o777)
    for folder in target.parents:
        if os.stat(folder).st_mode & 0o005 != 0o005 and os.stat(folder).st_uid == os.getuid():
            folder.chmod(os.stat(folder).st_mode | 0o055)
