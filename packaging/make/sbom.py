"""The SPDX 2.3 document: what is in the programs, and from where."""

import json
import subprocess
import uuid
from datetime import datetime, timezone

from content import ROOT

# Name, licence, and the Debian package whose version is linked; None: packaging/static/sources.
LIBRARIES = (
    ("fmt", "MIT", None),
    ("spdlog", "MIT", None),
    ("openssl", "Apache-2.0", "libssl-dev"),
    ("yaml-cpp", "MIT", "libyaml-cpp-dev"),
    ("nlohmann-json", "MIT", "nlohmann-json3-dev"),
    ("pugixml", "MIT", "libpugixml-dev"),
    ("CLI11", "BSD-3-Clause", "libcli11-dev"),
    ("rapidcheck", "BSD-2-Clause", "librapidcheck-dev"),
    ("glibc", "LGPL-2.1-or-later", "libc6-dev"),
    ("libstdc++", "GPL-3.0-or-later WITH GCC-exception-3.1", "libstdc++-12-dev"),
)


def pinned():
    rows = (line.split() for line in (ROOT / "packaging/static/sources").read_text().splitlines())
    return {row[0]: (row[1], row[2]) for row in rows if row and row[0] != "#" and len(row) == 4}


def debian_version(package):
    return subprocess.run(["dpkg-query", "-W", "-f", "${Version}\n", package], check=True,
                          capture_output=True, text=True).stdout.splitlines()[0]


def document(version, time):
    created = datetime.fromtimestamp(time, timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    name = f"aweber-harness-{version}"
    sources = pinned()
    packages = [{"SPDXID": "SPDXRef-harness", "name": "aweber-harness", "versionInfo": version,
                 "downloadLocation": "NOASSERTION", "filesAnalyzed": False,
                 "licenseConcluded": "MIT", "licenseDeclared": "MIT",
                 "copyrightText": "NOASSERTION"}]
    relations = [("SPDXRef-DOCUMENT", "DESCRIBES", "SPDXRef-harness")]
    for library, licence, package in LIBRARIES:
        if package is None:
            found, path = sources[library]
            where = f"pkg:deb/debian/{path.split('/')[1]}@{found}?arch=source"
        else:
            found = debian_version(package)
            where = f"pkg:deb/debian/{package}@{found}"
        reference = "SPDXRef-" + library.replace("+", "p")
        packages.append({
            "SPDXID": reference, "name": library, "versionInfo": found,
            "downloadLocation": "NOASSERTION", "filesAnalyzed": False,
            "licenseConcluded": licence, "licenseDeclared": licence,
            "copyrightText": "NOASSERTION",
            "externalRefs": [{"referenceCategory": "PACKAGE-MANAGER", "referenceType": "purl",
                              "referenceLocator": where}]})
        relations.append(("SPDXRef-harness", "STATIC_LINK", reference))
    return json.dumps({
        "spdxVersion": "SPDX-2.3", "dataLicense": "CC0-1.0", "SPDXID": "SPDXRef-DOCUMENT",
        "name": name,
        "documentNamespace": f"https://spdx.org/spdxdocs/{name}-{uuid.uuid5(uuid.NAMESPACE_URL, f'{name}-{time}')}",
        "creationInfo": {"created": created, "creators": ["Tool: script/package"]},
        "packages": packages,
        "relationships": [{"spdxElementId": a, "relationshipType": kind, "relatedSpdxElement": b}
                          for a, kind, b in relations]}, indent=1) + "\n"
