"""Reading YAML: what would be lost is refused."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from referrals.words.yaml_files import read_yaml


def test_a_key_that_stands_twice_is_refused_with_its_line(tmp_path: Path) -> None:
    file = tmp_path / "words.yml"
    file.write_text("a:\n  b: 1\n  c: 2\n  b: 3\n")
    with pytest.raises(yaml.MarkedYAMLError, match="b stands there twice") as refused:
        read_yaml(file)
    assert refused.value.problem_mark is not None
    assert refused.value.problem_mark.line == 3


def test_the_same_key_in_two_places_is_read(tmp_path: Path) -> None:
    file = tmp_path / "words.yml"
    file.write_text("a: {b: 1}\nc: {b: 2}\n")
    assert read_yaml(file) == {"a": {"b": 1}, "c": {"b": 2}}
