"""Ports of servers that are told theirs before they start, as no system can hand them out."""

import random
import socket

BLOCK = 10
_RANGE = range(12_000, 20_000, BLOCK)
"""Below the ports that the system hands out (on Linux from 32,768), so that no connection takes one meanwhile."""
_claims: list[socket.socket] = []


def claimed_ports(blocks: int = 1) -> int:
    """The first of `blocks` times `BLOCK` ports in a row, the last of each block aside; nobody else who asks gets them.

    Runs of tests side by side ask for ports at the same time: the last port of a block is bound until the process
    ends, and who finds it bound goes elsewhere. A port that was free a moment ago would be no promise.
    """
    while True:
        first = random.choice(_RANGE[: len(_RANGE) - blocks + 1])
        claims = [claim for block in range(blocks) if (claim := _claim(first + block * BLOCK)) is not None]
        if len(claims) == blocks:
            _claims.extend(claims)
            return first
        for claim in claims:
            claim.close()


def _claim(first: int) -> socket.socket | None:
    """The block's last port, bound; None where it was taken, or one of the others is in use."""
    claim = socket.socket()
    try:
        claim.bind(("127.0.0.1", first + BLOCK - 1))
        for port in range(first, first + BLOCK - 1):
            with socket.socket() as probe:
                probe.bind(("127.0.0.1", port))
    except OSError:
        claim.close()
        return None
    return claim
