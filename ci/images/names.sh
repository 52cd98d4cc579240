# What the image scripts agree on: sourced, not run.
# shellcheck shell=bash
# shellcheck disable=SC2034  # what sources this uses prefix

# Goes in front of every image name, to try the recipe without touching real tags.
prefix=${MIGRATION_REPLAY_IMAGE_PREFIX:-}

# The label of a stand-in; its value is the recipe it was built from.
label=migration-replay.stand-in

images_folder=$(dirname "${BASH_SOURCE[0]}")

# A hash of everything that decides what a stand-in is, except package versions.
recipe() {
    (cd "$images_folder" && cat Dockerfile build entrypoint finish) | sha256sum | cut -c 1-16
}

# missing, real (pulled, or somebody else's), current or outdated.
image_state() { # IMAGE RECIPE
    local of
    of=$(docker image inspect --format "{{ with .Config.Labels }}{{ index . \"$label\" }}{{ end }}" "$1" 2>/dev/null) || {
        echo missing
        return
    }
    case $of in
        '') echo real ;;
        "$2") echo current ;;
        *) echo outdated ;;
    esac
}
