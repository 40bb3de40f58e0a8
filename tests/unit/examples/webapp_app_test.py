"""examples/webapp/app.py's tokens: asked for once, kept for its own eyes, replaced whole."""

import json
import os
import pathlib
import stat
import sys
import tempfile
import unittest
from unittest import mock

os.environ.update(
    AWEBER_CLIENT_ID="cid", AWEBER_CLIENT_SECRET="secret", AWEBER_SCOPES="account.read",
    AWEBER_REDIRECT_URI="https://app.example.test/callback", APP_STORE="",
    APP_SECRET_KEY="only-for-tests")
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[3] / "examples" / "webapp"))
import app  # noqa: E402

OLD = {"access_token": "at-1", "refresh_token": "rt-1", "token_type": "bearer", "expires_at": 1}


class Tokens(unittest.TestCase):
    def setUp(self):
        store = tempfile.TemporaryDirectory(prefix="webapp-app-test-")
        self.addCleanup(store.cleanup)
        app.STORE = pathlib.Path(store.name)
        context = app.app.test_request_context()
        context.push()
        self.addCleanup(context.pop)
        app.session["user"] = "anna"
        app.save_token(OLD)

    def test_two_requests_that_find_it_expired_refresh_it_once(self):
        asked = []

        def refresh_token(self, url, **credentials):
            asked.append((self.token["refresh_token"], app.refreshing.locked()))
            return {**OLD, "access_token": "at-2", "refresh_token": "rt-2"}

        with mock.patch.object(app.OAuth2Session, "refresh_token", refresh_token):
            first, second = app.refreshed(OLD), app.refreshed(OLD)
        self.assertEqual(asked, [("rt-1", True)])
        self.assertEqual((first["access_token"], second["access_token"]), ("at-2", "at-2"))

    def test_the_file_is_the_applications_alone(self):
        self.assertEqual(os.listdir(app.STORE), ["anna.json"])
        self.assertEqual(stat.S_IMODE(app.token_file().stat().st_mode), 0o600)

    def test_a_write_that_fails_leaves_the_old_token(self):
        with mock.patch.object(app.json, "dump", side_effect=OSError("disk full")):
            with self.assertRaises(OSError):
                app.save_token({"access_token": "at-2"})
        self.assertEqual(json.loads(app.token_file().read_text()), OLD)


if __name__ == "__main__":
    unittest.main()
