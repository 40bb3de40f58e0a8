"""Each language's template, as `init` writes it, speaks the protocol: started by the command in
aweber-conformance.yaml it says hello, opens a case, says which place is to be filled in, and ends.
A language whose toolchain is not here is named and left out.

    tests/e2e/init_templates_test.py PATH-OF-AWEBER-CONFORMANCE [LANGUAGE]..."""

import json
import os
import pathlib
import shlex
import shutil
import subprocess
import sys
import tempfile

# What a language needs here, and the manifest that its command needs to be there.
LANGUAGES = {
    "python": ("python3", None),
    "javascript": ("node", None),
    "go": ("go", ("go.mod", "module sample\n\ngo 1.19\n")),
    "ruby": ("ruby", None),
    "php": ("php", None),
    "java": ("java", None),
    "perl": ("perl", None),
    "shell": ("jq", None),
    "typescript": (None, None),  # npx would fetch tsx
    "csharp": (None, None),  # not in Debian
    "rust": (None, None),  # cargo would fetch serde_json
}
REQUESTS = [
    {"id": 1, "op": "hello", "v": 1},
    {"id": 2, "op": "open", "case": "c1", "authorize_url": "https://a.test/x", "token_url": "https://a.test/t",
     "client_id": "a\"b\u00e9", "client_secret": "s", "redirect_uri": "https://app.test/cb", "scopes": ["a", "b"],
     "api_url": "https://a.test/1.0", "revoke_url": "https://a.test/r", "client_type": "confidential",
     "store_dir": "/nowhere"},
    {"id": 3, "op": "authorize", "case": "c1", "session": "A"},
    {"id": 4, "op": "x-probe", "case": "c1"},
    {"id": 5, "op": "bye"},
]


def speak(program, language, manifest):
    """The replies of the template to REQUESTS, by id."""
    with tempfile.TemporaryDirectory() as place:
        if manifest:
            (pathlib.Path(place) / manifest[0]).write_text(manifest[1])
        written = subprocess.run([program, "init", "--language", language], cwd=place,
                                 capture_output=True, text=True)
        assert written.returncode == 0, written.stderr
        settings = (pathlib.Path(place) / "aweber-conformance.yaml").read_text()
        command = next(line[8:] for line in settings.splitlines() if line.startswith("driver: "))
        words = "".join(json.dumps(request) + "\n" for request in REQUESTS)
        spoken = subprocess.run(shlex.split(command), input=words, cwd=place, capture_output=True,
                                text=True, timeout=250)
        assert spoken.returncode == 0, (command, spoken.returncode, spoken.stderr)
        replies = [json.loads(line) for line in spoken.stdout.splitlines()]
        return {reply["id"]: reply for reply in replies}


def judge(language, replies):
    assert sorted(replies) == [1, 2, 3, 4, 5], replies
    assert replies[1]["ok"]["protocol"] == 1, replies[1]
    assert replies[1]["ok"]["features"]["state"] is True, replies[1]
    assert replies[2]["ok"] == {}, replies[2]
    if language == "shell":  # it is finished
        assert replies[3]["ok"]["url"].startswith("https://a.test/x?"), replies[3]
    else:
        assert "TODO 2: authorize" in replies[3]["err"]["message"], replies[3]
    assert "unsupported" in replies[4], replies[4]
    assert replies[5]["ok"] == {}, replies[5]


def judge_folders(program):
    """Where nothing may be written, nothing is; a folder may be named as well."""
    with tempfile.TemporaryDirectory() as place:
        def init(*words):
            done = subprocess.run([program, "init", *words], cwd=place, capture_output=True, text=True)
            return done.returncode, done.stdout, done.stderr

        shop = pathlib.Path(place) / "shop"
        shop.mkdir()
        status, said, _ = init("shop", "--language", "perl")
        assert status == 0 and said.endswith("cd shop && aweber-conformance run\n"), said
        before = (shop / "aweber-conformance.yaml").read_text()
        (shop / "aweber-conformance.yaml").write_text("mine")
        status, _, said = init("shop", "--language", "ruby")
        assert status == 2 and "is there already; nothing was written. --force" in said, said
        assert not (shop / "aweber-adapter/driver.rb").exists()
        assert init("shop", "--language", "perl", "--force")[0] == 0
        assert (shop / "aweber-conformance.yaml").read_text() == before
        assert init("nowhere")[0] == 2
        if os.geteuid() != 0:  # root may write everywhere
            shop.chmod(0o555)
            assert "cannot be written to" in init("shop", "--language", "go")[2]


def main(program, chosen):
    judge_folders(program)
    listed = subprocess.run([program, "init", "--help"], capture_output=True, text=True).stdout
    failed = 0
    for language, (needs, manifest) in LANGUAGES.items():
        if chosen and language not in chosen:
            continue
        assert language in listed, language
        if needs is None or shutil.which(needs) is None:
            print(f"NOT TESTED: {language}: its toolchain is not here")
            continue
        try:
            judge(language, speak(program, language, manifest))
            print(f"ok {language}")
        except (AssertionError, subprocess.TimeoutExpired) as failure:
            failed += 1
            print(f"FAILED {language}: {failure}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2:]))
