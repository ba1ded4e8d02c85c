"""Asks a server of the user's which models it has: the test before anything else is sent there.

One GET of `/models`, without following redirects (they could carry the key elsewhere), limited in time and size.
"""

from __future__ import annotations

import json
import logging
import urllib.error
import urllib.request
from dataclasses import dataclass
from email.message import Message
from typing import IO, Literal
from urllib.parse import urlsplit

from engine import own_network
from engine.messages import Server

log = logging.getLogger(__name__)

SECONDS = 8.0
MOST_BYTES = 4_000_000
Trouble = Literal["silent", "refused", "key", "redirect", "strange", "open"]


class NoServer(Exception):
    """No OpenAI-compatible server answers there as it should; `trouble` says how far it came."""

    def __init__(self, trouble: Trouble, status: int = 0) -> None:
        super().__init__(trouble)
        self.trouble: Trouble = trouble
        self.status = status


@dataclass(frozen=True, slots=True)
class Found:
    """The models the server offers, by the names it knows them by."""

    models: tuple[str, ...]


def ask_models(server: Server) -> Found:
    """Blocks up to `SECONDS`. Raises `NoServer`; nothing is said on a road that is open to others (`own_network`)."""
    parts = urlsplit(server.url)
    if parts.scheme != "https":
        try:
            found = own_network.addresses(parts.hostname or "", parts.port or 80)
        except (OSError, ValueError) as error:
            raise NoServer("silent") from error
        if not all(own_network.within(address) for address in found):
            raise NoServer("open")
    request = urllib.request.Request(f"{server.url}/models", headers={"Accept": "application/json"})  # noqa: S310 (http or https: `server_address`)
    if server.key:
        request.add_unredirected_header("Authorization", f"Bearer {server.key}")
    try:
        with urllib.request.build_opener(_NoRedirect).open(request, timeout=SECONDS) as reply:
            said = reply.read(MOST_BYTES + 1)
    except urllib.error.HTTPError as error:
        status = error.code
        error.close()
        if status in {401, 403}:
            raise NoServer("key", status) from error
        raise NoServer("redirect" if 300 <= status < 400 else "strange", status) from error
    except urllib.error.URLError as error:
        raise NoServer("refused" if isinstance(error.reason, ConnectionRefusedError) else "silent") from error
    except (OSError, ValueError) as error:
        raise NoServer("silent") from error
    try:
        names = [model["id"] for model in json.loads(said)["data"]]
    except (ValueError, LookupError, TypeError, RecursionError) as error:
        raise NoServer("strange", 200) from error
    return Found(tuple(name for name in names if isinstance(name, str) and name)[:200])


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(
        self,
        req: urllib.request.Request,  # noqa: ARG002
        fp: IO[bytes],  # noqa: ARG002
        code: int,  # noqa: ARG002
        msg: str,  # noqa: ARG002
        headers: Message,  # noqa: ARG002
        newurl: str,  # noqa: ARG002
    ) -> None:
        return None
