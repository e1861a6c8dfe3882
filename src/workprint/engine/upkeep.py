"""Upkeep of what is stored: whether it is whole, and what may go."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from workprint.film.canonical import Json, encode
from workprint.film.errors import ArtifactDamaged, Remedy, StorageError
from workprint.film.lineage import FileRef
from workprint.film.time import Instant
from workprint.ports.records import Known, Records
from workprint.ports.vault import Vault

KEEP_VERSIONS = 2
"""Versions of every name that garbage collection leaves alone: the newest, and one to compare with and go back to."""

SWEPT = "gc.swept"
"""The kind of event that says which stored files a garbage collection took away."""

DIGESTS_PER_EVENT = 500
"""Digests named in one event, so that no row of the log grows without bound (about 33 KB)."""

DIGEST = re.compile(r"[0-9a-f]{64}")
MEND_BOOK = Remedy("Restore the newest backup into an empty folder; keep this one until you have compared them.")
MAKE_AGAIN = Remedy("Make it again, or restore a backup.", "workprint produce")


@dataclass(frozen=True)
class Fault:
    """Something stored that is not as it should be."""

    what: str
    where: str
    remedy: Remedy


@dataclass(frozen=True)
class UpkeepReport:
    """How many files were checked, how many known ones a garbage collection took, and all faults."""

    checked: int
    swept: int
    faults: tuple[Fault, ...]

    @property
    def is_sound(self) -> bool:
        """Whether nothing is amiss."""
        return not self.faults


@dataclass(frozen=True)
class Garbage:
    """What a garbage collection took, or would take: digests, their bytes, and how many files stay."""

    digests: tuple[str, ...]
    size: int
    kept: int
    is_dry_run: bool


def verify(vault: Vault, records: Records, deep: bool) -> UpkeepReport:
    """Check the book, and every file of every result: there, of the right size; `deep` reads every stored file in full.

    A damaged file is quarantined by the vault. A file that a garbage collection took is no fault, unless a current
    version or a lock needs it or its result was recorded again since.
    """
    known = records.all_known()
    faults = [Fault(line, "records", MEND_BOOK) for line in records.check()]
    checked = 0
    if deep:
        for digest in sorted(vault.digests()):
            checked += 1
            faults += _check_bytes(vault, digest)
    damaged = {fault.where for fault in faults}
    swept_at = _read_swept(records)
    needed = {*records.current().values(), *(lock.recipe for lock in records.locks().values())}
    swept: dict[str, bool] = {}
    seen: dict[tuple[str, int], bool] = {}
    for result in known.values():
        for file in result.take.files:
            is_excused = result.take.recipe not in needed and result.when <= swept_at.get(file.digest, Instant(-1))
            if is_excused and not vault.has(file.digest):
                swept[file.digest] = True
            elif file.digest not in damaged and not seen.get((file.digest, file.size)):
                seen[(file.digest, file.size)] = True
                faults += _check_file(vault, file, result)
    return UpkeepReport(checked if deep else len(seen), len(swept), tuple(faults))


def _check_bytes(vault: Vault, digest: str) -> list[Fault]:
    try:
        if vault.check(digest):
            return []
    except StorageError as error:
        return [Fault(f"A stored file cannot be read: {error.message}", digest, error.remedy or MAKE_AGAIN)]
    return [Fault(f"The stored file {digest[:12]} was damaged and is quarantined.", digest, MAKE_AGAIN)]


def _check_file(vault: Vault, file: FileRef, result: Known) -> list[Fault]:
    what = f"{result.take.step} {result.take.name}"
    try:
        size = vault.path(file.digest).stat().st_size
    except (ArtifactDamaged, OSError):
        return [Fault(f"A file of {what} is missing.", file.digest, MAKE_AGAIN)]
    if size != file.size:
        return [Fault(f"A file of {what} has {size} bytes instead of {file.size}.", file.digest, MAKE_AGAIN)]
    return []


def _read_swept(records: Records) -> Mapping[str, Instant]:
    """When a garbage collection last took each digest."""
    swept: dict[str, Instant] = {}
    for event in records.events():
        if event.kind == SWEPT:
            swept.update(dict.fromkeys(event.data["digests"], event.when))
    return swept


def collect_garbage(
    vault: Vault,
    records: Records,
    now: Instant,
    *,
    dry_run: bool,
    keep_versions: int = KEEP_VERSIONS,
    also_keep: Iterable[str] = (),
    trace: str = "gc",
) -> Garbage:
    """Take away stored files that nothing kept refers to; the book keeps their recipes, so they can be made again.

    Kept: files of the last `keep_versions` versions of every name, of current and locked versions, of whatever a
    ruling was about, of everything those were made from, and `also_keep` (the brief's own pictures). The caller
    must own the project: a file stored meanwhile has no row yet. With `dry_run` nothing changes.
    """
    keep = find_kept(records, max(1, keep_versions)) | frozenset(also_keep)
    stored = list(vault.digests())
    going = tuple(digest for digest in stored if digest not in keep)
    size = sum(vault.path(digest).stat().st_size for digest in going)
    if not dry_run:
        # Noted first: after a crash half way, a file that is gone must not look lost.
        for start in range(0, len(going), DIGESTS_PER_EVENT):
            with records.page() as page:
                page.add_event(trace, now, SWEPT, "vault", {"digests": list(going[start : start + DIGESTS_PER_EVENT])})
        vault.sweep(digest for digest in stored if digest in keep)
    return Garbage(going, size, len(stored) - len(going), dry_run)


def find_kept(records: Records, keep_versions: int) -> frozenset[str]:
    """Every digest that must stay: a walk from the results that count through all digests their documents name."""
    known = records.all_known()
    by_name = _index_by_name(known)
    waiting = [*_find_roots(records, known, keep_versions)]
    kept: dict[str, bool] = {}
    while waiting:
        digest = waiting.pop()
        if digest in kept:
            continue
        kept[digest] = True
        for result in by_name.get(digest, ()):
            waiting += _name_digests([encode(result.recipe), encode(result.take), result.take.digest])
    return frozenset(kept)


def _index_by_name(known: Mapping[str, Known]) -> Mapping[str, list[Known]]:
    """Results by every digest another document may know them by: recipe, take, each file."""
    index: dict[str, list[Known]] = {}
    for recipe, result in known.items():
        for digest in dict.fromkeys([recipe, result.take.digest, *(file.digest for file in result.take.files)]):
            index.setdefault(digest, []).append(result)
    return index


def _find_roots(records: Records, known: Mapping[str, Known], keep_versions: int) -> Iterator[str]:
    current = records.current()
    yield from current.values()
    yield from (lock.recipe for lock in records.locks().values())
    for ruling in records.rulings():
        yield from DIGEST.findall(ruling.subject)
    for note in records.take_notes():
        yield from _name_digests([encode(note.take), note.start])
    for name in dict.fromkeys(name for _, name in current):
        by_step: dict[str, list[str]] = {}
        for version in records.versions(name):
            by_step.setdefault(known[version.recipe].recipe.step, []).append(version.recipe)
        for recipes in by_step.values():
            yield from recipes[-keep_versions:]


def _name_digests(data: Json) -> Iterator[str]:
    """Every digest that plain data names, wherever it stands."""
    if isinstance(data, str):
        yield from DIGEST.findall(data)
    elif isinstance(data, dict):
        for key in data:
            yield from _name_digests(data[key])
    elif isinstance(data, list):
        for item in data:
            yield from _name_digests(item)
