"""Which messages fold: those that would fill the screen. The page shows their beginning, and a button for the rest."""

LINE = 110  # characters of a line at its widest; narrower screens fold no fewer
MOST = 22  # lines; static/css/fold.css shows 15 of a folded message, so that folding is worth it


def folds(body: str) -> bool:
    """Whether a message of this text has more than 22 lines where the page is wide."""
    if len(body) <= MOST:
        return False
    lines = body.splitlines()
    return sum(max(1, -(-len(line) // LINE)) if line.strip() else 0.5 for line in lines) > MOST
