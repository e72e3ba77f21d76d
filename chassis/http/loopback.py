"""What operators do on the machine itself: refused to anybody else."""

import ipaddress

from fastapi import HTTPException, Request


def require_loopback(request: Request, what: str) -> None:
    """Raises: HTTPException (403) when `what` is not asked for from this machine."""
    if request.client is None or not ipaddress.ip_address(request.client.host).is_loopback:
        raise HTTPException(403, f"{what} from this machine only")
