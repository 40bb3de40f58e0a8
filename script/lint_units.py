"""What clang-tidy reads: a folder's sources at a time, as AWEBER_UNITY compiles them.

usage: lint_units.py BUILD [FOLDER]...   prints those of the folders named, or of all without any
"""

import json
import pathlib
import re
import sys


def sources_of(unit: pathlib.Path) -> list:
    """The sources that a unit stands for: itself, unless CMake made it of others."""
    if not unit.name.startswith("unity_"):
        return [unit]
    return [pathlib.Path(p) for p in re.findall(r'^#include "(.*)"$', unit.read_text(), re.M)]


def main() -> None:
    build, root = pathlib.Path(sys.argv[1]).resolve(), pathlib.Path.cwd()
    wanted = {root / folder for folder in sys.argv[2:]}
    for entry in json.loads((build / "compile_commands.json").read_text()):
        unit = pathlib.Path(entry["file"])
        folders = {source.parent for source in sources_of(unit)}
        ours = not any(build in (folder, *folder.parents) for folder in folders)  # not made by the build
        if ours and (not wanted or wanted & folders):
            print(unit)


main()
