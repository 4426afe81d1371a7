"""Text from outside is one harmless line, whatever it was."""

from __future__ import annotations

import sys
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pulumi_huaweicloud_css._text import as_given, as_sent, for_engine, near, sanitize

from tests.support.properties import times

thorough = times(3)
ANY_TEXT = st.text(st.characters())  # lone surrogates included


@thorough
@given(ANY_TEXT, st.integers(3, 40))
@example("\x1b]0;title\x07\x9b2J\r\nnext\u2028line\u202eback", 40)
def test_any_text_is_one_short_printable_line(text, longest):
    """Nothing is left that moves the cursor, breaks the line or turns the text around."""
    cleaned = sanitize(text, longest)
    assert len(cleaned) <= longest
    assert len(cleaned.splitlines()) <= 1
    assert cleaned == cleaned.strip()
    assert not {unicodedata.category(character) for character in cleaned} & {"Cc", "Cf", "Cs", "Zl", "Zp"}
    cleaned.encode()


@thorough
@given(ANY_TEXT, st.integers(3, 40))
def test_clean_text_stays_as_it_is(text, longest):
    """Cleaning what is clean changes nothing."""
    cleaned = sanitize(text, longest)
    assert sanitize(cleaned, longest) == cleaned == sanitize(cleaned)


@pytest.mark.parametrize(
    "text", ["", "css-backup-1610678043608/css/log", "日志备份 готово 完了", "a<b>&\"'`$(x)\\", "e\u0301", "[31m"]
)
def test_harmless_text_stays_as_it_is(text):
    """Paths, other scripts and punctuation are shown as they came."""
    assert sanitize(text) == text


@pytest.mark.parametrize("character", ["\x00", "\x07", "\x08", "\x1b", "\x7f", "\x9b", "\u061c", "\u200f", "\ufeff"])
def test_unsafe_character_becomes_a_space(character):
    """A bell, an escape, a direction mark: each leaves a gap, so that the words beside it stay apart."""
    assert sanitize(f"one{character}two") == "one two"
    assert sanitize(f"{character}one{character} {character}") == "one"


def test_no_character_at_all_is_left_that_splits_a_line_or_moves_the_cursor():
    """Of all characters there are, none gets through that Python takes for a line's end or a control."""
    through = sanitize("".join(map(chr, range(sys.maxunicode + 1))), sys.maxunicode)
    assert len(through.splitlines()) == 1
    assert all(character.isprintable() or unicodedata.category(character) in {"Co", "Cn"} for character in through)
    assert len(through) > 100_000


@thorough
@given(ANY_TEXT, st.integers(3, 40))
@example("<{%boom%}>", 40)
@example("<{\x1b%boom%}>", 40)
@example("<{ <{%%boom%}>", 40)
def test_no_text_holds_a_colour_of_the_engine(text, longest):
    """Pulumi's engine panics at a colour that it does not know."""
    assert "<{%" not in sanitize(text, longest)
    assert "<{%" not in for_engine(text)
    assert for_engine(for_engine(text)) == for_engine(text)


def test_text_is_cut_at_its_limit():
    """Text at the limit is whole; beyond it, it ends in three dots; 500 characters are shown by default."""
    assert sanitize("x" * 10, 10) == "x" * 10
    assert sanitize("x" * 11, 10) == "xxxxxxx..."
    assert sanitize("x" * 501) == "x" * 497 + "..."


@pytest.mark.parametrize(
    ("value", "python", "json"),
    [
        (1.0, "1", "1"),
        (-2.0, "-2", "-2"),
        (1.5, "1.5", "1.5"),
        (1e300, "1e+300", "1e+300"),
        (float("nan"), "nan", "nan"),
        ("1.0", "'1.0'", "'1.0'"),
        (True, "True", "true"),
        (None, "None", "null"),
        ([1.0, None, [False]], "[1, None, [False]]", "[1, null, [false]]"),
        ({"a": 1.0, "b": {"c": True}}, "{'a': 1, 'b': {'c': True}}", "{a: 1, b: {c: true}}"),
        ((1,), "(1,)", "(1,)"),
    ],
)
def test_a_value_is_shown_as_the_user_wrote_it(value, python, json):
    """A number that the engine made a float of is shown as an integer; null and flags in the user's own language."""
    assert (as_given(value), as_sent(value)) == (python, json)


def test_a_near_name_is_guessed():
    """The nearest one is, and none where none is near."""
    assert near("clusterid", ["clusterId", "clusterName"]) == "; did you mean clusterId?"
    assert near("x", ["clusterId", "clusterName"]) == ""
