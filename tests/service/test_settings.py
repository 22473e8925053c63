"""The settings: where they come from, and what is said of one that cannot be used."""

from pathlib import Path

import pytest

from service.errors import UserError
from service.settings import Settings


def test_an_option_comes_before_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HENVIS_PORT", "8001")
    assert Settings.load(port=None).port == 8001
    assert Settings.load(port=8002).port == 8002


def test_a_value_that_cannot_be_used_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HENVIS_PORT", "eighty")
    with pytest.raises(UserError, match=r"port \(or HENVIS_PORT\): .* valid integer"):
        Settings.load()


def test_a_process_of_ours_gets_the_same_settings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = Settings.load(data_dir=tmp_path, port=8003, demo=False, engine_url="http://e")
    for name, value in given.to_env().items():
        monkeypatch.setenv(name, value)
    assert Settings.load() == given


def test_a_folder_may_be_given_from_where_one_stands(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    settings = Settings.load(data_dir=Path("here"))
    assert settings.database == f"sqlite:///{tmp_path}/here/henvis.db"


@pytest.mark.parametrize(
    ("host", "url"),
    [
        ("127.0.0.1", "http://127.0.0.1:8000"),
        ("0.0.0.0", "http://127.0.0.1:8000"),
        ("::", "http://[::1]:8000"),
        ("10.1.2.3", "http://10.1.2.3:8000"),
    ],
)
def test_our_own_address_is_one_that_we_can_reach(host: str, url: str) -> None:
    assert Settings.load(host=host, port=8000).url == url


def test_secrets_are_not_shown() -> None:
    assert "abc123" not in repr(Settings.load(actions_token="abc123"))
