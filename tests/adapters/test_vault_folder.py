"""The vault in a folder keeps the vault contract, through power cuts, full disks and flipped bits."""

from __future__ import annotations

import hashlib
import os
import random
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from workprint.adapters.disk_posix import PosixDisk
from workprint.adapters.vault_folder import FolderVault, VaultReader
from workprint.film.errors import ArtifactDamaged, DiskFull, StorageError
from workprint.ports.disk import Disk
from workprint.ports.vault import Vault
from workprint.testing.fault_disk import FaultDisk, PowerCut
from workprint.testing.vault_contract import CHECKS, catch, spoil

PUTS: tuple[tuple[str, bytes], ...] = (
    ("bytes", b"outline" * 40),
    ("scratch", b"clip" * 300),
    ("bytes", b"outline" * 40),
    ("outside", b"logo" * 90),
    ("scratch", b"logo" * 90),
)
"""One of each way to store, with bytes stored twice by the same and by another way."""


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_folder_vault_keeps_the_contract(check: Callable[[Vault], None], tmp_path: Path) -> None:
    """Every promise of the vault port holds on a real disk."""
    check(FolderVault(tmp_path / "project" / "vault", PosixDisk()))


def test_nothing_is_created_before_something_is_stored(tmp_path: Path) -> None:
    """Opening a vault and looking into it leaves no folder behind."""
    vault = FolderVault(tmp_path / "vault", PosixDisk())

    assert list(vault.digests()) == []
    assert not vault.has("0" * 64)
    assert vault.sweep([]) == (0, 0)
    assert list(tmp_path.iterdir()) == []


def test_a_reader_finds_what_a_vault_stored(tmp_path: Path) -> None:
    """A worker's reader gives the paths of stored files and refuses all others."""
    ref = FolderVault(tmp_path / "vault", PosixDisk()).put_bytes(b"still", "image/png", "still.png")
    reader = VaultReader(tmp_path / "vault")

    assert reader.path(ref.digest).read_bytes() == b"still"
    for digest in ("1" * 64, "../" + ref.digest):
        with pytest.raises(ArtifactDamaged):
            reader.path(digest)


def test_links_in_scratch_are_refused_and_second_names_are_copied(tmp_path: Path) -> None:
    """A maker that leaves a link cannot bring a foreign file in, nor keep a writable name of a stored one."""
    vault = FolderVault(tmp_path / "vault", PosixDisk())
    secret = tmp_path / "secret.txt"
    secret.write_bytes(b"not yours")
    folder = vault.scratch()
    (folder / "link").symlink_to(secret)
    os.link(secret, folder / "second-name")

    with pytest.raises(StorageError, match="not a plain file"):
        vault.put(folder / "link", "text/plain", "link")
    ref = vault.put(folder / "second-name", "text/plain", "second-name")

    secret.write_bytes(b"changed")
    assert vault.path(ref.digest).read_bytes() == b"not yours"


def test_sweep_removes_what_dead_processes_left_and_nothing_else(tmp_path: Path) -> None:
    """Scratch of a process that is gone goes, links in it are not followed, living scratch stays."""
    root = tmp_path / "vault"
    mine = FolderVault(root, PosixDisk()).scratch()
    code = (
        "import sys; from pathlib import Path; from workprint.adapters.disk_posix import PosixDisk;"
        "from workprint.adapters.vault_folder import FolderVault;"
        "folder = FolderVault(Path(sys.argv[1]), PosixDisk()).scratch();"
        "(folder / 'deep').mkdir(); (folder / 'deep' / 'half.mp4').write_bytes(b'half');"
        "(folder / 'away').symlink_to(sys.argv[2]); print(folder)"
    )
    precious = tmp_path / "precious"
    precious.mkdir()
    (precious / "film.mov").write_bytes(b"film")
    done = subprocess.run([sys.executable, "-c", code, root, precious], capture_output=True, text=True, check=True)
    theirs = Path(done.stdout.strip())
    (root / "tmp" / "of-nobody.part").write_bytes(b"")
    assert theirs.is_dir()

    FolderVault(root, PosixDisk()).sweep([])

    assert [path.name for path in (root / "tmp").iterdir()] == [mine.name]
    assert (precious / "film.mov").read_bytes() == b"film"


def test_500_flipped_bits_are_all_found_and_none_is_served(tmp_path: Path) -> None:
    """Of 500 files with one flipped bit each, every one fails its check and is out of reach afterwards."""
    vault = FolderVault(tmp_path / "vault", FaultDisk(tmp_path))
    dice = random.Random(7)
    refs = [vault.put_bytes(dice.randbytes(dice.randrange(1, 3000)), "a/b", str(n)) for n in range(600)]
    damaged = [ref.digest for ref in dice.sample(refs, 500)]
    for digest in damaged:
        spoil(vault.path(digest))

    failed = [ref.digest for ref in refs if not vault.check(ref.digest)]

    assert sorted(failed) == sorted(damaged)
    assert not any(vault.has(digest) for digest in damaged)
    assert len(list(vault.digests())) == 100
    assert len(list((tmp_path / "vault" / "quarantine").iterdir())) == 500


def store_all(root: Path, disk: Disk, acknowledged: list[str]) -> None:
    """Store PUTS one after the other; each digest is acknowledged once its put returned."""
    vault = FolderVault(root / "vault", disk)
    for way, data in PUTS:
        if way == "bytes":
            ref = vault.put_bytes(data, "a/b", "x")
        else:
            folder = vault.scratch() if way == "scratch" else root
            (folder / "made.bin").write_bytes(data)
            ref = vault.put(folder / "made.bin", "a/b", "x")
        acknowledged.append(ref.digest)


def faults_after(root: Path, acknowledged: list[str]) -> list[str]:
    """What a vault promised and did not keep: acknowledged files lost or damaged, half files shown."""
    vault = FolderVault(root / "vault", PosixDisk())
    lost = [f"lost {digest[:8]}" for digest in acknowledged if not vault.has(digest)]
    shown = list(vault.digests())
    torn = [d for d in shown if hashlib.sha256(vault.path(d).read_bytes()).hexdigest() != d]
    return lost + [f"torn {digest[:8]}" for digest in torn]


def cut_everywhere(base: Path, kind: type[FaultDisk], seeds: int) -> tuple[int, list[str]]:
    """Cut the power at every operation in turn, with several outcomes each; the number of cuts and all faults."""
    cuts, faults = 0, []
    for cut_at in range(200):
        for seed in range(seeds):
            root = base / f"{cut_at}-{seed}"
            root.mkdir()
            disk = kind(root, seed=seed, cut_at=cut_at)
            acknowledged: list[str] = []
            try:
                store_all(root, disk, acknowledged)
            except PowerCut:
                cuts += 1
            else:
                return cuts, faults
            disk.cut_power()
            faults += [f"cut {cut_at} seed {seed}: {fault}" for fault in faults_after(root, acknowledged)]
            again: list[str] = []
            store_all(root, disk, again)
            faults += [f"after cut {cut_at}: {fault}" for fault in faults_after(root, again)]
    raise AssertionError("the work never came to an end")


def test_power_cut_at_every_operation_loses_nothing_acknowledged(tmp_path: Path) -> None:
    """Wherever the power goes, every acknowledged file is whole, nothing torn is visible, and work can go on."""
    cuts, faults = cut_everywhere(tmp_path, FaultDisk, seeds=5)

    assert faults == []
    assert cuts > 150, "the cuts reached every operation of every way to store"


class NoFileFlush(FaultDisk):
    """An injected bug: bytes are never flushed."""

    def sync_file(self, path: Path) -> None:
        """Do nothing."""


class NoFolderFlush(FaultDisk):
    """An injected bug: names are never flushed."""

    def sync_folder(self, path: Path) -> None:
        """Do nothing."""


@pytest.mark.parametrize("bug", [NoFileFlush, NoFolderFlush])
def test_power_cut_test_finds_a_missing_flush(bug: type[FaultDisk], tmp_path: Path) -> None:
    """The test above can fail: with one kind of flush left out it finds lost or torn files."""
    _, faults = cut_everywhere(tmp_path, bug, seeds=2)

    assert faults != []


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], database=None)
@given(
    contents=st.lists(st.binary(max_size=60), min_size=1, max_size=5),
    cuts=st.lists(st.integers(0, 40), min_size=1, max_size=3),
    seed=st.integers(0, 2**32),
)
def test_repeated_power_cuts_lose_nothing_acknowledged(
    contents: list[bytes], cuts: list[int], seed: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Over several cuts in a row, with any contents, what was acknowledged in any life is whole in the last."""
    root = tmp_path_factory.mktemp("cuts")
    disk = FaultDisk(root, seed=seed)
    acknowledged: list[str] = []
    for cut in cuts:
        disk.cut_at = disk.operations + cut
        vault = FolderVault(root / "vault", disk)
        try:
            acknowledged += [vault.put_bytes(data, "a/b", "x").digest for data in contents]
            vault.sweep(vault.digests())
        except PowerCut:
            pass
        disk.cut_power()
    assert faults_after(root, acknowledged) == []


@pytest.mark.parametrize(("stays_full", "seed"), [(False, 0), (False, 1), (False, 2), (True, 3)])
def test_no_room_at_every_operation_is_clear_and_harmless(stays_full: bool, seed: int, tmp_path: Path) -> None:
    """Whichever operation finds no room, DiskFull says so, nothing stored is lost, and freeing room mends it."""
    for full_at in range(200):
        root = tmp_path / str(full_at)
        root.mkdir()
        disk = FaultDisk(root, seed=seed, full_at=full_at, stays_full=stays_full)
        acknowledged: list[str] = []
        error = catch(partial(store_all, root, disk, acknowledged))
        if error is None:
            break
        assert isinstance(error, DiskFull)
        assert error.where
        assert error.remedy
        assert error.remedy.text
        assert faults_after(root, acknowledged) == []
        leftovers = list((root / "vault" / "tmp").glob("*.part"))
        assert leftovers == [], "a failed put does not fill the disk further"
        disk.full_at = None
        store_all(root, disk, acknowledged)
        # What a failed flush left unflushed must not be trusted by the put that finds it there.
        disk.cut_power()
        assert faults_after(root, acknowledged) == []
    assert full_at > 30
