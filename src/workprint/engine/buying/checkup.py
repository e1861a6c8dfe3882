"""A checkup of providers: whether each key works, learned without spending, and quickly when nobody answers."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from enum import Enum

from workprint.film.errors import MissingKey
from workprint.ports.provider import AskFailed, Provider, ProviderCard, ProviderFault, Trouble

LONGEST_S = 8.0
"""Seconds for one provider's answer; all are asked at the same time."""


class KeyWord(str, Enum):
    """What is known about a key, in the words a person reads."""

    WORKS = "works"
    REFUSED = "refused"
    NOT_SET = "not set"
    UNREACHED = "cannot be reached"
    UNCLEAR = "unclear"


@dataclass(frozen=True)
class KeyReport:
    """One provider: what is known about its key, and details without any secret."""

    card: ProviderCard
    word: KeyWord
    detail: str

    @property
    def keys(self) -> str:
        """The names of its variables; "no key" when it wants none."""
        return ", ".join(self.card.secrets) or "no key"


async def check_providers(
    cards: tuple[ProviderCard, ...], opened: dict[str, Provider], unset: dict[str, tuple[str, ...]], *, longest_s: float
) -> tuple[KeyReport, ...]:
    """Ask all providers at the same time, and close them. `unset` names the variables that have no value."""
    asked = [_check(card, opened.get(card.name), unset.get(card.name, ()), longest_s) for card in cards]
    return tuple(await asyncio.gather(*asked))


async def _check(card: ProviderCard, provider: Provider | None, unset: tuple[str, ...], longest_s: float) -> KeyReport:
    if provider is None:
        return KeyReport(card, KeyWord.NOT_SET, ", ".join(unset or card.secrets))
    try:
        async with asyncio.timeout(longest_s):
            found = await provider.check_key()
    except TimeoutError:
        return KeyReport(card, KeyWord.UNREACHED, f"no answer within {longest_s:g} s")
    except MissingKey as error:
        return KeyReport(card, KeyWord.NOT_SET, error.message)
    except AskFailed as fault:
        refused = fault.trouble is Trouble.AUTH
        return KeyReport(card, KeyWord.REFUSED if refused else KeyWord.UNREACHED, fault.message)
    except ProviderFault as fault:
        return KeyReport(card, KeyWord.UNCLEAR, fault.message)
    finally:
        await provider.close()
    words = {True: KeyWord.WORKS, False: KeyWord.REFUSED, None: KeyWord.UNCLEAR}
    return KeyReport(card, words[found.works], found.detail)
