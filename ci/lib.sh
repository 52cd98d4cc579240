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
