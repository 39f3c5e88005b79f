"""Many texts have the same normal forms together as alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.spelling import normal, normals

texts = st.text(
    st.characters(codec="utf-8") | st.sampled_from("Σσς（）【】\u3000\u200b\u0301\u1100\u1161ｶﾞ：Ⅷ①\0"), max_size=8
)


@given(st.lists(texts))
def test_texts_have_the_same_normal_forms_together_as_alone(several: list[str]) -> None:
    assert normals(several) == [normal(text) for text in several]


@pytest.mark.parametrize("several", [[], [""], ["", ""], ["\0", "甲"], ["Σ", "Σ"], ["e", "\u0301"]])
def test_nothing_runs_from_one_text_into_the_next(several: list[str]) -> None:
    assert normals(several) == [normal(text) for text in several]
