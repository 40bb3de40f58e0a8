"""What every package holds: the programs, their pages, schemas, scenarios and adapters."""

import pathlib
import re
import subprocess

from archives import Entry, gz

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAMS = ("aweber-client", "aweber-conformance", "aweber-mockserver")
# Where each shell looks for its completions, below share/.
COMPLETIONS = {
    "bash": "bash-completion/completions/{}",
    "zsh": "zsh/vendor-completions/_{}",
    "fish": "fish/vendor_completions.d/{}.fish",
}


def about():
    """packaging/project.env: REPOSITORY, HOMEPAGE, MAINTAINER."""
    lines = (ROOT / "packaging/project.env").read_text().splitlines()
    return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))


def version():
    text = (ROOT / "CMakeLists.txt").read_text()
    return re.search(r"^project\(AWeberHarness VERSION ([0-9.]+)", text, re.M).group(1)


def tracked(folder):
    """The repository's files below a folder. A release is of what is committed."""
    names = subprocess.run(["git", "ls-files", "-z", folder], cwd=ROOT, check=True,
                           capture_output=True, text=True).stdout.split("\0")
    return [name for name in names if name]


def source(path):
    mode = 0o755 if (ROOT / path).stat().st_mode & 0o100 else 0o644
    return Entry((ROOT / path).read_bytes(), mode)


def ask(program, *words):
    """What one of the programs prints: pages are made by the program for this machine."""
    path = ROOT / "build/package/x64/bin" / program
    return subprocess.run([path, *words], check=True, capture_output=True).stdout


def programs(arch):
    folder = ROOT / "build/package" / arch / "stripped"
    return {name: Entry((folder / name).read_bytes(), 0o755) for name in PROGRAMS}


def pages():
    """Man pages and completions, below share/."""
    tree = {}
    for name in PROGRAMS:
        tree[f"man/man1/{name}.1.gz"] = Entry(gz(ask(name, "man")))
        for shell, path in COMPLETIONS.items():
            tree[path.format(name)] = Entry(ask(name, "completion", shell))
    return tree


def shared():
    """Scenarios, schemas and adapters, below share/aweber-harness/."""
    tree = {path: source(path) for path in tracked("scenarios")}
    for path in tracked("examples/adapters"):
        tree[path.removeprefix("examples/")] = source(path)
    for path in tracked("packaging/fixtures"):
        tree[path.removeprefix("packaging/")] = source(path)
    for path in ("conformance/driver/protocol.schema.json", "conformance/report/json.schema.json",
                 "conformance/report/ndjson.schema.json", *tracked("conformance/schemas")):
        name = path.split("/")[-1]
        tree["schemas/" + ("report." + name if "report/" in path else name)] = source(path)
    return tree
