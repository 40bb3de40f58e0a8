"""python3 -I -S cli.py PROGRAM COMMAND: one of the programs of correct.py or racy.py."""

import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import program  # noqa: E402
from correct import DESIGNS  # noqa: E402

name, command = sys.argv[1], sys.argv[2]
if name not in DESIGNS:
    from racy import MISTAKES as DESIGNS  # noqa: E402
sys.exit(program.run(DESIGNS[name](), command))
