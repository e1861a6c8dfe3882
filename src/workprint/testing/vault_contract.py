"""What every vault must keep: run `check_vault(make_vault)` with a function that opens a new, empty vault."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import partial
from pathlib import Path

from workprint.film.errors import ArtifactDamaged, StorageError
from workprint.ports.vault import Vault

MakeVault = Callable[[], Vault]


def check_vault(make_vault: MakeVault) -> None:
    """Run every check, each on a vault of its own; raises AssertionError at the first promise that is broken."""
    for check in CHECKS:
        check(make_vault())


def check_bytes_come_back(vault: Vault) -> None:
    """What is stored is found under the sha256 of its bytes, unchanged, with its size and its name."""
    ref = vault.put_bytes(b"first frame", "image/png", "frame.png")
    assert ref.digest == hashlib.sha256(b"first frame").hexdigest(), "a file is named by its sha256"
    assert (ref.size, ref.media_type, ref.name) == (11, "image/png", "frame.png"), ref
    assert vault.has(ref.digest)
    assert vault.path(ref.digest).read_bytes() == b"first frame"
    assert vault.check(ref.digest), "a sound file passes its check"


def check_empty_file(vault: Vault) -> None:
    """A file without bytes is a file."""
    ref = vault.put_bytes(b"", "text/plain", "empty.txt")
    assert ref.size == 0
    assert vault.check(ref.digest)


def check_same_bytes_are_one_file(vault: Vault) -> None:
    """The same bytes under another name and type are stored once."""
    one = vault.put_bytes(b"same", "text/plain", "a.txt")
    two = vault.put_bytes(b"same", "application/json", "b.json")
    assert one.digest == two.digest
    assert list(vault.digests()) == [one.digest]
    assert two.name == "b.json"
    assert two.media_type == "application/json"


def check_scratch_is_moved_in(vault: Vault) -> None:
    """A file made in a scratch folder is stored, and scratch folders are new, empty and apart."""
    one, two = vault.scratch(), vault.scratch()
    assert one != two
    assert not list(one.iterdir())
    assert not list(two.iterdir())
    made = one / "clip.mp4"
    made.write_bytes(b"clip" * 1000)
    ref = vault.put(made, "video/mp4", "clip.mp4")
    assert vault.path(ref.digest).read_bytes() == b"clip" * 1000
    assert list(vault.digests()) == [ref.digest], "work in progress is no stored file"


def check_foreign_file_stays(vault: Vault) -> None:
    """A file that lies outside the vault's scratch is copied: what belongs to the user stays where it is."""
    folder = vault.scratch()
    outside = folder.parent.parent.parent / f"{folder.name}.jpg"
    outside.write_bytes(b"the user's own picture")
    ref = vault.put(outside, "image/jpeg", "picture.jpg")
    assert outside.read_bytes() == b"the user's own picture"
    outside.write_bytes(b"changed later")
    assert vault.path(ref.digest).read_bytes() == b"the user's own picture", "stored bytes never change"


def check_stored_files_are_read_only(vault: Vault) -> None:
    """A stored file has no write permission, so that a slip cannot change it."""
    ref = vault.put_bytes(b"fixed", "text/plain", "fixed.txt")
    assert vault.path(ref.digest).stat().st_mode & 0o222 == 0


def check_missing_is_an_error(vault: Vault) -> None:
    """What is not stored, or is no digest at all, is never given a path."""
    for digest in ("0" * 64, "../../etc/passwd", "", "A" * 64):
        assert not vault.has(digest), digest
        assert not vault.check(digest), digest
        error = catch(partial(vault.path, digest))
        assert isinstance(error, ArtifactDamaged), f"{digest!r} has a path"
        assert error.remedy, "an error says what to do"


def check_missing_source_is_an_error(vault: Vault) -> None:
    """Storing a file that is not there fails clearly and stores nothing."""
    error = catch(lambda: vault.put(vault.scratch() / "nothing.bin", "text/plain", "nothing.bin"))
    assert error is not None, "a missing file was stored"
    assert error.where, "an error says where"
    assert list(vault.digests()) == []


def check_damage_is_never_served(vault: Vault) -> None:
    """A file whose bytes changed fails its check, is out of reach from then on, and can be stored anew."""
    ref = vault.put_bytes(b"precious", "text/plain", "p.txt")
    spoil(vault.path(ref.digest))
    assert not vault.check(ref.digest)
    assert not vault.has(ref.digest)
    assert ref.digest not in list(vault.digests())
    vault.put_bytes(b"precious", "text/plain", "p.txt")
    assert vault.check(ref.digest)


def check_storing_again_heals(vault: Vault) -> None:
    """Storing the right bytes over a damaged copy leaves the right bytes."""
    ref = vault.put_bytes(b"precious", "text/plain", "p.txt")
    spoil(vault.path(ref.digest))
    vault.put_bytes(b"precious", "text/plain", "p.txt")
    assert vault.path(ref.digest).read_bytes() == b"precious"


def check_sweep_keeps_what_it_is_told(vault: Vault) -> None:
    """Sweeping removes exactly what is not kept, says how much, and leaves the scratch of living processes."""
    refs = [vault.put_bytes(bytes([n]) * (n + 1), "text/plain", f"{n}.txt") for n in range(6)]
    folder = vault.scratch()
    assert vault.sweep(ref.digest for ref in refs[:2]) == (4, 3 + 4 + 5 + 6)
    assert sorted(vault.digests()) == sorted(ref.digest for ref in refs[:2])
    assert folder.is_dir()
    assert vault.sweep(vault.digests()) == (0, 0)


def catch(act: Callable[[], object]) -> StorageError | None:
    """The storage error an act ends in, None when it succeeds."""
    try:
        act()
    except StorageError as error:
        return error
    return None


def spoil(path: Path) -> None:
    """Flip one bit of a file, read-only or not: what a failing drive does."""
    path.chmod(0o644)
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(bytes(data))
    path.chmod(0o444)


CHECKS: tuple[Callable[[Vault], None], ...] = (
    check_bytes_come_back,
    check_empty_file,
    check_same_bytes_are_one_file,
    check_scratch_is_moved_in,
    check_foreign_file_stays,
    check_stored_files_are_read_only,
    check_missing_is_an_error,
    check_missing_source_is_an_error,
    check_damage_is_never_served,
    check_storing_again_heals,
    check_sweep_keeps_what_it_is_told,
)
"""Every check, for a test runner that wants one test a check."""
