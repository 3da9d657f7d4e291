"""What is wrong with a text that could not be typed."""


def explain(value: str, kind: str) -> str:
    """What should stand there instead, in Chinese."""
    return f"应为{kind}"
