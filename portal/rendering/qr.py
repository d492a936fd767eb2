"""QR codes: an address that a phone opens from paper."""

from io import BytesIO

# Paper is folded, stamped and wet: a quarter of the code may be lost.
_ERROR_CORRECTION = "q"
_QUIET_ZONE = 4  # modules, as the standard asks for


def qr_svg(text: str) -> str:
    """`text` as a QR code in black on white, an SVG of its own that scales."""
    import segno

    code = segno.make(text, error=_ERROR_CORRECTION, micro=False, boost_error=False)
    svg = BytesIO()
    code.save(svg, kind="svg", xmldecl=False, border=_QUIET_ZONE, light="#fff", nl=False)
    return svg.getvalue().decode()
