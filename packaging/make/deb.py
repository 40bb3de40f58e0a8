"""The .deb packages: one with the programs, one with what find_package(AWeberHarness) needs."""

import email.utils
import hashlib
import os
import pathlib
import subprocess
import tempfile

from archives import Entry, ar, gz, tar, xz
from content import ROOT, about, pages, programs, shared, source

DEBIAN = {"x64": "amd64", "arm64": "arm64"}
MAINTAINER = about()["MAINTAINER"]


def control(name, version, arch, size, depends, title, text, section):
    lines = [f"Package: {name}", f"Version: {version}", f"Architecture: {arch}",
             f"Maintainer: {MAINTAINER}",
             f"Installed-Size: {(size + 1023) // 1024}"]
    if depends:
        lines.append(f"Depends: {depends}")
    lines += [f"Section: {section}", "Priority: optional", f"Homepage: {about()['HOMEPAGE']}",
              f"Description: {title}"]
    lines += [" " + (line or ".") for line in text.splitlines()]
    return "\n".join(lines) + "\n"


def deb(tree, fields, time):
    size = sum(entry.size for entry in tree.values())
    sums = "".join(f"{hashlib.md5(tree[path].data).hexdigest()}  {path}\n" for path in sorted(tree))
    meta = {"control": Entry(control(size=size, **fields).encode()), "md5sums": Entry(sums.encode())}
    # dpkg wants "./" before every name and the folder itself first.
    return ar([("debian-binary", b"2.0\n"),
               ("control.tar.xz", xz(tar(meta, time, "./"))),
               ("data.tar.xz", xz(tar(tree, time, "./")))], time)


def documents(name, version, time):
    """What Debian wants to know, in its form; CHANGELOG.md has the changes themselves."""
    doc = f"usr/share/doc/{name}"
    changes = (f"{name} ({version}) stable; urgency=medium\n\n  * See CHANGELOG.md.gz.\n\n"
               f" -- {MAINTAINER}  {email.utils.formatdate(time)}\n")
    return {f"{doc}/copyright": source("packaging/debian/copyright"),
            f"{doc}/changelog.gz": Entry(gz(changes.encode())),
            f"{doc}/CHANGELOG.md.gz": Entry(gz((ROOT / "CHANGELOG.md").read_bytes()))}


def main_package(arch, version, time):
    tree = {f"usr/bin/{name}": entry for name, entry in programs(arch).items()}
    tree |= {f"usr/share/{path}": entry for path, entry in pages().items()}
    tree |= {f"usr/share/aweber-harness/{path}": entry for path, entry in shared().items()}
    tree |= documents("aweber-harness", version, time)
    tree["usr/lib/systemd/system/aweber-mockserver.service"] = source(
        "packaging/debian/aweber-mockserver.service")
    tree["usr/share/lintian/overrides/aweber-harness"] = source("packaging/debian/lintian-overrides")
    fields = dict(
        name="aweber-harness", version=version, arch=DEBIAN[arch], depends="", section="devel",
        title="testing harness for AWeber OAuth 2 clients",
        text="A mock of AWeber's OAuth 2 server and API that plays scenarios, a runner that\n"
             "drives a client in any language through the whole flow and reports what it does\n"
             "right and wrong, and a reference client.\n"
             "\n"
             "The programs are self-contained: no library has to be installed.")
    return deb(tree, fields, time)


def development_package(arch, version, time):
    """Headers, archives and CMake files, as `cmake --install` lays them out."""
    tree = {}
    with tempfile.TemporaryDirectory() as place:
        subprocess.run(["cmake", "--install", f"build/package/{arch}"], check=True, cwd=ROOT,
                       capture_output=True, env=os.environ | {"DESTDIR": place})
        for path in sorted(pathlib.Path(place).rglob("*")):
            name = str(path.relative_to(place))
            if path.is_file() and not name.startswith(("usr/bin", "usr/share")):
                tree[name] = Entry(path.read_bytes())
    tree |= documents("aweber-harness-dev", version, time)
    fields = dict(
        name="aweber-harness-dev", version=version, arch=DEBIAN[arch],
        depends="libssl-dev, nlohmann-json3-dev, libyaml-cpp-dev, libfmt-dev, "
                "libspdlog-dev, libpugixml-dev, libcli11-dev, librapidcheck-dev",
        section="libdevel", title="testing harness for AWeber OAuth 2 clients (development files)",
        text="Headers, static libraries and CMake files: the mock inside a C++ test program,\n"
             "and the reference client as a library, with find_package(AWeberHarness).")
    return deb(tree, fields, time)
