"""Reads a brief's YAML as hostile input: plain data with line numbers, within limits, nothing constructed.

Only the parser's events are used, never its constructors, so no tag can build anything. Plain words follow the
core schema of YAML 1.2: under 1.1 an aspect written 9:16 would be the number 556 and `no` would be false.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import yaml

from workprint.adapters.brief_yaml.codes import Findings, quote
from workprint.film.canonical import Json

MAX_BYTES = 2 * 1024 * 1024
"""Six times the size of a brief of 1,000 full scenes."""

MAX_DEPTH = 40
"""The format itself is seven levels deep."""

MAX_NODES = 200_000
"""Four times what 1,000 full scenes hold."""

MAX_NUMBER_LENGTH = 30
"""Longer runs of digits are read as floating point: whole numbers of any length cost quadratic time."""

_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff]")
_NULL = frozenset({"", "~", "null", "Null", "NULL"})
_BOOL = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_INT = re.compile(r"[-+]?[0-9]+")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?|[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")

# The parser in C is some twenty times faster; the pure one reads the same where a platform's wheel lacks it.
_PARSER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _Refused(Exception):
    """Reading cannot go on."""


def read_yaml(raw: bytes, findings: Findings) -> Json:
    """Plain data from a brief's bytes; None when it could not be read. Sets the findings' lines and broken paths."""
    text = _decode(raw, findings)
    if text is None or _has_control_characters(text, findings):
        return None
    builder = _Builder(text, findings)
    try:
        return builder.build()
    except _Refused:
        return None
    except yaml.MarkedYAMLError as problem:
        _report_syntax(text, problem, findings)
    except (yaml.YAMLError, ValueError, OverflowError, RecursionError):
        _refuse(findings, "yaml-syntax", 1, "The file is not well-formed YAML.", "Compare it with a new brief.")
    return None


def _decode(raw: bytes, findings: Findings) -> str | None:
    if len(raw) > MAX_BYTES:
        limit = f"{MAX_BYTES // 1024:,} KB"
        findings.error("brief-too-large", findings.file, f"The brief is larger than {limit}.", "Shorten the brief.")
        return None
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        line = raw[: problem.start].count(b"\n") + 1
        _refuse(findings, "brief-not-utf8", line, "The text is not UTF-8.", "Save the file with UTF-8 encoding.")
        return None


def _has_control_characters(text: str, findings: Findings) -> bool:
    for number, line in enumerate(text.split("\n"), 1):
        found = _FORBIDDEN.search(line)
        if found:
            what = f"The control character U+{ord(found.group()):04X} stands in the text."
            _refuse(findings, "yaml-control", number, what, "Delete the character.")
    return findings.has_errors()


def _refuse(findings: Findings, code: str, line: int, message: str, remedy: str) -> None:
    findings.error(code, f"{findings.file}:{line}", message, remedy)


def _report_syntax(text: str, problem: yaml.MarkedYAMLError, findings: Findings) -> None:
    mark = problem.problem_mark or problem.context_mark
    line = mark.line + 1 if mark else 1
    lines = text.split("\n")
    written = lines[line - 1] if line <= len(lines) else ""
    indent = written[: len(written) - len(written.lstrip())]
    if "\t" in indent:
        _refuse(findings, "yaml-tab", line, "The line is indented with a tab.", "Indent with spaces.")
        return
    reason = (problem.problem or "it cannot be read").removesuffix(".")
    remedy = "Check indentation, colons, brackets and quotes here and on the line above."
    if re.search(r"[\[,:-]\s*#", "\n".join(lines[max(0, line - 2) : line])):
        remedy = 'Put values that start with # in quotes, as in "#D4AF37": a bare # starts a comment.'
    _refuse(findings, "yaml-syntax", line, f"Not well-formed YAML: {reason}.", remedy)


def _is_plain(event: yaml.ScalarEvent) -> bool:
    return event.style in (None, "") and bool(event.implicit[0]) and event.tag is None


def resolve_plain(text: str) -> Json:
    """The value of an unquoted word by the core schema of YAML 1.2.2, section 10.3.2 (numbers in base ten only)."""
    if text in _NULL:
        return None
    if text in _BOOL:
        return _BOOL[text]
    if _INT.fullmatch(text):
        return int(text) if len(text) <= MAX_NUMBER_LENGTH else float(text)
    if _FLOAT.fullmatch(text):
        return float(text.lower().replace(".inf", "inf").replace(".nan", "nan"))
    return text


class _Builder:
    """Builds plain data from events, one at a time, and stops at the first limit passed."""

    def __init__(self, text: str, findings: Findings) -> None:
        self.findings = findings
        self.lines: dict[str, int] = {}
        self.nodes = 0
        self.events: Iterator[Any] = iter(yaml.parse(text, Loader=_PARSER))

    def build(self) -> Json:
        """The only document's data. The lines found so far serve findings even when reading stops half way."""
        self.findings.lines = self.lines
        data: Json = None
        documents = 0
        for event in self.events:
            if not isinstance(event, yaml.DocumentStartEvent):
                continue
            documents += 1
            if documents > 1:
                self.stop(event, "yaml-documents", "A second document starts here.", "Keep one document; remove `---`.")
            data = self.value(next(self.events), "", 0)
        return data

    def stop(self, event: Any, code: str, message: str, remedy: str) -> None:
        """Report and give up."""
        _refuse(self.findings, code, event.start_mark.line + 1, message, remedy)
        raise _Refused

    def value(self, event: Any, path: str, depth: int) -> Json:
        """The data of the node that starts with an event."""
        self.nodes += 1
        if self.nodes > MAX_NODES:
            self.stop(event, "yaml-too-many", f"More than {MAX_NODES:,} values.", "Shorten the brief.")
        if depth > MAX_DEPTH:
            self.stop(event, "yaml-too-deep", f"Nested more than {MAX_DEPTH} levels deep.", "Remove the nesting.")
        if isinstance(event, yaml.AliasEvent):
            self.stop(event, "yaml-alias", f"The alias {quote(event.anchor)} repeats a value.", "Write the value out.")
        self.lines.setdefault(path, event.start_mark.line + 1)
        self.check_tag(event, path)
        if isinstance(event, yaml.MappingStartEvent):
            return self.mapping(path, depth)
        if isinstance(event, yaml.SequenceStartEvent):
            return self.sequence(path, depth)
        return resolve_plain(event.value) if _is_plain(event) else event.value

    def check_tag(self, event: Any, path: str) -> None:
        """Report a tag; the value below it is not judged any further."""
        if event.tag is None:
            return
        where = path or f"{self.findings.file}:{event.start_mark.line + 1}"
        self.findings.error("yaml-tag", where, f"The tag {quote(event.tag)} is not allowed.", "Remove the tag.")
        self.findings.broken.add(path)

    def sequence(self, path: str, depth: int) -> list[Json]:
        """The items up to the end of a list."""
        items: list[Json] = []
        for event in self.events:
            if isinstance(event, yaml.SequenceEndEvent):
                break
            items.append(self.value(event, f"{path}[{len(items)}]", depth + 1))
        return items

    def mapping(self, path: str, depth: int) -> dict[str, Json]:
        """The pairs up to the end of a section; of a key given twice the first value counts."""
        pairs: dict[str, Json] = {}
        for event in self.events:
            if isinstance(event, yaml.MappingEndEvent):
                break
            key = self.key(event, path, depth)
            where = f"{path}.{key}" if path else key
            line = event.start_mark.line + 1
            first = self.lines.get(where, 0) if key in pairs else 0
            if not first:
                self.lines[where] = line
            value = self.value(next(self.events), where if not first else "", depth + 1)
            pairs.setdefault(key, value)
            if first:
                what = f"{quote(key)} is given on line {first} and again on line {line}."
                self.findings.error("duplicate-key", where, what, "Keep one of the two.")
        return pairs

    def key(self, event: Any, path: str, depth: int) -> str:
        """A key's text; a key that is a list or a section is reported and named by its place."""
        if isinstance(event, yaml.ScalarEvent):
            return event.value.split("\n")[0][:80]
        line = event.start_mark.line + 1
        _refuse(self.findings, "yaml-key", line, "A list or a section stands where a key is wanted.", "Use a word.")
        self.value(event, f"{path}.?", depth + 1)
        self.findings.broken.add(f"{path}.?{line}" if path else f"?{line}")
        return f"?{line}"
