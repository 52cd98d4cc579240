# Shared by the scripts in this folder: sourced, not run.
# shellcheck shell=bash

# One short line about what is being done.
say() { printf '%s: %s\n' "${0##*/}" "$*"; }

# Says what is wrong, and what to do, on standard error; then stops.
fail() {
    printf '%s: error: %s\n' "${0##*/}" "$1" >&2
    shift
    [ $# -eq 0 ] || printf '    %s\n' "$@" >&2
    exit 1
}

have() { command -v "$1" >/dev/null 2>&1; }

# Makes the virtual environment with what ci/requirements/NAME.txt names, unless it is there, and sets `venv`.
# The copy of the requirements is written last, so a half-made environment is remade.
python_venv() { # NAME
    local here requirements
    here=$(dirname "${BASH_SOURCE[0]}")
    requirements=$here/requirements/$1.txt
    venv=${CARGO_TARGET_DIR:-$here/../target}/ci-venv/$1
    mkdir -p "$(dirname "$venv")"
    # Tests that run side by side ask for the same one.
    exec 9>"$venv.lock"
    flock 9
    if ! { "$venv/bin/python" -c '' && cmp "$requirements" "$venv/requirements.txt"; } >/dev/null 2>&1; then
        say "installing what ci/requirements/$1.txt names"
        python3 -m venv --clear "$venv"
        "$venv/bin/pip" install --quiet --disable-pip-version-check -r "$requirements"
        cp "$requirements" "$venv/requirements.txt"
    fi
    exec 9>&-
}

is_root() { [ "$(id -u)" = 0 ]; }
has_sudo() { have sudo && sudo -n true 2>/dev/null; }

# Runs a command as root: directly, or through sudo where that asks no password.
as_root() {
    if is_root; then
        "$@"
    elif has_sudo; then
        sudo -n "$@"
    else
        fail "this needs root, and there is no sudo without a password. As root, run:" "$*"
    fi
}

# Installs Debian packages, without their recommendations. apt's own words are
# shown only when it fails.
apt_install() {
    have apt-get || fail "these have to be installed by hand, as there is no apt-get: $*"
    is_root || has_sudo || fail "packages are missing, and there is no sudo without a password. As root, run:" \
        "apt-get install --no-install-recommends $*"
    say "installing $*"
    local log failed=
    log=$(mktemp)
    {
        apt_update_once &&
            as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@"
    } >"$log" 2>&1 </dev/null || failed=yes
    [ -z "$failed" ] || tail -n 20 "$log" >&2
    rm -f "$log"
    [ -z "$failed" ] || fail "could not install: $*"
}

apt_is_updated=
apt_update_once() {
    [ -z "$apt_is_updated" ] || return 0
    as_root apt-get -qq update || return
    apt_is_updated=yes
}
