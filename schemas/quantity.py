"""Numbers in words: how large, and how much more than last time."""


def size_text(size: int | None) -> str:
    """Bytes for people, in decimal units: `1.2 GB`; empty when unknown."""
    if size is None:
        return ""
    if size < 1000:
        return f"{size} B"
    tenths, unit = size * 10 // 1000, "KB"
    for larger in ("MB", "GB", "TB"):
        if tenths < 10_000:
            break
        tenths, unit = tenths // 1000, larger
    return f"{tenths // 10}.{tenths % 10} {unit}"


def change_text(now: int | None, then: int | None, sized: bool = False) -> str:
    """The change since last time, signed, with its share in percent; empty when either is unknown."""
    if now is None or then is None:
        return ""
    if now == then:
        return "持平"
    gap = abs(now - then)
    sign = "+" if now > then else "−"
    share = f"（{sign}{gap * 1000 // then / 10:.1f}%）" if then else ""
    return f"{sign}{size_text(gap) if sized else f'{gap:,}'}{share}"
