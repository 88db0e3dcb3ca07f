"""config.example.toml is the documentation of the settings: complete, true, and a sentence for each."""

import dataclasses
import re
import tomllib
from pathlib import Path

from cchc_tasks.config import Settings, read_file

ROOT = Path(__file__).resolve().parents[2]
EXAMPLE = ROOT / "config.example.toml"


def test_every_setting_stands_in_the_example_with_its_default():
    defaults = dataclasses.asdict(Settings())

    documented = read_file(EXAMPLE)

    assert documented == defaults


def test_every_setting_in_the_example_has_a_sentence_above_it():
    lines = EXAMPLE.read_text(encoding="utf-8").splitlines()
    names = tomllib.loads(EXAMPLE.read_text(encoding="utf-8"))

    undocumented = [
        name
        for name in names
        for number, line in enumerate(lines)
        if line.startswith(f"{name} =") and not re.fullmatch(r"# .{20,}\.|# .{10,}\.", lines[number - 1])
    ]

    assert undocumented == []
