"""How Telegram is set up: not without https, and never in the engine's hands."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import SecretStr

from service.demo.telegram.serving import with_stand_in
from service.engine.rasa import engine_env
from service.errors import UserError
from service.settings import Settings
from service.up import check_telegram

TOKEN = SecretStr("123456789:made-up-token-of-nobody")


def test_links_in_telegram_need_https(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="HENVIS_PUBLIC_URL"):
        check_telegram(Settings.load(data_dir=tmp_path, telegram_token=TOKEN))
    public = "https://henvis.example.dk"
    check_telegram(Settings.load(data_dir=tmp_path, telegram_token=TOKEN, public_url=public))
    check_telegram(Settings.load(data_dir=tmp_path))


def test_the_engine_never_sees_the_token(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HENVIS_TELEGRAM_TOKEN", TOKEN.get_secret_value())
    environment = engine_env(Settings.load(data_dir=tmp_path))
    assert TOKEN.get_secret_value() not in environment.values()


def test_the_token_does_not_show_in_the_settings(tmp_path: Path) -> None:
    assert TOKEN.get_secret_value() not in repr(Settings.load(telegram_token=TOKEN))


def test_the_demo_draws_a_token_of_its_own(tmp_path: Path) -> None:
    demo = with_stand_in(Settings.load(data_dir=tmp_path, telegram_token=TOKEN), 4711)
    assert demo.telegram_api == "http://127.0.0.1:4711"
    assert demo.telegram_token != TOKEN
    assert demo.to_env()["HENVIS_TELEGRAM_TOKEN"] == demo.telegram_token.get_secret_value()
