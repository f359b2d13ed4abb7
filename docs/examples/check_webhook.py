"""Is a webhook's call really from Hibari? For a receiver of one's own; needs nothing but Python."""

import hashlib
import hmac
import time


def is_from_hibari(secret: str, signature: str, body: bytes, *, within_s: float = 300) -> bool:
    """Whether a call was signed with our secret, and lately.

    Args:
        secret: shown once when the webhook was added.
        signature: the header `Hibari-Signature`, 't=1700000000,v1=5f2c…'.
        body: the request's body as it came, byte for byte.
        within_s: older calls are refused, so that none can be sent again later.
    """
    parts = dict(part.partition("=")[::2] for part in signature.split(","))
    wanted = hmac.new(secret.encode(), parts.get("t", "").encode() + b"." + body, hashlib.sha256).hexdigest()
    fresh = parts.get("t", "").isdigit() and abs(time.time() - int(parts["t"])) <= within_s
    return fresh and hmac.compare_digest(wanted, parts.get("v1", ""))
