"""`workprint serve --hooks`: a process beside the one that produces, which takes webhooks and ends when it is told."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
from tests.faces.buying_project import PAIRS, write_buying_project
from tests.faces.inside import run_inside
from tests.productions import command, write_short_project

from workprint.faces.cli.serving import read_listen
from workprint.film.errors import MissingExtra, UsageError
from workprint.lab.optional_packages import find_missing, require_hook_packages
from workprint.ports.provider import Package
from workprint.testing.fakes.fal import FakeFal
from workprint.testing.fakes.replicate import FakeReplicate
from workprint.testing.fakes.studio import CANARY, FakeProvider
from workprint.testing.provider_contract import open_account, plain_request, submit
from workprint.wiring import open_workspace


@contextmanager
def serve(root: Path, *more: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """The process, and the address it says it listens on."""
    state = {**os.environ, "XDG_STATE_HOME": str(root / "state")}
    words = command("serve", "--hooks", "--json", "--listen", "127.0.0.1:0", *more)
    with subprocess.Popen(
        words, cwd=root, env=state, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        try:
            events = (json.loads(line) for line in process.stdout)
            address = next(event["address"] for event in events if event["type"] == "listening")
            yield process, address
        finally:
            process.kill()


def start_job(fake: FakeProvider) -> tuple[dict[str, str], bytes]:
    """A webhook about a job at a fake."""
    pair = PAIRS[fake.provider]

    async def run() -> None:
        provider = pair.card.make(open_account(fake))
        await submit(provider, plain_request(pair.card.models[0]))
        await provider.close()

    asyncio.run(run())
    return fake.hook(next(iter(fake.jobs.values())), "completed")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_serves_beside_a_production_and_ends_when_told(number: signal.Signals, tmp_path: Path) -> None:
    """While another process owns the project webhooks are kept, and a signal ends it at once, without a traceback.

    Neither what it prints nor what it writes holds a key, a signature or a body.
    """
    with FakeReplicate() as replicate, FakeFal() as fal:
        root = write_buying_project(tmp_path / "project", replicate, fal)
        workspace = open_workspace(root)
        with workspace.own("workprint produce", "now"), serve(root) as (process, address):
            for fake in (replicate, fal):
                headers, body = start_job(fake)
                for raw, status in ((body + b"!", 401), (body, 200), (body, 202)):
                    path = f"{address}/hooks/{fake.provider}/wp-a-001"
                    assert httpx.post(path, headers=headers, content=raw).status_code == status
                job = next(iter(fake.jobs.values()))
                records = workspace.records()
                assert len(records.hooks_about(fake.provider, "", job.id)) == 1
                records.close()
            process.send_signal(number)
            out, err = process.communicate(timeout=30)
    assert process.returncode == (130 if number == signal.SIGINT else 0)
    assert "Traceback" not in out + err
    told = [json.loads(line) for line in out.splitlines()]
    assert {(event["provider"], event["status"]) for event in told} == {
        (name, status) for name in ("replicate", "fal") for status in (401, 200, 202)
    }
    written = b"".join(path.read_bytes() for path in workspace.hidden.rglob("*") if path.is_file())
    for secret in (CANARY, headers["x-fal-webhook-signature"]):
        assert secret not in out + err
        assert secret.encode() not in written
    assert body not in written


def test_it_says_what_it_is_for(tmp_path: Path) -> None:
    """Without --hooks, without a provider that has its key, and at an address that is taken, it says what to do."""
    root = write_short_project(tmp_path / "project")
    bare = run_inside("serve", cwd=root)
    assert (bare.returncode, bare.stdout) == (2, "")
    assert "workprint serve --hooks" in bare.stderr
    alone = run_inside("serve", "--hooks", cwd=root)
    assert alone.returncode == 2
    assert "[providers] use" in alone.stderr
    with FakeReplicate() as fake:
        bought = write_buying_project(tmp_path / "bought", fake)
        port = fake.url.rpartition(":")[2]
        taken = run_inside("serve", "--hooks", "--listen", f"127.0.0.1:{port}", cwd=bought)
        assert taken.returncode == 2
        assert "cannot be listened on" in taken.stderr


def test_an_address_to_listen_on_is_a_host_and_a_port() -> None:
    """Host and port are read, IPv6 in brackets too; anything else is wrong use."""
    assert read_listen("127.0.0.1:8788") == ("127.0.0.1", 8788)
    assert read_listen("[::1]:0") == ("::1", 0)
    for wrong in ("8788", ":8788", "host:", "host:port", "host:70000", "host:²"):
        with pytest.raises(UsageError):
            read_listen(wrong)


def test_a_missing_package_is_named_before_anything_listens() -> None:
    """A provider whose webhooks need a package that is not there stops the start, with the command that brings it."""
    card = PAIRS["fal"].card
    require_hook_packages((card,))
    needed = replace(card, packages=(Package("no_such_package_here", "to verify its webhooks", checks_hooks=True),))
    wished = replace(card, packages=(Package("no_such_package_here", "to show progress"),))
    assert [package.module for package in find_missing(wished)] == ["no_such_package_here"]
    require_hook_packages((card, wished))
    with pytest.raises(MissingExtra) as refused:
        require_hook_packages((card, needed))
    assert "fal needs the Python package `no_such_package_here`" in refused.value.message
    assert refused.value.remedy is not None
    assert "workprint[providers]" in refused.value.remedy.command
