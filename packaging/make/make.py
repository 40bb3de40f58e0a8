"""Writes every package into dist/. Called by script/package, which has built the programs.

    python3 packaging/make/make.py x64 [arm64]"""

import hashlib
import os
import sys

import deb
import npm
import oci
import sbom
import wheel
from archives import Entry, gz, tar
from content import ROOT, pages, programs, shared, source, version


def archive(arch, number, time):
    """The tar.gz: bin and share, to be unpacked anywhere."""
    name = f"aweber-harness-{number}-linux-{arch}"
    tree = {f"bin/{program}": entry for program, entry in programs(arch).items()}
    tree |= {f"share/{path}": entry for path, entry in pages().items()}
    tree |= {f"share/aweber-harness/{path}": entry for path, entry in shared().items()}
    tree |= {"LICENSE": source("packaging/debian/copyright"), "CHANGELOG.md": source("CHANGELOG.md")}
    return f"{name}.tar.gz", gz(tar({f"{name}/{path}": entry for path, entry in tree.items()}, time))


def packages(arches, number, time):
    for arch in arches:
        yield archive(arch, number, time)
        yield (f"aweber-harness_{number}_{deb.DEBIAN[arch]}.deb",
               deb.main_package(arch, number, time))
        yield (f"aweber-harness-dev_{number}_{deb.DEBIAN[arch]}.deb",
               deb.development_package(arch, number, time))
        yield f"aweber-harness-linux-{arch}-{number}.tgz", npm.platform_package(arch, number, time)
        yield wheel.wheel(arch, number, time)
        yield oci.image(arch, number, time)
    yield f"aweber-harness-{number}.tgz", npm.main_package(number, time)
    yield f"aweber-harness-{number}.spdx.json", sbom.document(number, time).encode()


def main(arches):
    dist = ROOT / "dist"
    dist.mkdir(exist_ok=True)
    for old in dist.iterdir():
        old.unlink()
    sums = ""
    for name, data in packages(arches, version(), int(os.environ["SOURCE_DATE_EPOCH"])):
        (dist / name).write_bytes(data)
        sums += f"{hashlib.sha256(data).hexdigest()}  {name}\n"
        print(f"{len(data) / 1e6:8.2f} MB  dist/{name}")
    (dist / "SHA256SUMS").write_text("".join(sorted(sums.splitlines(True), key=lambda s: s[66:])))


if __name__ == "__main__":
    if not sys.argv[1:]:
        sys.exit(__doc__)
    main(sys.argv[1:])
