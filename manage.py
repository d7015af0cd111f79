#!/usr/bin/env python3
"""WorkChat's commands: `manage.py serve`, `migrate`, `demo`, `post`, …"""

import os
import sys

from workchat_site.secret_key import ensure_secret_key


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "workchat_site.settings")
    if sys.argv[1:2] == ["serve"]:
        # Only the server makes a key: any other command on a wrong folder should say so, not start a second truth.
        ensure_secret_key()
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
