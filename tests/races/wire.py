"""HTTP in few lines, so that a program starts in milliseconds: of a second's thousand starts most of
the time is what they import. Plain http, one request each."""

import _socket  # the half of socket that is written in C
import binascii
import os

from light import loads

UNRESERVED = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")


def quote(text):
    return "".join(chr(byte) if byte in UNRESERVED else f"%{byte:02X}" for byte in text.encode())


def form(fields):
    return "&".join(f"{quote(k)}={quote(v)}" for k, v in fields.items())


def send(method, url, headers, body=""):
    """Answers (status, body); (0, "") when the connection ended without a whole reply."""
    place, _, target = url.partition("://")[2].partition("/")
    host, _, port = place.rpartition(":")
    lines = [f"{method} /{target} HTTP/1.1", f"Host: {place}", "Connection: close"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    if body:
        lines.append(f"Content-Length: {len(body)}")
    text = "\r\n".join(lines) + "\r\n\r\n" + body
    try:
        connection = _socket.socket(_socket.AF_INET, _socket.SOCK_STREAM)
        try:
            connection.connect((host, int(port)))
            connection.sendall(text.encode())
            data = b""
            while chunk := connection.recv(65536):
                data += chunk
        finally:
            connection.close()
    except OSError:
        return 0, ""
    head, separator, rest = data.partition(b"\r\n\r\n")
    if not separator:
        return 0, ""
    return int(head.split(b" ", 2)[1]), unchunk(head, rest).decode()


def unchunk(head, rest):
    if b"transfer-encoding: chunked" not in head.lower():
        return rest
    whole = b""
    while rest:
        size, _, rest = rest.partition(b"\r\n")
        count = int(size, 16)
        whole += rest[:count]
        rest = rest[count + 2:]
        if count == 0:
            break
    return whole


def token_request(fields):
    """The token endpoint's (status, members)."""
    user = quote(os.environ["CLIENT_ID"]) + ":" + quote(os.environ["CLIENT_SECRET"])
    status, body = send("POST", os.environ["TOKEN_URL"],
                        {"Content-Type": "application/x-www-form-urlencoded",
                         "Authorization": "Basic " + binascii.b2a_base64(user.encode(), newline=False).decode()},
                        form(fields))
    try:
        return status, loads(body)
    except ValueError:
        return status, {}


def get_accounts(access_token):
    return send("GET", os.environ["API_URL"] + "/accounts",
                {"Authorization": f"Bearer {access_token}"})[0]
