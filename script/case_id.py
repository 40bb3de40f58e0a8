"""Ids of cases, as the runner writes them."""

import re


def selects(pattern: str, case: str) -> bool:
    """As SelectsCase in conformance/result/case_id.h."""
    regex = re.escape(pattern).replace(r"/\*\*", "(/.*)?").replace(r"\*\*", ".*")
    regex = regex.replace(r"\*", "[^/]*").replace(r"\?", "[^/]")
    return re.fullmatch(regex, case) is not None or case.startswith(pattern + "[")
