"""What a word processor demands of a file and python-docx does not check: the order of parts.

From the sequences of CT_PPrBase, CT_RPr, CT_TblPr and CT_TcPr (ECMA-376 part 1, annex A.1).
"""

from typing import Any

from docx.oxml.ns import qn

ORDERS = {
    "w:pPr": (
        "pStyle keepNext keepLines pageBreakBefore framePr widowControl numPr suppressLineNumbers "
        "pBdr shd tabs suppressAutoHyphens kinsoku wordWrap overflowPunct topLinePunct autoSpaceDE "
        "autoSpaceDN bidi adjustRightInd snapToGrid spacing ind contextualSpacing mirrorIndents "
        "suppressOverlap jc textDirection textAlignment textboxTightWrap outlineLvl divId cnfStyle "
        "rPr sectPr pPrChange"
    ),
    "w:rPr": (
        "rStyle rFonts b bCs i iCs caps smallCaps strike dstrike outline shadow emboss imprint "
        "noProof snapToGrid vanish webHidden color spacing w kern position sz szCs highlight u "
        "effect bdr shd fitText vertAlign rtl cs em lang eastAsianLayout specVanish oMath"
    ),
    "w:tblPr": (
        "tblStyle tblpPr tblOverlap bidiVisual tblStyleRowBandSize tblStyleColBandSize tblW jc "
        "tblCellSpacing tblInd tblBorders shd tblLayout tblCellMar tblLook tblCaption "
        "tblDescription"
    ),
    "w:tcPr": (
        "cnfStyle tcW gridSpan hMerge vMerge tcBorders shd noWrap tcMar textDirection tcFitText "
        "vAlign hideMark"
    ),
}


def out_of_order(document: Any) -> list[str]:
    """The parts of the text, the styles, heads and feet whose children stand in another order."""
    section = document.sections[0]
    roots = [
        *(document.element, document.styles.element, section.header._element),
        *(section.footer._element, section.first_page_footer._element),
    ]
    found = []
    for name, order in ORDERS.items():
        places = {qn(f"w:{child}"): place for place, child in enumerate(order.split())}
        for root in roots:
            for part in root.iter(qn(name)):
                given = [places[child.tag] for child in part]
                if given != sorted(set(given)):
                    found.append(f"{name}: {[child.tag.rpartition('}')[2] for child in part]}")
    return found
