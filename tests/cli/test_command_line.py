"""What all commands share: help, options, exit codes, errors in words, output that is safe for a terminal."""

from __future__ import annotations

import subprocess
import sys

import pytest
from cli_place import Place, mail

from mailproc.cli import main
from mailproc.cli.names import NAMES
from mailproc.cli.printing import escaped, one_line


@pytest.mark.parametrize("name", NAMES)
def test_every_command_answers_help_with_an_example(place: Place, name: str) -> None:
    ran = place.run(name, "--help")
    assert ran.code == 0
    assert f"Example: mailproc {name}" in " ".join(ran.out.split())
    assert {"--config", "--set"} <= set(ran.out.split())
    assert ran.err == ""


def test_the_help_page_lists_every_command_in_order(place: Place) -> None:
    page = place.run("--help").out
    places = [page.index(f"\n  {name} ") for name in NAMES]
    assert places == sorted(places)


@pytest.mark.parametrize(
    "arguments",
    [["bogus"], ["read"], ["read", "--bogus", "x"], ["case", "one"], ["case"], ["simulate", "a.eml", "--until"]],
    ids=" ".join,
)
def test_wrong_use_ends_with_2_and_words_on_stderr(place: Place, arguments: list[str]) -> None:
    ran = place.run(*arguments)
    assert (ran.code, ran.out) == (2, "")
    assert "Error:" in ran.err
    assert "Traceback" not in ran.err


def test_a_missing_configuration_is_told_in_one_line(place: Place) -> None:
    ran = place.run("cases", "--config", "other.toml")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err == (
        "other.toml: no such file or directory; copy config.example.toml to it, or name another with --config\n"
    )


def test_the_configuration_may_stand_before_the_command_or_in_the_environment(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    (place.folder / "config.toml").rename(place.folder / "other.toml")
    read = "no such database"
    assert read in place.run("--config", "other.toml", "cases").err
    assert read in place.run("cases", "--config", "other.toml").err
    assert read in place.run("--config", "nothing.toml", "cases", "--config", "other.toml").err
    assert read not in place.run("cases").err
    monkeypatch.setenv("MAILPROC_CONFIG", str(place.folder / "other.toml"))
    assert read in place.run("cases").err


def test_settings_of_one_run_may_stand_before_and_behind_the_command(place: Place) -> None:
    ran = place.run("--set", "limits.tries=0", "cases", "--set", "log.level=loud")
    assert ran.code == 2
    assert "--set limits.tries" in ran.err
    assert "--set log.level" in ran.err


def test_check_ends_with_0_where_all_is_well(place: Place) -> None:
    ran = place.run("check")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.endswith("no problems\n")


def test_check_prints_problems_as_data_and_ends_with_1(place: Place) -> None:
    config = place.folder / "config.toml"
    config.write_text(config.read_text().replace('brand = "Example"', 'brnad = "Example"'))
    ran = place.run("check")
    assert (ran.code, ran.err) == (1, "")
    assert "config.toml:6: mailbox.support.brnad" in ran.out
    told = place.run("check", "--json").json
    assert [one["level"] for one in told] == ["error"]
    assert (told[0]["file"], told[0]["line"]) == ("config.toml", 6)


def test_an_unexpected_error_is_one_line_and_its_trace_is_for_debug(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("no such thing")

    monkeypatch.setattr("mailproc.admin.check.problems", broken)
    ran = place.run("check")
    assert ran.code == 70
    assert ran.err == "mailproc: internal error: RuntimeError: no such thing; run with --debug for the trace\n"
    assert "Traceback" in place.run("check", "--debug").err


def test_a_reader_who_goes_away_is_no_error(place: Place) -> None:
    for number in range(400):
        place.mail(f"mails/{number}.eml", mail(f"Number {number}", number=number, text="many words " * 50))
    reading = subprocess.Popen(
        [sys.executable, "-m", "mailproc.cli", "read", "--json", "mails"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert reading.stdout is not None
    assert reading.stderr is not None
    reading.stdout.read(100)
    reading.stdout.close()
    assert reading.stderr.read() == b""
    reading.stderr.close()
    assert reading.wait() == 141


def test_the_help_page_needs_no_heavy_library() -> None:
    code = (
        "import sys\nfrom mailproc.cli import main\nmain(['--help'])\n"
        "print([name for name in ('sqlalchemy', 'pydantic', 'jinja2', 'rich') if name in sys.modules], file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stderr == "[]\n"


def test_the_version_is_told(place: Place) -> None:
    assert place.run("--version").out.startswith("mailproc 0.")


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        ("\x1b[31mred", "\\u001b[31mred"),
        ("a\rb", "a\\u000db"),
        ("\u202egnp.exe", "\\u202egnp.exe"),
        ("\x9b2J", "\\u009b2J"),
        ("half \ud83d", "half \\ud83d"),
        ("naïve ✓ 日本\n\tline", "naïve ✓ 日本\n\tline"),
    ],
)
def test_control_characters_never_reach_the_terminal(text: str, safe: str) -> None:
    assert escaped(text) == safe
    assert "\n" not in one_line(text)


def test_a_hostile_mail_is_shown_without_its_control_characters(place: Place) -> None:
    path = place.mail("evil.eml", mail("=?utf-8?q?=1b]0;owned=07_=e2=80=ae?=", text="\x1b[2J\x9b31m"))
    for arguments in (("read", path), ("read", "--json", path), ("simulate", path), ("simulate", "--json", path)):
        ran = place.run(*arguments)
        assert ran.code == 0
        assert not {"\x1b", "\x07", "\x9b", "\u202e"} & set(ran.out + ran.err)


def test_interrupting_a_command_shows_no_trace(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("mailproc.admin.check.problems", interrupted)
    ran = place.run("check")
    assert (ran.code, ran.err) == (130, "")


def test_main_gives_back_the_exit_code(place: Place) -> None:
    assert main(["--version"]) == 0
