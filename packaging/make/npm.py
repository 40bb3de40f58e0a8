"""npm packages: one with the module and the commands, one a platform with the programs."""

import json

from archives import Entry, gz, tar
from content import PROGRAMS, about, programs, source, tracked

ABOUT = "Testing harness for AWeber OAuth 2 clients: a mock, a conformance suite, a reference client"


def pack(files, manifest, time):
    manifest |= {"homepage": about()["HOMEPAGE"],
                 "repository": {"type": "git", "url": f"git+https://github.com/{about()['REPOSITORY']}.git"}}
    tree = {f"package/{path}": entry for path, entry in files.items()}
    tree["package/package.json"] = Entry((json.dumps(manifest, indent=2) + "\n").encode())
    return gz(tar(tree, time, with_folders=False))


def platform_package(arch, version, time):
    files = {f"bin/{name}": entry for name, entry in programs(arch).items()}
    files["LICENSE"] = source("packaging/debian/copyright")
    return pack(files, {
        "name": f"aweber-harness-linux-{arch}", "version": version, "license": "MIT",
        "description": f"Programs of aweber-harness for linux-{arch}",
        "os": ["linux"], "cpu": [arch], "preferUnplugged": True, "files": ["bin"]}, time)


def main_package(version, time):
    files = {path.removeprefix("packaging/npm/"): source(path) for path in tracked("packaging/npm")
             if "/tests/" not in path}
    for name in PROGRAMS:
        text = f"#!/usr/bin/env node\nimport {{ launch }} from '../launch.mjs';\n\nlaunch('{name}');\n"
        files[f"bin/{name}.mjs"] = Entry(text.encode(), 0o755)
    files["LICENSE"] = source("LICENSE")
    files["README.md"] = source("packaging/README.md")
    return pack(files, {
        "name": "aweber-harness", "version": version, "license": "MIT", "description": ABOUT,
        "type": "module", "engines": {"node": ">=18"},
        "exports": {".": {"types": "./index.d.ts", "default": "./index.mjs"}},
        "types": "./index.d.ts",
        "bin": {name: f"bin/{name}.mjs" for name in PROGRAMS},
        "optionalDependencies": {f"aweber-harness-linux-{arch}": version
                                 for arch in ("x64", "arm64")}}, time)
