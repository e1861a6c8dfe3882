"""Whether the stage renderer can work here: which packages of `workprint[stage]` are missing, and which LLVM there is.

Nothing heavy is imported: the base install asks the same questions and gets an answer.
"""

from __future__ import annotations

import os
import platform
import re
import subprocess
import sys
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from workprint.film.errors import MissingExtra, Remedy

PACKAGES = ("mitsuba", "pyoidn", "usd-core")
"""What `pip install 'workprint[stage]'` brings."""

LLVM_VARIABLE = "DRJIT_LIBLLVM_PATH"
"""Environment variable by which Dr.Jit is told where its compiler lies."""

CACHE_VARIABLE = "DRJIT_CACHE_DIR"
"""Environment variable by which Dr.Jit is told where to keep compiled kernels; it would choose ~/.drjit."""

OLDEST_LLVM, TESTED_LLVM = 16, 19
"""LLVM 14 and 15 abort the process under Dr.Jit 1.5 ("Cannot select: fminimum", measured on Debian 12); 19 works."""

LLVM_FOLDERS = (
    "/usr/lib/x86_64-linux-gnu",
    "/usr/lib/aarch64-linux-gnu",
    "/usr/lib64",
    "/usr/lib",
    "/usr/local/lib",
    "/usr/lib/llvm-19/lib",
    "/usr/lib64/llvm19/lib64",
    "/usr/lib64/llvm19/lib",
    "/opt/homebrew/opt/llvm@19/lib",
    "/opt/homebrew/opt/llvm/lib",
)
"""Where Debian, Ubuntu, Fedora, Arch and Homebrew put it."""
LLVM_NAME = re.compile(r"libLLVM(?:-|\.so\.|\.)(\d+)[\w.]*")

FAST, PLAIN = "llvm_ad_rgb", "scalar_rgb"
"""Mitsuba variants: compiled through LLVM, or plain C++ at eight times the time and more."""

PLAIN_COST = "at eight times the time and more"
"""What the plain renderer costs, as sentences say it: 11 against 1.3 microseconds a path, more between keys."""

INSTALL_LLVM = (
    f"install LLVM {TESTED_LLVM} (Debian and Ubuntu: apt install libllvm{TESTED_LLVM}), or set {LLVM_VARIABLE}"
)

PROBE = """
import mitsuba as mi
mi.set_variant("llvm_ad_rgb")
scene = mi.load_dict({"type": "scene", "i": {"type": "path"}, "e": {"type": "constant"},
    "s": {"type": "sphere", "bsdf": {"type": "principled"}},
    "c": {"type": "perspective", "f": {"type": "hdrfilm", "width": 4, "height": 4, "rfilter": {"type": "box"}}}})
print("drawn", float(mi.TensorXf(mi.render(scene, spp=1)).array[0]) >= 0)
"""
"""A picture of sixteen pixels. An unfit LLVM does not raise: it ends the process, so the probe has one of its own."""

NOTE = "llvm-that-works"
"""The file in the cache folder that says which LLVM was tried and works."""

PROBE_SECONDS = 120
"""After this a probe is taken to hang; it needs one or two seconds."""


@dataclass(frozen=True)
class Llvm:
    """An LLVM library: its path and major version; no path when there is none fit to try."""

    path: str
    major: int

    def describe(self) -> str:
        """The library for a fingerprint: the name of the file itself, which carries the version, without the folder."""
        return Path(self.path).resolve().name if self.path else "none"


NONE = Llvm("", 0)
"""No LLVM fit to try."""


def own_kernels() -> None:
    """Have this process and its children keep compiled kernels in Workprint's own cache folder.

    It must be said before Dr.Jit is loaded. Who has set the variable decides; the folder is made when it is used, and
    may be deleted at any time.
    """
    os.environ.setdefault(CACHE_VARIABLE, str(find_kernels()))


def find_kernels() -> Path:
    """Where compiled kernels are kept."""
    return find_cache() / "kernels"


def find_cache() -> Path:
    """Workprint's cache folder: below XDG_CACHE_HOME, else below ~/.cache."""
    named = os.environ.get("XDG_CACHE_HOME", "")
    root = Path(named) if Path(named).is_absolute() else Path(os.path.expanduser("~/.cache"))
    # Somebody without a home gets a folder that the machine clears by itself.
    return (root if root.is_absolute() else Path(tempfile.gettempdir())) / "workprint"


def list_missing() -> tuple[str, ...]:
    """Packages of the extra that are not installed."""
    return tuple(name for name in PACKAGES if _find_version(name) is None)


def has_stage() -> bool:
    """Whether the extra is installed."""
    return not list_missing()


def describe_stage() -> str:
    """Everything installed that decides the stage's bits, the variant among it; `absent` without the extra."""
    if list_missing():
        return "absent"
    variant = choose_variant()
    compiler = f" by {find_llvm().describe()}" if variant == FAST else ""
    return "; ".join([*_list_versions(), f"{variant}{compiler}"])


def explain_plain() -> str:
    """Why the plain renderer is used, "" where the compiled one is."""
    if choose_variant() == FAST:
        return ""
    llvm, named = find_llvm(), os.environ.get(LLVM_VARIABLE, "")
    if llvm.path:
        return f"LLVM {llvm.describe()} does not work"
    return f"{LLVM_VARIABLE} names no file" if named else f"no LLVM {OLDEST_LLVM} or newer"


def require_stage(where: str) -> None:
    """Raise MissingExtra, naming the install command, unless the extra is there."""
    missing = list_missing()
    if missing:
        raise MissingExtra(
            f"The stage renderer is not installed ({', '.join(missing)} missing): pip install 'workprint[stage]'",
            where=where,
            remedy=Remedy("install it, or set provider_hint: auto", "pip install 'workprint[stage]'"),
        )


def _find_version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None


@cache
def find_llvm() -> Llvm:
    """The LLVM to try: the one the environment names, else from the usual folders the tested one, the next newer, or
    the newest before it that is not too old.
    """
    named = os.environ.get(LLVM_VARIABLE, "")
    if named:
        return Llvm(named, _read_major(Path(named).name)) if Path(named).is_file() else NONE
    found = [
        Llvm(str(path), _read_major(path.name))
        for folder in LLVM_FOLDERS
        for path in sorted(Path(folder).glob("libLLVM*"))
        if LLVM_NAME.fullmatch(path.name) and "dylib" not in path.name.split(".")[:1]
    ]
    fit = [llvm for llvm in found if llvm.major >= OLDEST_LLVM]
    return min(fit, key=lambda llvm: (llvm.major < TESTED_LLVM, abs(llvm.major - TESTED_LLVM), llvm.path), default=NONE)


def _read_major(name: str) -> int:
    match = LLVM_NAME.fullmatch(name)
    return int(match.group(1)) if match else 0


@cache
def choose_variant() -> str:
    """The Mitsuba variant that works here.

    An LLVM is tried in a process that may die; that it works is noted, so that no worker has to try it again. That it
    does not is found out anew every time.
    """
    llvm = find_llvm()
    if not llvm.path:
        return PLAIN
    note, told = find_cache() / NOTE, _describe_trial(llvm)
    with suppress(OSError):
        if note.read_text(encoding="utf-8") == told:
            return FAST
    if not _try_llvm(llvm):
        return PLAIN
    # Without a folder to keep notes in, the next process tries again.
    with suppress(OSError):
        note.parent.mkdir(parents=True, exist_ok=True)
        note.write_text(told, encoding="utf-8")
    return FAST


def _describe_trial(llvm: Llvm) -> str:
    """What a trial's answer holds for: these packages with this file on this machine."""
    facts = os.stat(llvm.path)
    parts = [*_list_versions(), os.path.realpath(llvm.path), f"{facts.st_size} {facts.st_mtime_ns}"]
    return "\n".join([*parts, platform.node(), platform.machine()])


def _list_versions() -> list[str]:
    return [f"{name} {_find_version(name)}" for name in (*PACKAGES, "drjit")]


def _try_llvm(llvm: Llvm) -> bool:
    environment = {CACHE_VARIABLE: str(find_kernels()), **os.environ, LLVM_VARIABLE: llvm.path}
    try:
        probe = subprocess.run(
            [sys.executable, "-P", "-c", PROBE],  # -P: no module of the working folder is run
            env=environment,
            capture_output=True,
            text=True,
            timeout=PROBE_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return probe.returncode == 0 and "drawn True" in probe.stdout
