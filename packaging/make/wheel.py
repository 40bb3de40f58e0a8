"""The Python wheel of a platform, written by hand: no build tool, on either side. The programs are
scripts of the wheel, so pip puts them beside Python itself."""

import base64
import hashlib

from archives import Entry, zip_
from content import about, programs, source, tracked

# Static programs need no C library: any Linux will do.
PLATFORM = {"x64": "manylinux2014_x86_64.manylinux_2_17_x86_64.musllinux_1_1_x86_64",
            "arm64": "manylinux2014_aarch64.manylinux_2_17_aarch64.musllinux_1_1_aarch64"}


def record(tree, place):
    rows = []
    for path in sorted(tree):
        digest = base64.urlsafe_b64encode(hashlib.sha256(tree[path].data).digest()).rstrip(b"=")
        rows.append(f"{path},sha256={digest.decode()},{tree[path].size}\n")
    return "".join(rows) + f"{place},,\n"


def wheel(arch, version, time):
    name = f"aweber_harness-{version}"
    info = f"{name}.dist-info"
    tree = {f"{name}.data/scripts/{program}": entry for program, entry in programs(arch).items()}
    for path in tracked("packaging/python/aweber_harness"):
        tree[path.removeprefix("packaging/python/")] = source(path)
    tags = "".join(f"Tag: py3-none-{tag}\n" for tag in PLATFORM[arch].split("."))
    tree |= {
        f"{info}/METADATA": Entry(
            (f"Metadata-Version: 2.1\nName: aweber-harness\nVersion: {version}\n"
             "Summary: Testing harness for AWeber OAuth 2 clients\nLicense: MIT\n"
             f"Home-page: {about()['HOMEPAGE']}\nRequires-Python: >=3.8\n"
             "Description-Content-Type: text/markdown\n\n").encode()
            + source("packaging/README.md").data),
        f"{info}/WHEEL": Entry(
            f"Wheel-Version: 1.0\nGenerator: packaging/make\nRoot-Is-Purelib: false\n{tags}".encode()),
        f"{info}/entry_points.txt": Entry(b"[pytest11]\naweber_harness = aweber_harness.pytest_plugin\n"),
        f"{info}/LICENSE": source("packaging/debian/copyright")}
    tree[f"{info}/RECORD"] = Entry(record(tree, f"{info}/RECORD").encode())
    return f"{name}-py3-none-{PLATFORM[arch]}.whl", zip_(tree, time)
