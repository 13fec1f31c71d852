"""Who is allowed in: for now everyone who knows the bearer token."""

from __future__ import annotations

import hashlib
import hmac


def log_name(session_id: str) -> str:
    """Return how a session is named in a log: whoever reads that must not be able to open the session."""
    return hashlib.sha256(session_id.encode()).hexdigest()[:8]


def token_matches(token: str, token_sha256: str) -> bool:
    """Return whether `token` is the one whose SHA-256 is configured; without one, everybody on this machine may."""
    if not token_sha256:
        return True
    digest = hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
    return hmac.compare_digest(digest, token_sha256)
