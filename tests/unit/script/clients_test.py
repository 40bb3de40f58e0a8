"""script/clients.py's page, from reports made by hand: who is said to fail what."""

import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[3] / "script"))
import clients  # noqa: E402

LIBRARY = clients.Client("library", "run-library", "https://l.example/", "get library", "l.py")
SMALL = LIBRARY._replace(name="small", leaves=("cb-", "rs-"))


def case(name, outcome, **checks):
    return {"id": name, "outcome": outcome, "reason": "",
            "checks": [{"id": k.replace("_", "-"), "outcome": v, "message": ""}
                       for k, v in checks.items()]}


def problem(check, outcome, *cases, also=()):
    return {"id": check, "check": check, "outcome": outcome, "cases": list(cases),
            "example": cases[0], "also": list(also)}


def report(*cases, problems=(), explored=()):
    summary = {}
    for one in cases:
        summary[one["outcome"]] = summary.get(one["outcome"], 0) + 1
    return {"client": {"name": "Library", "version": "1", "language": "C"}, "summary": summary,
            "cases": list(cases), "problems": list(problems), "explored": list(explored)}


ROW = "| [Library](#library) | 1 | C "


class Glance(unittest.TestCase):
    def test_each_case_is_counted_in_one_column(self):
        for name, cases, want in (
            ("a pass", [case("a", "pass", tk_grant="pass")], "| 1 | 1 | 0 | 0 | 0 | 0 |"),
            ("a warning", [case("a", "warn", tk_grant="warn")], "| 1 | 0 | 1 | 0 | 0 | 0 |"),
            ("a failure", [case("a", "fail", tk_grant="fail")], "| 1 | 0 | 0 | 1 | 0 | 0 |"),
            ("a known failure", [case("a", "xfail", tk_grant="xfail")], "| 1 | 0 | 0 | 1 | 0 | 0 |"),
            ("nothing to judge by", [case("a", "inconclusive")], "| 1 | 0 | 0 | 0 | 1 | 0 |"),
            ("the same, known", [case("a", "xfail", tk_grant="pass")], "| 1 | 0 | 0 | 0 | 1 | 0 |"),
            ("skipped", [case("a", "skip")], "| 1 | 0 | 0 | 0 | 0 | 1 |"),
            ("better than known", [case("a", "xpass", tk_grant="pass")], "| 1 | 1 | 0 | 0 | 0 | 0 |"),
            ("an error", [case("a", "error")], "| 1 | 0 | 0 | 1 | 0 | 0 |"),
        ):
            with self.subTest(name):
                self.assertEqual(clients.glance(LIBRARY, report(*cases)), ROW + want)


class Matrix(unittest.TestCase):
    def test_what_a_client_leaves_to_its_application_is_not_judged(self):
        seen = report(case("a", "fail", rs_confined="fail", cb_dup_refused="fail",
                           tk_grant="fail", tr_type_unknown="pass"),
                      case("b", "warn", rs_header="warn", tk_basic_preferred="warn"))
        lines = clients.matrix([LIBRARY, SMALL], {"library": seen, "small": seen})
        self.assertEqual(lines[0], "| rule | library | small |")
        self.assertEqual(lines[2:], [f"| {clients.check_link(rule)} | {cells} |" for rule, cells in (
            ("cb-dup-refused", "✗ | ·"),
            ("rs-confined", "✗ | ·"),
            ("rs-header", "! | ·"),
            ("tk-basic-preferred", "! | !"),
            ("tk-grant", "✗ | ✗"),
        )])

    def test_its_own_part_says_so(self):
        text = "\n".join(clients.client_part(SMALL, report(
            case("a", "pass", rs_header="warn"), problems=[problem("rs-header", "warn", "a")])))
        self.assertIn("Leaves to the application, so not judged here: `cb-*`, `rs-*`.", text)
        self.assertNotIn("Warned of", text)


class Explored(unittest.TestCase):
    FILE = "id: explore/cut\nexpect:\n  client: {refresh: refused}\n"

    def test_a_file_is_shown_by_its_rules_or_by_its_outcome(self):
        for name, file, one, shown in (
            ("its rule", self.FILE + "  checks: [tk-grant]\n", case("a", "fail", tk_grant="fail"), True),
            ("its rule, a should", self.FILE + "  checks: [tk-grant]\n",
             case("a", "warn", tk_grant="warn"), True),
            ("another rule", self.FILE + "  checks: [tk-grant]\n",
             case("a", "fail", rf_keep="fail", expected_outcome="fail"), False),
            ("left to the application", self.FILE + "  checks: [rs-header]\n",
             case("a", "warn", rs_header="warn"), False),
            ("its outcome", self.FILE, case("a", "fail", expected_outcome="fail"), True),
            ("another rule beside it", self.FILE, case("a", "fail", rf_keep="fail"), False),
            ("passed", self.FILE, case("a", "pass", expected_outcome="pass"), False),
        ):
            with self.subTest(name):
                self.assertEqual(clients.is_shown(SMALL, one, file), shown)

    def test_the_page_links_each(self):
        text = "\n".join(clients.client_part(SMALL, report(explored=["cut", "lost"])))
        self.assertIn(": [cut](../examples/explored/cut.yaml), "
                      "[lost](../examples/explored/lost.yaml).", text)


class Problems(unittest.TestCase):
    """Each problem of the runner has one reason in the baseline, and the reverse."""

    ENTRIES = [clients.Entry("a/*", "tk-grant", "One.", ""),
               clients.Entry("b", "", "Two.", "file.py"),
               clients.Entry("c", "cb-uri-match", "The application's.", "")]

    def setUp(self):
        self.known, clients.entries_of = clients.entries_of, lambda client: list(self.ENTRIES)

    def tearDown(self):
        clients.entries_of = self.known

    def differences(self, *problems):
        return clients.unlike_its_page(SMALL, report(problems=problems))

    def test_one_to_one(self):
        good = [problem("tk-grant", "xfail", "a/1", "a/2"),
                problem("rv-200", "xfail", "b", also=["expected-outcome"]),
                problem("cb-uri-match", "xfail", "c"),  # left to the application
                problem("rs-header", "warn", "a/1")]
        self.assertEqual(self.differences(*good), [])
        text = "\n".join(clients.client_part(SMALL, report(problems=good)))
        self.assertIn("- **[tk-grant](checks.md#tk-grant)** · One.  \n  See `a/1`, `a/2`.", text)
        self.assertIn("- **expected-outcome, [rv-200](checks.md#rv-200)** · Two.  \n"
                      "  See `b`; file.py.", text)

    def test_what_is_not(self):
        self.assertEqual(
            self.differences(problem("tk-grant", "xfail", "a/1"), problem("rf-keep", "fail", "d"),
                             problem("tk-grant", "xfail", "a/2")),
            ["2 problems have one reason: One.", "no problem has this reason: Two.",
             "rf-keep has no reason in the baseline"])


if __name__ == "__main__":
    unittest.main()
