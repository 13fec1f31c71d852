"""Files that a site writes itself: whatever stands in them, they are taken or refused by a sentence that names them."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.fuzz.decoders import DECODERS, form, template

QUICK = settings(max_examples=150, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
NESTED = 20_000
_values = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
_extension = st.fixed_dictionaries(
    {"url": st.sampled_from(["urn:wardscribe:spoken-as", "http://hl7.org/fhir/StructureDefinition/minValue"])},
    optional={"valueString": _values, "valueInteger": _values},
)
_item = st.fixed_dictionaries(
    {"linkId": st.text(max_size=3) | _values, "text": st.text(max_size=8) | _values},
    optional={
        "type": st.sampled_from(["integer", "decimal", "string"]),
        "readOnly": _values,
        "extension": st.lists(_extension, max_size=2) | _values,
    },
)
_questionnaires = st.fixed_dictionaries(
    {"resourceType": st.just("Questionnaire"), "title": st.text(max_size=8) | _values},
    optional={"item": st.lists(_item, max_size=3) | _values, "extension": st.lists(_extension, max_size=1)},
)
_section = "[[sections]]\nid = {}\ntitle = {}\nabout = {}\nclinician_only = {}".format
_toml = st.text(max_size=8).map(json.dumps) | st.sampled_from(
    ["'plan'", "true", "[]", "['plan', 'aktuelt']", "1", "nan"]
)
_sections = st.lists(st.builds(_section, _toml, _toml, _toml, _toml), max_size=3).map("\n".join)


@QUICK
@given(questionnaire=_questionnaires)
def test_any_questionnaire_is_taken_or_refused(questionnaire: dict[str, Any]) -> None:
    """What is taken has texts where texts are meant, and numbers where numbers."""
    form(json.dumps(questionnaire).encode())


@QUICK
@given(head=st.builds("title = {}\ndensity = {}\n".format, _toml, _toml), sections=_sections)
def test_any_template_is_taken_or_refused(head: str, sections: str) -> None:
    """What is taken has sections, each under its own name."""
    template((head + sections).encode("utf-8", "replace"))


@QUICK
@given(name=st.sampled_from(sorted(DECODERS)), content=st.binary(max_size=200), at=st.floats(0, 1), data=st.data())
def test_any_damage_to_a_good_file_is_told(name: str, content: bytes, at: float, data: st.DataObject) -> None:
    """Some bytes of it are others."""
    decode, good = DECODERS[name]
    whole = data.draw(st.sampled_from(good))
    place = int(at * len(whole))
    decode(whole[:place] + content + whole[place + len(content) // 2 :])


@pytest.mark.parametrize("name", sorted(DECODERS))
@pytest.mark.parametrize("deep", [b"[" * NESTED, b'{"a":' * NESTED, b"a = " + b"[" * NESTED, b"\xff\xfe"])
def test_what_is_nested_without_end_is_told(name: str, deep: bytes) -> None:
    """A file of brackets exhausts no stack."""
    DECODERS[name][0](deep)
