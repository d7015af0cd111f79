"""The secret key: from the environment, or generated once into the data folder, readable by its owner alone."""

import os
import secrets
from pathlib import Path


def data_folder() -> Path:
    """The folder of database, media and key: `WORKCHAT_DATA`, or `data` beside manage.py."""
    named = os.environ.get("WORKCHAT_DATA")
    return Path(named).resolve() if named else Path(__file__).resolve().parent.parent / "data"


def read_secret_key() -> str:
    """The key of `SECRET_KEY` or of the data folder; empty when there is none."""
    if key := os.environ.get("SECRET_KEY"):
        return key
    path = data_folder() / "secret_key"
    return path.read_text().strip() if path.exists() else ""


def ensure_secret_key() -> None:
    """Make the data folder and, where neither it nor the environment holds a key, a new key of 64 characters."""
    folder = data_folder()
    folder.mkdir(parents=True, exist_ok=True)
    if read_secret_key():
        return
    try:
        descriptor = os.open(folder / "secret_key", os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:  # another process of this server was first
        return
    with os.fdopen(descriptor, "w") as file:
        file.write(secrets.token_urlsafe(48) + "\n")
