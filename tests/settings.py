"""The site's settings as tests need them: cheap passwords, mail in memory, and a database in a file.

SQLite's default for tests, one memory shared by all threads, answers "table is locked".
"""

import os

os.environ.setdefault("SECRET_KEY", "only-for-tests-" + "x" * 50)
os.environ.setdefault("HTTPS", "0")

from workchat_site.settings import *  # noqa: F403
from workchat_site.settings import DATA, DATABASE

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
if DATABASE["ENGINE"] == "django.db.backends.sqlite3":
    DATABASE["TEST"] = {"NAME": str(DATA / "tests.sqlite3")}
STATIC_ROOT = str(DATA / "static")
os.makedirs(STATIC_ROOT, exist_ok=True)  # WhiteNoise warns of one that isn't there
if "FAULTS" in os.environ:  # a server in which something goes wrong: tests/faults
    INSTALLED_APPS += ["tests.faults.hooks.Faults"]  # noqa: F405
