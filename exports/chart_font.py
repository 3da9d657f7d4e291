"""A font in which charts can write Chinese: the first that is installed, or none, and then the chart says so."""

FAMILIES = (
    "Noto Sans CJK SC",
    "Source Han Sans SC",
    "Microsoft YaHei",
    "SimHei",
    "PingFang SC",
    "WenQuanYi Micro Hei",
    "WenQuanYi Zen Hei",
    "Noto Sans CJK JP",
)
HOW = (
    "没有找到中文字体，图中的文字改用编码。安装后重试：Debian/Ubuntu 用 apt install fonts-noto-cjk；"
    "Windows 自带微软雅黑。"
)


def chinese_font(installed: set[str]) -> str | None:
    """The family to use.

    Args:
        installed: the names of the installed families, as matplotlib's font manager lists them.
    """
    return next((family for family in FAMILIES if family in installed), None)


def set_chinese_font() -> str | None:
    """Make matplotlib write in it; None, and a sentence on how to install one, when there is none."""
    from matplotlib import font_manager, rcParams

    family = chinese_font({font.name for font in font_manager.fontManager.ttflist})
    if family is None:
        print(HOW)
        return None
    rcParams["font.sans-serif"] = [family, "DejaVu Sans"]
    rcParams["axes.unicode_minus"] = False
    return family
