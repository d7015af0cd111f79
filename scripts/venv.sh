#!/bin/sh
# Bring .venv in step with one lock: `scripts/venv.sh base` installs requirements/base.txt, unless it is installed.
# A copy of the lock is the stamp. It lies beside the packages, so that another Python version doesn't find it.
set -eu
cd "$(dirname "$0")/.."
python="${PYTHON:-python3}"
lock="requirements/$1.txt"

packages() {
    .venv/bin/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))' 2>/dev/null
}

make_venv() {
    if ! "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then
        echo "WorkChat needs Python 3.11 or newer. Name one that is: make PYTHON=python3.13 run" >&2
        exit 1
    elif "$python" -c 'import ensurepip; ensurepip.version()' 2>/dev/null; then
        "$python" -m venv --clear .venv
    elif "$python" -m pip --version >/dev/null 2>&1; then # a bare Debian: its own pip serves
        "$python" -m venv --clear --without-pip .venv
        touch .venv/without-pip
    else
        echo "This Python makes no virtual environments. Install the package python3-venv, then try again." >&2
        exit 1
    fi
}

pip() {
    if [ -e .venv/without-pip ]; then
        "$python" -m pip --python .venv/bin/python "$@"
    else
        .venv/bin/python -m pip "$@"
    fi
}

site=$(packages) || site=
if [ -n "$site" ] && cmp -s "$lock" "$site/installed-$1.txt"; then
    exit 0
fi
if [ -z "$site" ] || ! { [ -d "$site/pip" ] || [ -e .venv/without-pip ]; }; then
    make_venv
    site=$(packages)
fi
echo "Installing $lock into .venv: once, and again when the lock changes." >&2
pip install --disable-pip-version-check -qq --require-hashes -r "$lock"
pwd >"$site/workchat.pth" # so that .venv/bin/pytest finds its plugin, tests.environment
cp "$lock" "$site/installed-$1.txt"
