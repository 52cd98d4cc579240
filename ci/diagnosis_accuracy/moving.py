"""Injections on whole files: excluded, moved, duplicated, deleted."""

from .injections import Injection


def exclude(context):
    for place in context.shuffled():
        each = context.migrations[place]
        if context.users(place) or context.history.events[place].gone:
            yield Injection(
                "exclude",
                f"{each.file} is excluded",
                each.file,
                excluded=[each.file],
                order=_without(context, each.file),
            )


def delete_file(context):
    for place in context.shuffled():
        each = context.migrations[place]
        if context.users(place) or context.history.events[place].gone:
            removed = set(context.folder.companions(each.file))
            order = _without(context, each.file)
            yield Injection("delete-file", f"{each.file} is deleted", each.file, removed=removed, order=order)


def move(context):
    """Later by three in four, else a migration that drops or renames before one that needs what was."""
    later, earlier = move_later(context), move_earlier(context)
    while True:
        turn = [later, earlier] if context.rng.random() < 0.75 else [earlier, later]
        found = next(turn[0], None) or next(turn[1], None)
        if found is None:
            return
        yield found


def move_later(context):
    for place in context.shuffled():
        users = context.users(place)
        if not users:
            continue
        last = len(context.migrations) - 1
        after = last if context.rng.random() < 0.4 else context.rng.choice(range(users[0], last + 1))
        moved = _moved(context, place, after)
        if moved is not None:
            yield moved


def move_earlier(context):
    for place in context.shuffled():
        for each in context.history.events[place].gone.values():
            if each.kind not in ("table", "column", "view", "function", "type"):
                continue
            made = context.clean.maker(each.identity, place) - 1
            users = [user for user in range(max(made, 0) + 1, place) if context.speaks(user, each)]
            if users:
                moved = _moved(context, place, context.rng.choice(users) - 1)
                if moved is not None:
                    yield moved
                break


def _moved(context, place, after):
    folder, file = context.folder, context.migrations[place].file
    version = folder.version_after(after)
    if version is None or after in (place, place - 1):
        return None
    names = folder.under_version(file, version)
    written = {new: (folder.root / old).read_text(encoding="utf-8-sig") for old, new in names.items()}
    order = context.order_with(after, names[file], carrying=file, without=file)
    where = "behind" if after > place else "forward to after"
    what = f"{file} is moved {where} {context.migrations[after].file}, as {names[file]}"
    return Injection("move", what, names[file], removed=set(names), written=written, order=order, involved={file})


def duplicate(context):
    folder = context.folder
    for place in context.shuffled():
        events = context.history.events[place]
        if not events.made and not events.gone:
            continue
        file = context.migrations[place].file
        last = len(context.migrations) - 1
        after = last if context.rng.random() < 0.5 else context.rng.choice(range(place, last + 1))
        version = folder.version_after(after)
        if version is None:
            continue
        names = folder.under_version(file, version)
        written = {new: (folder.root / old).read_text(encoding="utf-8-sig") for old, new in names.items()}
        order = context.order_with(after, names[file])
        what = f"{file} is there twice, again as {names[file]}"
        yield Injection(
            "duplicate", what, names[file], written=written, order=order, involved={file}, notes={"of": file}
        )


def _without(context, file):
    return [(each, source) for each, source in context.base_order() if each != file]
