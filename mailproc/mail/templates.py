"""Notices as templates: loaded, checked, and rendered with the facts of a case."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches

from jinja2 import TemplateSyntaxError, meta, nodes

from mailproc.mail import facts as known
from mailproc.mail.facts import Facts
from mailproc.mail.plain import PLAIN
from mailproc.mail.sandbox import Render, Room, filter_names, renderer, room, unbounded

_FILE = re.compile(r"(?P<notice>[a-z_]+)\.(?P<language>[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*)\.(?P<kind>txt|html)\.j2")
_SHARED = re.compile(r"_?[a-z_]+(?:\.[a-z]{2,3})?\.(?:txt|html)\.j2")
_GAP = re.compile(r"\n(?:[ \t]*\n){2,}")
_GLOBALS = frozenset({"range", "loop", "self", "super", "caller", "varargs", "kwargs"})


class TemplateFailed(Exception):
    """A template could not be rendered, and there is no plain text to fall back on."""

    def __init__(self, name: str, why: str) -> None:
        super().__init__(f"{name}: {why}")
        self.name = name
        self.why = why


@dataclass(frozen=True, slots=True)
class Rendered:
    """A notice in words.  `fallback` is true if the built-in plain text had to stand in for a broken template."""

    subject: str
    text: str
    html: str | None
    language: str
    fallback: bool = False


@dataclass(frozen=True)
class Templates:
    """The notices of a folder: `files` maps a file's name to its text.  Each is compiled once, at first use."""

    files: Mapping[str, str]
    _room: Room = field(repr=False, compare=False)
    _compiled: dict[str, Render] = field(default_factory=dict, repr=False, compare=False)

    @classmethod
    def load(cls, files: Mapping[str, str]) -> Templates:
        """The templates in `files`, such as {"update.en.txt.j2": "Subject: …"}.  Broken ones: see `problems`."""
        return cls(files=dict(files), _room=room(files))

    def languages(self, name: str) -> tuple[str, ...]:
        """The languages that the notice `name` is written in, sorted."""
        found = (_FILE.fullmatch(file) for file in self.files)
        return tuple(sorted({each["language"] for each in found if each and each["notice"] == name}))

    def render(self, name: str, language: str, facts: Facts, *, subject_only: bool = False) -> Rendered:
        """The notice `name` for `facts`, in `language` or the nearest there is: de-AT, then de, then en.

        With `subject_only` there is no text and no page, for a mail that nobody composes.  Raises TemplateFailed; the
        confirmation and the operator's alarm come in built-in words instead.
        """
        try:
            return self._rendered(name, self._language(name, language), facts, subject_only)
        except TemplateFailed as failed:
            if name not in PLAIN:
                raise
            return _plain(name, facts, failed.why)

    def compile_all(self) -> None:
        """Compile every notice now, so that the first mails wait for nothing.  Broken ones are left to `problems`."""
        for file in self.files:
            if _FILE.fullmatch(file):
                try:
                    self._render(file)
                except TemplateSyntaxError:
                    continue

    def problems(self) -> list[str]:
        """What is wrong with the files: `file:line: key: what is wrong; what would be right`, in the files' order."""
        found = [problem for file in sorted(self.files) for problem in self._file_problems(file)]
        missing = (name for name in known.WRITTEN if f"{name}.en.txt.j2" not in self.files)
        return found + [f"{each}.en.txt.j2:1: {each}: missing; each notice needs an English text" for each in missing]

    def _rendered(self, name: str, language: str, facts: Facts, subject_only: bool) -> Rendered:
        whole = known.complete(name, language, facts)
        file = f"{name}.{language}.txt.j2"
        page = f"{name}.{language}.html.j2"
        try:
            head, _, body = self._render(file)(whole, subject_only).partition("\n")
            html = self._render(page)(whole, False) if page in self.files and not subject_only else None
        except Exception as error:
            raise TemplateFailed(file, f"{type(error).__name__}: {error}") from error
        subject = " ".join(head.removeprefix("Subject:").split())
        if subject_only:
            return Rendered(subject, "", None, language)
        return Rendered(subject, _GAP.sub("\n\n", body).strip() + "\n", html, language)

    def _render(self, file: str) -> Render:
        if (render := self._compiled.get(file)) is None:
            render = self._compiled[file] = renderer(self._room, file)
        return render

    def _language(self, name: str, language: str) -> str:
        tag = language
        while tag:
            if f"{name}.{tag}.txt.j2" in self.files:
                return tag
            tag = tag.rpartition("-")[0]
        return "en"

    def _file_problems(self, file: str) -> Iterator[str]:
        named = _FILE.fullmatch(file)
        if named is None or (named["notice"] not in known.NAMES and not _pieces(self.files, file)):
            if not _SHARED.fullmatch(file) or named:
                yield _name_problem(file, named["notice"] if named else file.partition(".")[0])
                return
        elif named["kind"] == "html" and file.replace(".html.j2", ".txt.j2") not in self.files:
            yield f"{file}:1: html: has no text beside it; add {file.replace('.html.j2', '.txt.j2')}"
        elif named["kind"] == "txt" and not self.files[file].startswith("Subject:"):
            yield f'{file}:1: subject: the first line is not a subject; begin with "Subject: …" and a blank line'
        try:
            tree = self._room.parse(self.files[file], name=file, filename=file)
            if bad := list(_filter_problems(file, tree)):
                yield from bad
                return
            yield from list(_tree_problems(file, tree, shared=named is None))
        except TemplateSyntaxError as error:
            yield _syntax_problem(file, error)


def _pieces(files: Mapping[str, str], file: str) -> bool:
    """Whether another file builds on `file`, so that it need not be a notice."""
    return any(f'"{file}"' in text or f"'{file}'" in text for other, text in files.items() if other != file)


def _name_problem(file: str, notice: str) -> str:
    near = get_close_matches(notice, known.NAMES, n=1)
    right = f"did you mean {near[0]}?" if near else f"the notices are {', '.join(sorted(known.NAMES))}"
    return f"{file}:1: {notice}: not a notice, or not named <notice>.<language>.txt.j2; {right}"


def _syntax_problem(file: str, error: TemplateSyntaxError) -> str:
    message = (error.message or "cannot be read").rstrip(".")
    return f"{file}:{error.lineno}: syntax: {message}; see https://jinja.palletsprojects.com/templates/"


def _filter_problems(file: str, tree: nodes.Template) -> Iterator[str]:
    for used in tree.find_all(nodes.Filter):
        if used.name not in filter_names():
            yield f"{file}:{used.lineno}: {used.name}: not a filter; {_meant(used.name, filter_names())}"


def _tree_problems(file: str, tree: nodes.Template, *, shared: bool) -> Iterator[str]:
    for line, why in unbounded(tree):
        yield f"{file}:{line}: loop: {why}"
    names = frozenset(known.DEFAULTS)
    unknown = set() if shared else meta.find_undeclared_variables(tree) - names - _GLOBALS
    lines = {each.name: each.lineno for each in reversed(list(tree.find_all(nodes.Name)))}
    for name in sorted(unknown, key=lambda each: (lines.get(each, 1), each)):
        yield f"{file}:{lines.get(name, 1)}: {name}: not a fact; {_meant(name, names)}"
    for each in tree.find_all(nodes.Getattr):
        owner = each.node.name if isinstance(each.node, nodes.Name) else ""
        parts = known.PARTS.get(owner)
        if parts is not None and each.attr not in parts:
            yield f"{file}:{each.lineno}: {owner}.{each.attr}: not a fact; {_meant(each.attr, parts)}"


def _meant(name: str, names: Collection[str]) -> str:
    near = get_close_matches(name, names, n=1)
    return f"did you mean {near[0]}?" if near else f"there are {', '.join(sorted(names))}"


def _plain(name: str, facts: Facts, why: str) -> Rendered:
    """The built-in words for `name`, which no template can break."""
    whole = known.complete(name, "en", facts)
    values = {
        "tag": whole["case"]["tag"],
        "number": whole["case"]["number"],
        "brand": whole["brand"]["name"],
        "error": whole["note"]["error"] or why,
        "recipient": whole["note"]["recipient"],
        "because": whole["because"],
    }
    subject, text = (each.safe_substitute(values) for each in PLAIN[name])
    return Rendered(" ".join(subject.split()), text + "\n", None, "en", fallback=True)
