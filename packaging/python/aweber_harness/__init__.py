"""A testing harness for AWeber OAuth 2 clients. `Mock` is the mock in a test; the programs
aweber-mockserver, aweber-conformance and aweber-client are installed beside Python's."""

from .mock import CONFIDENTIAL, PUBLIC, Mock, MockError, Space, program

__all__ = ["CONFIDENTIAL", "PUBLIC", "Mock", "MockError", "Space", "program"]
