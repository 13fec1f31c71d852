"""Who is allowed in: for now everyone who knows the bearer token."""

from __future__ import annotations

import hashlib
import hmac


def token_matches(token: str, token_sha256: str) -> bool:
    """Return whether `token` is the one whose SHA-256 is configured; without one, everybody on this machine may."""
    if not token_sha256:
        return True
    digest = hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
    return hmac.compare_digest(digest, token_sha256)
