"""Word error rates: tables of what was said and what was heard."""

import pytest

from benchmarks.scoring import Errors, align, score, words


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Hei, på deg!", "hei på deg"),
        ("Én time – om 3 uker.", "en time om tre uker"),
        ("55", "femti fem"),
        ("femtifem", "femti fem"),
        ("femti fem", "femti fem"),
        ("tjuesyv", "tjue sju"),
        ("140/80", "hundre og førti over åtti"),
        ("38,4", "tretti åtte komma fire"),
        ("95%", "nitti fem prosent"),
        ("50mg", "femti mg"),
        ("B12-mangel", "b tolv mangel"),
        ("01017012345", "01017012345"),
        ("", ""),
    ],
)
def test_words_have_one_form(text: str, expected: str) -> None:
    """Case, punctuation and the way of writing a number make no error."""
    assert words(text) == expected.split()


@pytest.mark.parametrize(
    ("said", "heard", "expected"),
    [
        ("jeg har vondt", "jeg har vondt", Errors(3)),
        ("jeg har vondt", "jeg har vånt", Errors(3, substituted=1)),
        ("jeg har ikke vondt", "jeg har vondt", Errors(4, deleted=1)),
        ("jeg har vondt", "jeg har jo vondt", Errors(3, inserted=1)),
        ("pulsen er 72", "Pulsen er syttito.", Errors(4)),
        ("hjertesvikten", "gjerte svikten", Errors(1, substituted=1, inserted=1)),
        ("", "takk for at du så på", Errors(0, inserted=6)),
        ("ja", "", Errors(1, deleted=1)),
    ],
)
def test_errors_are_counted_by_kind(said: str, heard: str, expected: Errors) -> None:
    """Each missing, foreign or wrong word is one error of its kind."""
    assert score(said, heard) == expected


def test_alignment_pairs_words_in_order() -> None:
    """Words that were heard right are paired even behind an insertion and a deletion."""
    assert align(["a", "b", "c", "d"], ["a", "x", "b", "d"]) == [(0, 0), (None, 1), (1, 2), (2, None), (3, 3)]


def test_rates_of_channels_add_up_by_words() -> None:
    """A long channel weighs more than a short one, and inventing words in silence is an error too."""
    assert (Errors(8, substituted=1) + Errors(2, deleted=1)).rate == 0.2
    assert Errors(0, inserted=3).rate == 3
