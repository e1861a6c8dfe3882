"""Strikes: who sends forged webhooks again and again is not listened to for a while."""

from __future__ import annotations

import ipaddress
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field

MOST_STRIKES = 20
"""Refused requests of one peer in a window: a provider repeats a refused delivery a handful of times an hour."""

WINDOW_S = 60.0
MOST_PEERS = 4096
"""Peers remembered at once; the one that was quiet the longest is forgotten first."""


@dataclass
class Strikes:
    """Counts refusals by peer. `monotonic` gives seconds that never run backwards."""

    monotonic: Callable[[], float]
    most: int = MOST_STRIKES
    window_s: float = WINDOW_S
    _peers: OrderedDict[str, tuple[float, int]] = field(default_factory=OrderedDict)

    def wait_s(self, peer: str) -> float:
        """Seconds until a peer is listened to again; 0 when it is."""
        began, count = self._peers.get(name_network(peer), (0.0, 0))
        left = began + self.window_s - self.monotonic()
        return left if count >= self.most and left > 0 else 0.0

    def add(self, peer: str) -> None:
        """Count a refusal."""
        network, now = name_network(peer), self.monotonic()
        began, count = self._peers.pop(network, (now, 0))
        self._peers[network] = (began, count + 1) if now - began < self.window_s else (now, 1)
        while len(self._peers) > MOST_PEERS:
            self._peers.popitem(last=False)

    def __len__(self) -> int:
        return len(self._peers)


def name_network(peer: str) -> str:
    """What counts as one peer: an IPv4 address, or the /64 an IPv6 address lies in, which one household has whole."""
    try:
        address = ipaddress.ip_address(peer.partition("%")[0])
    except ValueError:
        return "unknown"
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped is not None:
            return str(address.ipv4_mapped)
        return str(ipaddress.ip_network((address, 64), strict=False))
    return str(address)
