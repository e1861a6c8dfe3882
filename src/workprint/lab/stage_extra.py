"""Whether the stage renderer can work here: which packages of `workprint[stage]` are missing, and which LLVM there is.

Nothing heavy is imported: the base install asks the same questions and gets an answer.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from dataclasses import dataclass
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from workprint.film.errors import MissingExtra, Remedy

PACKAGES = ("mitsuba", "pyoidn", "usd-core")
"""What `pip install 'workprint[stage]'` brings."""

LLVM_VARIABLE = "DRJIT_LIBLLVM_PATH"
"""Environment variable by which Dr.Jit is told where its compiler lies."""

OLDEST_LLVM = 16
"""LLVM 14 and 15 abort the process under Dr.Jit 1.5 ("Cannot select: fminimum", measured on Debian 12); 19 works."""

LLVM_FOLDERS = (
    "/usr/lib/x86_64-linux-gnu",
    "/usr/lib/aarch64-linux-gnu",
    "/usr/lib64",
    "/usr/lib",
    "/usr/local/lib",
    "/opt/homebrew/opt/llvm/lib",
)
LLVM_NAME = re.compile(r"libLLVM(?:-|\.so\.|\.)(\d+)[\w.]*")

FAST, PLAIN = "llvm_ad_rgb", "scalar_rgb"
"""Mitsuba variants: compiled through LLVM, or plain C++ at about 1.8 times the time."""

PROBE = """
import mitsuba as mi
mi.set_variant("llvm_ad_rgb")
scene = mi.load_dict({"type": "scene", "i": {"type": "path"}, "e": {"type": "constant"},
    "s": {"type": "sphere", "bsdf": {"type": "principled"}},
    "c": {"type": "perspective", "f": {"type": "hdrfilm", "width": 4, "height": 4, "rfilter": {"type": "box"}}}})
print("drawn", float(mi.TensorXf(mi.render(scene, spp=1)).array[0]) >= 0)
"""
"""A picture of sixteen pixels. An unfit LLVM does not raise: it ends the process, so the probe has one of its own."""

PROBE_SECONDS = 120
"""After this a probe is taken to hang; it needs one or two seconds."""


@dataclass(frozen=True)
class Llvm:
    """An LLVM library: its path and major version; no path when there is none fit to try."""

    path: str
    major: int

    def describe(self) -> str:
        """The library for a fingerprint: its name, which carries the version, without the folder."""
        return Path(self.path).name if self.path else "none"


def list_missing() -> tuple[str, ...]:
    """Packages of the extra that are not installed."""
    return tuple(name for name in PACKAGES if _find_version(name) is None)


def has_stage() -> bool:
    """Whether the extra is installed."""
    return not list_missing()


def describe_stage() -> str:
    """Everything installed that decides the stage's bits; `absent` without the extra."""
    if list_missing():
        return "absent"
    return "; ".join([*(f"{name} {version(name)}" for name in PACKAGES), f"LLVM {find_llvm().describe()}"])


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
    """The LLVM to try: the one the environment names, else the newest in the usual folders that is not too old."""
    named = os.environ.get(LLVM_VARIABLE, "")
    if named:
        return Llvm(named, _read_major(Path(named).name)) if Path(named).is_file() else Llvm("", 0)
    found = [
        Llvm(str(path), _read_major(path.name))
        for folder in LLVM_FOLDERS
        for path in sorted(Path(folder).glob("libLLVM*"))
        if LLVM_NAME.fullmatch(path.name) and "dylib" not in path.name.split(".")[:1]
    ]
    fit = [llvm for llvm in found if llvm.major >= OLDEST_LLVM]
    return max(fit, key=lambda llvm: (llvm.major, llvm.path)) if fit else Llvm("", 0)


def _read_major(name: str) -> int:
    match = LLVM_NAME.fullmatch(name)
    return int(match.group(1)) if match else 0


@cache
def choose_variant() -> str:
    """The Mitsuba variant that works here, found by trying it in a process that may die."""
    llvm = find_llvm()
    if not llvm.path:
        return PLAIN
    environment = {**os.environ, LLVM_VARIABLE: llvm.path}
    try:
        probe = subprocess.run(
            [sys.executable, "-c", PROBE],
            env=environment,
            capture_output=True,
            text=True,
            timeout=PROBE_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return PLAIN
    return FAST if probe.returncode == 0 and "drawn True" in probe.stdout else PLAIN
