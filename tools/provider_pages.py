"""What docs/providers.md says about each provider, its models and prices, written from their cards."""

from __future__ import annotations

from collections.abc import Iterator

from installed_packages import make_table
from workprint.adapters.providers import find_providers
from workprint.film.model_card import Durations, ModelCard, Price, PriceUnit, Recovery, SoundKind
from workprint.film.money import Money
from workprint.ports.provider import ProviderCard
from workprint.testing.provider_contract import find_fakes

CLASSES = {
    Recovery.BY_KEY: "found again by a key of ours",
    Recovery.BY_LIST: "found again in the provider's list",
    Recovery.BY_WEBHOOK: "found again by a webhook, else held",
    Recovery.NONE: "cannot be found again: held",
}
"""The recovery classes, in the words a person needs when an answer is lost."""

UNITS = {
    PriceUnit.SECOND: "second",
    PriceUnit.MINUTE: "minute",
    PriceUnit.INPUT_VIDEO_SECOND: "second of input video",
    PriceUnit.IMAGE: "image",
    PriceUnit.INPUT_IMAGE: "input image",
    PriceUnit.THOUSAND_TOKENS: "1,000 tokens",
    PriceUnit.THOUSAND_CHARACTERS: "1,000 characters",
    PriceUnit.CALL: "call",
}


def write_overview() -> str:
    """One line a provider."""
    rows = [
        (
            f"[`{card.name}`](#{card.name})",
            card.title,
            ", ".join(sorted({model.medium.value for model in card.models})),
            ", ".join(f"`{name}`" for name in card.secrets) or "none",
            ", ".join(sorted({model.recovery.value for model in card.models})),
        )
        for card in find_providers()
    ]
    return make_table(("name", "provider", "makes", "keys", "classes"), rows)


def write_variables() -> str:
    """A .env with every variable there is, all of them switched off."""
    lines = ["# .env: delete what you do not use. Git must not see this file."]
    for card in find_providers():
        lines += ["", f"# {card.title}"]
        lines += [f"# {name}=" for name in card.secrets]
        lines += [f"# {name}=             # only to verify its webhooks" for name in card.hook_secrets]
        lines += [f"# {name}=" for name in card.settings]
        lines.append(f"# {card.base_url_variable}={card.base_url}")
    return "```text\n" + "\n".join(line.rstrip() for line in lines) + "\n```\n"


def write_providers() -> str:
    """Every provider with all of its models."""
    signing = {name for name, fake in find_fakes().items() if fake.signs_hooks}  # type: ignore[attr-defined]
    return "\n".join("\n".join(_write_provider(card, card.name in signing)) for card in find_providers())


def _write_provider(card: ProviderCard, signs: bool) -> Iterator[str]:
    yield f"## {card.name}\n"
    yield f"{card.title}. {_say_reach(card)}\n" + (f"\n{card.notice.rstrip('.')}.\n" if card.notice else "")
    facts = [f"keys {_quote(card.secrets)}" if card.secrets else "no key"]
    facts += [f"settings {_quote(card.settings)}"] if card.settings else []
    facts += [f"its webhooks are verified with {_quote(card.hook_secrets)}"] if card.hook_secrets else []
    facts += ["its webhooks are signed"] if signs and not card.hook_secrets else []
    facts += [f"{package.purpose}: `{package.install}`" for package in card.packages[:1]]
    yield f"{_join(facts)}.\n"
    yield make_table(
        ("model", "makes", "lengths", "aspects", "sizes", "price in USD", "card of", "a lost answer is"),
        [_describe_model(model) for model in card.models],
    )
    unsure = list(dict.fromkeys(f"`{model.model}`: {', '.join(model.unsure)}" for model in card.models if model.unsure))
    if unsure:
        yield "\\* From memory, not read in the provider's own pages:\n\n" + "\n".join(f"- {line}" for line in unsure)
        yield ""


def _say_reach(card: ProviderCard) -> str:
    if card.sends_in_process:
        return "Runs on this machine."
    return (
        f"Reached at `{card.base_url}`" + f" (`{card.base_url_variable}` names another address)."
        if card.base_url
        else (f"Reached at the address in `{card.base_url_variable}`.")
    )


def _describe_model(model: ModelCard) -> tuple[str, ...]:
    ends = f", asked until {model.ends_on}" if model.ends_on else ""
    marks = "; no mark of ours in it" if model.recovery is Recovery.BY_LIST and not model.is_marked else ""
    sound = {SoundKind.OPTIONAL: ", sound when asked", SoundKind.ALWAYS: " with sound"}.get(model.sound, "")
    return (
        f"`{model.model}`" + (" *" if model.unsure else ""),
        f"{model.medium.value}{sound}",
        _say_lengths(model.durations),
        ", ".join(model.aspects),
        ", ".join(model.resolutions),
        _say_prices(model),
        f"{model.as_of}{ends}",
        f"{model.recovery.value}: {CLASSES[model.recovery]}{marks}",
    )


def _say_lengths(durations: Durations) -> str:
    if durations.choices:
        return ", ".join(f"{choice / 1000:g}" for choice in durations.choices) + " s"
    if not durations.longest:
        return ""
    step = "" if durations.step == 1000 else f" in steps of {durations.step / 1000:g}"
    return f"{durations.low / 1000:g} to {durations.high / 1000:g} s{step}"


def _say_prices(model: ModelCard) -> str:
    lines = [_say_price(price) for price in model.prices]
    if model.minimum_micros:
        lines.append(f"at least {_amount(model.minimum_micros)}")
    if model.charges_failures:
        lines.append("failed jobs are charged")
    return "; ".join(dict.fromkeys(lines))


def _say_price(price: Price) -> str:
    if not price.micros:
        return "nothing"
    when = [", ".join(price.resolutions)] if price.resolutions else []
    when += ["with sound" if price.audio else "silent"] if price.audio is not None else []
    when += (
        ["with " + " or ".join(role.value.replace("_", " ") for role in price.with_input)] if price.with_input else []
    )
    when += [", ".join(f"{length / 1000:g} s" for length in price.durations_ms)] if price.durations_ms else []
    beyond = f" beyond {price.above_count}" if price.above_count else ""
    one = "an" if UNITS[price.unit][0] in "aeiou" else "a"
    return f"{_amount(price.micros)} {one} {UNITS[price.unit]}{beyond}" + (f" ({', '.join(when)})" if when else "")


def _amount(micros: int) -> str:
    text = str(Money(micros))
    exact = f"{micros / 1_000_000:.6f}".rstrip("0")
    return exact if len(exact) > len(text) else text


def _quote(names: tuple[str, ...]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _join(parts: list[str]) -> str:
    text = "; ".join(parts)
    return text[0].upper() + text[1:]
