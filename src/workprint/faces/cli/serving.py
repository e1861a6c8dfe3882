"""`serve`: listens for providers' webhooks beside a production; it never owns the project and spends nothing."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import functools
import signal
import sys
from collections import Counter as Tally
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from workprint.engine.run import Parts
from workprint.faces.cli.screen import JsonStream, make_printable, paint, put, say
from workprint.faces.http.hook_server import Bounds, HookServer
from workprint.faces.library import open_project
from workprint.film.errors import Remedy, UsageError
from workprint.film.settings import ProviderSettings
from workprint.lab.optional_packages import require_hook_packages
from workprint.ports.provider import AskFailed, HoldsHookKeys, Provider, ProviderCard

MEANINGS = {
    200: "kept",
    202: "repeated, or about no job of ours",
    401: "refused: not the provider's",
    404: "unknown path",
    413: "refused: too large",
    429: "refused: too many forgeries",
    503: "cannot be verified now",
}


def run_serve(arguments: argparse.Namespace) -> int:
    """Listen until Ctrl-C."""
    if not arguments.hooks:
        remedy = Remedy("say so", "workprint serve --hooks")
        raise UsageError("Only webhooks are served for now: there are no pages yet.", remedy=remedy)
    host, port = read_listen(arguments.listen)
    project = open_project(arguments.project, arguments.brief)
    wishes = project.workspace.settings().providers
    with project.parts() as parts:
        cards = {name: counter.card for name, counter in parts.buying.shop.counters.items()} if parts.buying else {}
        if not cards:
            remedy = Remedy("name providers in project.toml, [providers] use, and set their keys", "workprint doctor")
            raise UsageError("This project buys from nobody whose key is there: nobody will call.", remedy=remedy)
        require_hook_packages(tuple(cards.values()))
        reporter = Reporter(JsonStream() if arguments.json else None)
        begin = functools.partial(_greet, wishes, reporter)
        for name, secret in _find_unset(project.workspace.secrets().has, tuple(cards.values())):
            say(f"note: {secret} is not set, so signed webhooks of {name} are answered 503")
        bounds = Bounds(is_behind_proxy=arguments.behind_proxy)
        asyncio.run(serve_hooks(parts, host, port, begin=begin, told=reporter.hear, bounds=bounds))
    return 0


async def serve_hooks(
    parts: Parts,
    host: str,
    port: int,
    *,
    begin: Callable[[str, int], None],
    told: Callable[[str, int, str], None],
    bounds: Bounds,
) -> None:
    """Serve until the task is cancelled, or SIGTERM comes. `begin` hears where it listens. Raises UsageError."""
    assert parts.buying is not None
    providers = {name: counter.provider for name, counter in parts.buying.shop.counters.items()}
    server = HookServer(parts.records, parts.clock, providers, told, bounds)
    try:
        try:
            taken = await server.start(host, port)
        except OSError as error:
            remedy = Remedy("name another with --listen HOST:PORT")
            raise UsageError(f"{host}:{port} cannot be listened on: {error.strerror}.", remedy=remedy) from error
        begin(host, taken)
        await _fetch_keys(providers)
        with _term_signal() as ended:
            await ended.wait()
    finally:
        await server.close()
        for provider in providers.values():
            await provider.close()


async def _fetch_keys(providers: dict[str, Provider]) -> None:
    """Fetch what signatures are checked with, so that the first webhook need not wait. A failure is tried again."""
    for provider in providers.values():
        if isinstance(provider, HoldsHookKeys):
            with contextlib.suppress(AskFailed):
                await provider.refresh_keys()


@contextlib.contextmanager
def _term_signal() -> Iterator[asyncio.Event]:
    """An event that SIGTERM sets, where this thread may have signals."""
    ended, loop = asyncio.Event(), asyncio.get_running_loop()
    try:
        loop.add_signal_handler(signal.SIGTERM, ended.set)
    except (ValueError, RuntimeError, NotImplementedError):
        yield ended
        return
    try:
        yield ended
    finally:
        loop.remove_signal_handler(signal.SIGTERM)


def read_listen(text: str) -> tuple[str, int]:
    """Host and port of `HOST:PORT`; an IPv6 host stands in brackets. Raises UsageError."""
    host, _, port = text.rpartition(":")
    host = host.removeprefix("[").removesuffix("]")
    if not host or not port.isascii() or not port.isdigit() or int(port) > 65535:
        raise UsageError(f"`{text}` is not an address to listen on.", remedy=Remedy("such as 127.0.0.1:8788"))
    return host, int(port)


def _find_unset(has: Callable[[str], bool], cards: tuple[ProviderCard, ...]) -> Iterator[tuple[str, str]]:
    for card in cards:
        yield from ((card.title, name) for name in card.hook_secrets if not has(name))


def _greet(wishes: ProviderSettings, reporter: Reporter, host: str, port: int) -> None:
    shown = f"[{host}]" if ":" in host else host
    address = f"http://{shown}:{port}"
    if reporter.stream is not None:
        reporter.stream.send("listening", address=address, hooks_url=wishes.hooks_url)
        return
    put(f"{address}/hooks/PROVIDER/ATTEMPT")
    sys.stdout.flush()
    say("listening for webhooks only; there are no pages yet. Ctrl-C ends it; a production may run beside it.")
    if not wishes.hooks_url:
        say(
            "note: project.toml has no hooks_url, so no provider is told to call. Put the https address that leads here"
        )
        say('      into [providers] hooks_url = "https://..."')


@dataclass
class Reporter:
    """Tells of each webhook that is kept, and of other answers the 1st, 10th, 100th: no flood fills a log."""

    stream: JsonStream | None
    tally: Tally[tuple[str, int]] = field(default_factory=Tally)

    def hear(self, provider: str, status: int, why: str) -> None:
        """One answer was given. `why` says what is wrong on our side."""
        self.tally[provider, status] += 1
        count = self.tally[provider, status]
        if status != 200 and str(count).strip("0") != "1":
            return
        if provider == "" and status == 200:
            return  # somebody asked after our health
        if self.stream is not None:
            self.stream.send("hook", provider=provider, status=status, count=count, **({"why": why} if why else {}))
            return
        times = f" ({count} times)" if count > 1 and status != 200 else ""
        style = "green" if status == 200 else "yellow"
        say(f"{paint(str(status), style, sys.stderr)} {provider or '-'} {MEANINGS.get(status, 'refused')}{times}")
        if why:
            say(f"    {make_printable(why)}")
