"""Tests of the font files that papers are set in."""

from __future__ import annotations

import os

from fontTools.ttLib import TTFont

from data.fonts import paper_fonts

LETTERS = {ord("Ŵ"), ord("ŷ"), ord("£"), ord("€"), 0x2212, 0x2013, 0x2019, 0x2192, 0x25A0}


def test_three_weights_under_a_name_of_their_own_when_made(tmp_path):
    files = paper_fonts(tmp_path)
    assert [file.name for file in files] == [
        "HexbeatSans-Regular.ttf",
        "HexbeatSans-SemiBold.ttf",
        "HexbeatSans-Bold.ttf",
    ]
    for file, weight in zip(files, (400, 600, 700), strict=True):
        with TTFont(file) as font:
            assert font["OS/2"].usWeightClass == weight
            assert font["name"].getBestFamilyName() == "Hexbeat Sans"
            names = {one.nameID: str(one) for one in font["name"].names}
            assert "Source" not in names[1] + names[4] + names[6]
            assert "Reserved Font Name" in names[0]
            assert "SIL Open Font License" in names[13]
            assert set(font.getBestCmap()) >= LETTERS


def test_files_stay_when_asked_again(tmp_path):
    files = paper_fonts(tmp_path)
    for file in files:
        os.utime(file, (1, 1))
    assert [file.stat().st_mtime for file in paper_fonts(tmp_path)] == [1, 1, 1]
    assert len({file.read_bytes() for file in files}) == 3
