"""What a configuration file may say, and what it means."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from pydantic import BaseModel
from settings import EXAMPLE, SMALL, loaded, written

from mailproc.config import Config, Customer, LmtpIntake, examine, find, load
from mailproc.config.words import keys as known
from mailproc.config.words import model_at
from mailproc.errors import UserError

COMMENTED = re.compile(r"^# (?=\[|[a-z_0-9]+ +=)", re.MULTILINE)


def everything() -> dict[str, Any]:
    """The example with the "#" taken away from every key."""
    return tomllib.loads(COMMENTED.sub("", EXAMPLE.read_text(encoding="utf-8")))


def keys(model: type[BaseModel], at: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """The path of every key that the tables know, with "first" for any name and 0 for any list's element."""
    for name in known(model):
        table = model_at(Config, (*at, name))
        named = model_at(Config, (*at, name, "support"))
        listed = model_at(Config, (*at, name, 0))
        if name == "customers":
            yield from ((name, "first", key) for key in Customer.model_fields)
        elif table or named or listed:
            inside = (*at, name) if table else (*at, name, "support" if named else 0)
            yield from keys(next(one for one in (table, named, listed) if one), inside)
        else:
            yield (*at, name)


def test_the_example_loads_without_a_problem_or_a_warning():
    config = load(EXAMPLE)
    assert config.warnings == ()
    assert [agent.name for agent in config.agents] == ["alice", "bob"]
    assert config.teams["support"].team_lead == ("alice",)
    assert config.teams["support"].management == ("bob",)
    assert config.intake.smtp is not None
    assert (config.intake.smtp.host, config.intake.smtp.port) == ("127.0.0.1", 2525)
    assert config.outbound.url == f"maildir:{quote(str(EXAMPLE.parent))}/var/outbox"
    assert config.storage.url == f"sqlite:///{EXAMPLE.parent}/var/mailproc.db"
    assert config.security.agent_proof == "token"
    assert len(config.customers) == 2


@pytest.mark.parametrize("path", list(keys(Config)), ids=lambda path: ".".join(map(str, path)))
def test_the_example_shows_every_key(path: tuple[str | int, ...]):
    here: Any = everything()
    for part in path:
        here = here[part]


def test_the_keys_of_all_tables_are_known_to_this_test():
    found = set(keys(Config))
    assert {("mailbox", "support", "policy"), ("agents", 0, "name"), ("customers", "first", "hoster")} <= found
    assert {("intake", "lmtp", "listen"), ("teams", "support", "on_call"), ("log", "format")} <= found
    assert len(found) > 60


def test_the_example_shows_defaults_where_it_shows_a_commented_key(tmp_path: Path):
    given_, shown = load(EXAMPLE), everything()
    assert shown["limits"] == given_.limits.model_dump()
    assert shown["security"]["reply_days"] == given_.security.reply_days
    assert shown["intake"]["smtp"]["connections"] == given_.intake.smtp.connections  # type: ignore[union-attr]
    assert shown["log"]["level"] == given_.log.level
    assert loaded(tmp_path, f"[limits]\ntries = {shown['limits']['tries']}\n").limits == given_.limits


def test_every_commented_key_of_the_example_is_right(tmp_path: Path):
    text = COMMENTED.sub("", EXAMPLE.read_text(encoding="utf-8"))
    for name in ("tls/fullchain.pem", "tls/privkey.pem", "policies/conceal.toml", "outbound.password"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    (tmp_path / "rota.toml").touch()
    (tmp_path / "templates").mkdir()
    (tmp_path / "customers.csv").write_text("name\nThird Example\n")
    text = text.replace('url = "maildir:var/outbox"', 'url = "smtp://mail.example.com"')
    config = load(written(tmp_path, text))
    assert len(config.customers) == 3
    assert config.outbound.login_url == "smtp://mailproc@mail.example.com"
    assert config.intake.lmtp is not None


def test_paths_are_seen_from_the_folder_of_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    folder = tmp_path / "a folder"
    folder.mkdir()
    written(folder, more='[log]\nfile = "mail.log"\n')
    monkeypatch.chdir(tmp_path)
    config = load(Path("a folder/config.toml"))
    assert config.log.file == folder / "mail.log"
    assert config.security.key_file == folder / "var" / "secret.key"
    assert config.storage.url == f"sqlite:///{folder}/var/mailproc.db"
    assert config.outbound.url == f"maildir:{tmp_path}/a%20folder/var/outbox"


def test_one_text_stands_for_a_list_of_one(tmp_path: Path):
    assert loaded(tmp_path).teams["support"].members == ("alice",)


def test_a_length_of_time_is_a_sentence(tmp_path: Path):
    outbound = loaded(tmp_path, "", 'outbound.first_retry="2 minutes"', "outbound.longest_retry=90 minutes").outbound
    assert (outbound.first_retry, outbound.longest_retry) == (timedelta(minutes=2), timedelta(minutes=90))
    assert outbound.expires == timedelta(days=5)


def test_addresses_are_compared_in_lower_case(tmp_path: Path):
    config = loaded(tmp_path, "", 'mailbox.support.addresses=["Support@EXAMPLE.com"]')
    assert config.mailbox["support"].address == "support@example.com"


@pytest.mark.parametrize(
    ("listen", "tcp"),
    [("127.0.0.1:24", ("127.0.0.1", 24)), ("[::1]:24", ("::1", 24)), ("/run/x.sock", None), ("unix:/run/x.sock", None)],
)
def test_an_lmtp_listener_is_a_port_or_a_socket(tmp_path: Path, listen: str, tcp: tuple[str, int] | None):
    lmtp = loaded(tmp_path, f'[intake.lmtp]\nlisten = "{listen}"\n').intake.lmtp
    assert isinstance(lmtp, LmtpIntake)
    assert lmtp.host_port == tcp
    assert lmtp.socket == (None if tcp else Path("/run/x.sock"))


def test_an_override_wins_over_the_file_and_is_named_where_it_is_wrong(tmp_path: Path):
    config = loaded(tmp_path, "", "limits.tries=7", "agents.0.timezone=Europe/Berlin", "log.level=debug")
    assert (config.limits.tries, config.agents[0].timezone, config.log.level) == (7, "Europe/Berlin", "debug")
    with pytest.raises(UserError) as caught:
        loaded(tmp_path, "", "limits.tries=many", "limits.trys=7", "tries", "agents.5.name=x", "intake.smtp.listen=25")
    assert [problem.split(":")[0] for problem in caught.value.problems] == [
        "--set tries",
        "--set agents.5.name=x",
        "--set limits.tries",
        "--set limits.trys",
        "--set intake.smtp.listen",
    ]


def test_the_file_is_the_one_given_or_the_environment_s_or_the_usual_one():
    assert find(Path("a.toml"), {"MAILPROC_CONFIG": "b.toml"}) == Path("a.toml")
    assert find(None, {"MAILPROC_CONFIG": "b.toml"}) == Path("b.toml")
    assert find(None, {}) == Path("config.toml")


def test_a_file_that_is_not_there_is_told_in_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UserError, match=r"^config.toml: no such file or directory; copy config.example.toml to it"):
        load(Path("config.toml"))


@pytest.mark.parametrize(
    ("override", "warning"),
    [
        ("intake.smtp.listen=0.0.0.0:25", 'security.agent_proof: "token" while intake.smtp listens on 0.0.0.0'),
        ("operator.addresses=[]", "operator.addresses: nobody hears of trouble"),
    ],
)
def test_what_is_allowed_and_doubtful_is_a_warning(tmp_path: Path, override: str, warning: str):
    config = loaded(tmp_path, '[security]\nagent_proof = "token"\n', override)
    assert len(config.warnings) == 1
    assert warning in config.warnings[0]


def test_token_and_domain_on_an_open_listener_is_no_warning(tmp_path: Path):
    assert loaded(tmp_path, "", "intake.smtp.listen=0.0.0.0:25").warnings == ()


def test_a_configuration_that_nothing_comes_into_is_a_warning(tmp_path: Path):
    config = load(written(tmp_path, SMALL.replace('[intake.smtp]\nlisten = "127.0.0.1:2525"', "")))
    assert "no mail can come in" in config.warnings[0]


def test_a_byte_order_mark_and_line_ends_of_windows_are_read(tmp_path: Path):
    path = tmp_path / "config.toml"
    path.write_bytes(b"\xef\xbb\xbf" + SMALL.replace("\n", "\r\n").encode())
    assert load(path).agents[0].name == "alice"


CSV = (
    "name,domains,addresses,owners,phones,plan,term_end,timezone,language,account_manager,products,entitled,"
    "may_escalate,hoster,revoked_because\n"
    "First,first.example;www.first.example,,boss@first.example,+1 (212) 555-0100,premier,2027-12-31,UTC,en,alice,"
    "one;two,yes,no,,three false alarms\n"
    '"Second, of Examples",,"jo@client.example",,,,,,,,,,,,\n'
)


def test_customers_come_from_a_csv_file(tmp_path: Path):
    (tmp_path / "customers.csv").write_text(CSV, encoding="utf-8-sig")
    first, second = loaded(tmp_path, '[customers]\nfile = "customers.csv"\n').customers
    assert first.domains == ("first.example", "www.first.example")
    assert first.phones == ("+12125550100",)
    assert first.term_end == date(2027, 12, 31)
    assert (first.entitled, first.may_escalate, first.revoked_because) == (True, False, "three false alarms")
    assert first.products == ("one", "two")
    assert second == Customer(name="Second, of Examples", addresses=("jo@client.example",))


@pytest.mark.parametrize(
    "text", ["[first]\ndomains = 'first.example'\n", "[[customers]]\nname = 'first'\ndomains = ['first.example']\n"]
)
def test_customers_come_from_a_toml_file_in_either_form(tmp_path: Path, text: str):
    (tmp_path / "customers.toml").write_text(text, encoding="utf-8")
    assert loaded(tmp_path, '[customers]\nfile = "customers.toml"\n').customers == (
        Customer(name="first", domains=("first.example",)),
    )


def test_a_customer_s_name_is_that_of_the_table_unless_said(tmp_path: Path):
    more = "[customers.first]\nplan = 'gold'\n[customers.second]\nname = 'Second Example'\n"
    assert [one.name for one in loaded(tmp_path, more).customers] == ["first", "Second Example"]


SCALARS = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=8), st.dates())
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=5), inner, max_size=2)
)
PLACES = [
    "mailbox",
    "mailbox.support",
    "mailbox.support.addresses",
    "intake",
    "intake.lmtp.listen",
    "agents",
    "agents.0",
    "agents.0.name",
    "log",
    "outbound.url",
    "outbound.expires",
    "storage.url",
    "customers",
    "customers.x",
    "customers.file",
    "teams.support",
    "teams.support.members",
    "security.key_file",
    "limits.tries",
]


def as_toml(value: object) -> str:
    """A value on one line of TOML."""
    match value:
        case None | bool():
            return str(bool(value)).lower()
        case str():
            return '"' + "".join(f"\\U{ord(one):08x}" for one in value if not 0xD800 <= ord(one) < 0xE000) + '"'
        case list():
            return f"[{', '.join(map(as_toml, value))}]"
        case dict():
            return "{" + ", ".join(f"{as_toml(key)} = {as_toml(one)}" for key, one in value.items()) + "}"
    return str(value)


@hypothesis_settings(deadline=None, max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.sampled_from(PLACES), VALUES), min_size=1, max_size=3))
def test_no_value_anywhere_makes_the_reader_raise(tmp_path: Path, changes: list[tuple[str, Any]]):
    config, problems = examine(written(tmp_path), [f"{place}={as_toml(value)}" for place, value in changes])
    assert config is not None or problems


@hypothesis_settings(deadline=None, max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0, len(SMALL)), st.integers(0, 40), st.text(max_size=5))
def test_no_damage_to_a_file_makes_the_reader_raise(tmp_path: Path, at: int, length: int, instead: str):
    path = tmp_path / "config.toml"
    path.write_bytes((SMALL[:at] + instead + SMALL[at + length :]).encode("utf-8", "surrogatepass"))
    config, problems = examine(path)
    assert config is not None or problems


@hypothesis_settings(deadline=None, max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0, len(CSV)), st.integers(0, 40), st.binary(max_size=5))
def test_no_damage_to_a_customers_file_makes_the_reader_raise(tmp_path: Path, at: int, length: int, instead: bytes):
    raw = CSV.encode()
    (tmp_path / "customers.csv").write_bytes(raw[:at] + instead + raw[at + length :])
    config, problems = examine(written(tmp_path, more='[customers]\nfile = "customers.csv"\n'))
    assert config is not None or problems


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:"])
def test_R1_a_database_in_memory_is_refused(url: str):
    with pytest.raises(UserError, match="forgets everything"):
        load(EXAMPLE, [f"storage.url={url}"])
