"""The tests' environment, in place before Django reads its settings: a plugin that pyproject.toml names.

The data folder is a new one that goes at the end. DATABASE_URL is taken as it is; REDIS_URL isn't, since the
workers would share its channels.
"""

import atexit
import os
import shutil
import tempfile

if "PYTEST_XDIST_WORKER" not in os.environ:  # workers share what their parent has set up
    os.environ.pop("REDIS_URL", None)
    folder = tempfile.mkdtemp(prefix="workchat-tests-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    os.environ |= {
        "DEBUG": "0",
        "DEMO": "0",
        "HTTPS": "0",
        "SECRET_KEY": "only-for-tests-" + "x" * 50,
        "WORKCHAT_DATA": folder,
    }
