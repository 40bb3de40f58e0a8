"""What packaging/make writes, from stand-ins for the programs: whole, well formed, and the same bytes
twice. script/test-package looks at the real ones, which take minutes to build."""

import ast
import base64
import csv
import hashlib
import io
import json
import os
import pathlib
import re
import subprocess
import sys
import tarfile
import tempfile
import unittest
import unittest.mock
import zipfile

ROOT = pathlib.Path(__file__).resolve().parents[3]
sys.path.insert(0, str(ROOT / "packaging/make"))
sys.dont_write_bytecode = True

import content  # noqa: E402
import deb  # noqa: E402
import make  # noqa: E402
import npm  # noqa: E402
import oci  # noqa: E402
import wheel  # noqa: E402
from archives import Entry, ar, tar, zip_  # noqa: E402

TIME = 1_700_000_000


def stand_ins(arch):
    return {name: Entry(f"{name} for {arch}".encode(), 0o755) for name in content.PROGRAMS}


def pages():
    return {"man/man1/aweber-client.1.gz": Entry(b"page")}


for module in (deb, make, npm, oci, wheel):
    if hasattr(module, "programs"):
        module.programs = stand_ins
    if hasattr(module, "pages"):
        module.pages = pages


class Packages(unittest.TestCase):
    def test_the_same_bytes_twice_and_nothing_of_this_moment(self):
        for build in (lambda: make.archive("x64", "1.2.3", TIME)[1],
                      lambda: deb.main_package("arm64", "1.2.3", TIME),
                      lambda: npm.platform_package("x64", "1.2.3", TIME),
                      lambda: npm.main_package("1.2.3", TIME),
                      lambda: wheel.wheel("x64", "1.2.3", TIME)[1],
                      lambda: oci.image("arm64", "1.2.3", TIME)[1]):
            now = build()
            with unittest.mock.patch("time.time", lambda: 1e9):
                self.assertEqual(hashlib.sha256(build()).digest(), hashlib.sha256(now).digest())

    def test_archives_are_sorted_and_owned_by_root_at_the_given_time(self):
        tree = {"b/two": Entry(b"2"), "a": Entry(b"1", 0o755)}
        with tarfile.open(fileobj=io.BytesIO(tar(tree, TIME))) as archive:
            rows = [(m.name, m.mode, m.mtime, m.uid, m.uname) for m in archive]
        self.assertEqual(rows, [("a", 0o755, TIME, 0, "root"), ("b", 0o755, TIME, 0, "root"),
                                ("b/two", 0o644, TIME, 0, "root")])
        with zipfile.ZipFile(io.BytesIO(zip_(tree, TIME))) as archive:
            self.assertEqual([(i.filename, i.date_time) for i in archive.infolist()],
                             [("a", (2023, 11, 14, 22, 13, 20)), ("b/two", (2023, 11, 14, 22, 13, 20))])
        self.assertEqual(ar([("odd", b"123")], TIME)[-4:], b"123\n")  # members begin at even places

    def test_dpkg_reads_the_deb_and_it_names_who_publishes(self):
        with tempfile.TemporaryDirectory() as place:
            path = pathlib.Path(place) / "a.deb"
            path.write_bytes(deb.main_package("arm64", "1.2.3", TIME))

            def ask(*words):
                return subprocess.run(["dpkg-deb", *words], check=True, capture_output=True, text=True).stdout

            fields = ask("--field", path)
            subprocess.run(["dpkg-deb", "--raw-extract", path, f"{place}/out"], check=True)
            sums = subprocess.run(["md5sum", "--check", "--quiet", "DEBIAN/md5sums"], cwd=f"{place}/out")
            self.assertEqual(sums.returncode, 0)
            self.assertTrue(os.access(f"{place}/out/usr/bin/aweber-client", os.X_OK))
        self.assertIn("Architecture: arm64\n", fields)
        self.assertIn(f"Maintainer: {content.about()['MAINTAINER']}\n", fields)
        self.assertIn(f"Homepage: {content.about()['HOMEPAGE']}\n", fields)

    def test_the_wheel_can_be_imported_by_the_oldest_python_that_it_promises(self):
        with zipfile.ZipFile(io.BytesIO(wheel.wheel("x64", "1.2.3", TIME)[1])) as archive:
            metadata = next(n for n in archive.namelist() if n.endswith("/METADATA"))
            wanted = re.search(r"^Requires-Python: >=3\.(\d+)$", archive.read(metadata).decode(), re.M)
            modules = [name for name in archive.namelist() if name.endswith(".py")]
            self.assertTrue(modules)
            for name in modules:
                ast.parse(archive.read(name), name, feature_version=(3, int(wanted[1])))
                # feature_version does not look into f-strings, whose quotes Python 3.12 let loose.
                self.assertNotRegex(archive.read(name).decode(), r'f"[^"\n]*\{[^}"\n]*"[^"\n]*"[^"\n]*\}')

    def test_the_wheel_records_each_of_its_files(self):
        name, data = wheel.wheel("x64", "1.2.3", TIME)
        self.assertEqual(name, "aweber_harness-1.2.3-py3-none-manylinux2014_x86_64.manylinux_2_17_x86_64."
                               "musllinux_1_1_x86_64.whl")
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            record = archive.read("aweber_harness-1.2.3.dist-info/RECORD").decode()
            rows = {row[0]: row[1:] for row in csv.reader(record.splitlines())}
            self.assertEqual(set(rows), set(archive.namelist()))
            for path, (said, size) in rows.items():
                if said:
                    held = archive.read(path)
                    digest = base64.urlsafe_b64encode(hashlib.sha256(held).digest()).rstrip(b"=").decode()
                    self.assertEqual((said, size), (f"sha256={digest}", str(len(held))), path)

    def test_npm_takes_the_programs_from_the_package_of_the_platform(self):
        def manifest(data):
            with tarfile.open(fileobj=io.BytesIO(data)) as archive:
                names = archive.getnames()
                return json.load(archive.extractfile("package/package.json")), names

        main, names = manifest(npm.main_package("1.2.3", TIME))
        self.assertEqual(main["optionalDependencies"],
                         {"aweber-harness-linux-x64": "1.2.3", "aweber-harness-linux-arm64": "1.2.3"})
        for path in [*main["bin"].values(), main["exports"]["."]["default"].removeprefix("./")]:
            self.assertIn(f"package/{path}", names)
        platform, names = manifest(npm.platform_package("arm64", "1.2.3", TIME))
        self.assertEqual((platform["os"], platform["cpu"]), (["linux"], ["arm64"]))
        self.assertIn("package/bin/aweber-conformance", names)

    def test_the_image_is_addressed_by_content(self):
        _, data = oci.image("arm64", "1.2.3", TIME)
        with tarfile.open(fileobj=io.BytesIO(data)) as archive:
            def read(name):
                return archive.extractfile(name).read()

            for name in archive.getnames():
                if name.startswith("blobs/sha256/"):
                    self.assertEqual(hashlib.sha256(read(name)).hexdigest(), name.split("/")[-1])
            entry = json.loads(read("index.json"))["manifests"][0]
            self.assertEqual(entry["platform"], {"architecture": "arm64", "os": "linux"})
            manifest = json.loads(read("blobs/sha256/" + entry["digest"].split(":")[1]))
            config = json.loads(read("blobs/sha256/" + manifest["config"]["digest"].split(":")[1]))
            self.assertEqual(config["config"]["User"], "10001:10001")


class Version(unittest.TestCase):
    """CMakeLists.txt alone says the version; what a reader copies from other files says the same."""

    PLACES = (
        ("docs/install.md", r"aweber-harness@v([0-9][\w.-]*)"),
        ("docs/install.md", r"script/release ([0-9][\w.-]*)"),
        ("packaging/gitlab/aweber-conformance.yml", r"aweber-harness/v([0-9][\w.-]*)/"),
        ("packaging/gitlab/aweber-conformance.yml", r"AWEBER_VERSION: ([0-9][\w.-]*)"),
        ("conformance/PROTOCOL.md", r"harness ([0-9][\w.-]*)"),
    )

    def test_every_file_names_the_version_of_cmake(self):
        for path, pattern in self.PLACES:
            named = set(re.findall(pattern, (ROOT / path).read_text()))
            self.assertEqual(named, {content.version()}, f"{path} must name the version of CMakeLists.txt, as in {pattern}")


if __name__ == "__main__":
    unittest.main()
