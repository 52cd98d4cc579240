"""Packs the files of a folder into one input of the fuzz target: path, 0, content, 0xff."""

import pathlib
import sys

folder = pathlib.Path(sys.argv[1])
for path in sorted(folder.rglob("*")):
    if path.is_file():
        relative = str(path.relative_to(folder)).encode()
        sys.stdout.buffer.write(relative + b"\0" + path.read_bytes() + b"\xff")
