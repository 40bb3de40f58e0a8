"""Prints `N passed, N failed[, N skipped]` for a JUnit file that ctest wrote.

Exit status 1 when a test failed or none ran."""

import sys
import xml.etree.ElementTree as ElementTree


def main() -> int:
    passed = failed = skipped = 0
    for case in ElementTree.parse(sys.argv[1]).getroot().iter("testcase"):
        status = case.get("status", "run")
        skip = case.find("skipped")
        if case.find("failure") is not None or status == "fail":
            failed += 1
        elif skip is not None and skip.get("message", "").startswith("SKIP_"):
            skipped += 1
        elif status == "disabled":
            skipped += 1
        elif status == "notrun":  # its program is missing: nobody asked for that
            failed += 1
        else:
            passed += 1
    tail = f", {skipped} skipped" if skipped else ""
    print(f"{passed} passed, {failed} failed{tail}")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
