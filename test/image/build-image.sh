#!/usr/bin/env bash
# Builds the Dockerfile with buildah, without an engine, as the image `image-config-admission` in a new container storage. Prints
# the directory of that storage, which the caller removes. Needs root, buildah, debootstrap and util-linux.
#
# TEST_IMAGE_BASE names a base image as buildah does (docker.io/…, oci-archive:FILE). Without it this script makes one of Debian's packages
# and of this machine's node and npm, and caches it for the user. Packages come from the sources of this machine's apt and npm.
set -euo pipefail

readonly suite=bookworm
here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
cache="${XDG_CACHE_HOME:-$HOME/.cache}/image-config-admission/image"

main() {
  if [[ "${1:-}" != contained ]]; then
    check_needs
    # The end of this script, for any reason, ends all processes that it started, and removes its mounts.
    exec nice -n 10 unshare --mount --pid --fork --kill-child --mount-proc "${BASH_SOURCE[0]}" contained
  fi

  # The first process of a namespace receives only signals that it has a handler for.
  trap 'exit 143' TERM INT
  trap 'rm -rf "${work:-}" "${unfinished:-}"' EXIT
  mkdir -p "$cache"
  find "$cache" -mindepth 1 -maxdepth 1 -name '*.??????' -mmin +1440 -exec rm -rf {} +
  find "$cache" -mindepth 1 -maxdepth 1 -name 'base-*.tar' -mtime +30 -delete
  work="$(mktemp -d "$cache/work.XXXXXX")"

  local base="${TEST_IMAGE_BASE:-}"
  if [[ -z "$base" ]]; then
    local archive
    archive="$cache/base-$(fingerprint).tar"
    if [[ -e "$archive" ]]; then touch "$archive"; else make_base "$archive"; fi
    base="oci-archive:$archive"
  fi
  build "$base"
}

check_needs() {
  local program
  [[ "$(id -u)" == 0 ]] || fail 'unpacking and running an image needs root; run it with sudo.'
  for program in buildah debootstrap unshare node npm; do
    command -v "$program" >/dev/null || fail "there is no $program: apt-get install buildah debootstrap util-linux; node and npm are the project's own."
  done
}

# The content of the base. Debian's packages are those of the day of its build.
fingerprint() {
  { sha256sum <"$(node_program)"; npm --version; dpkg --print-architecture; cat "${BASH_SOURCE[0]}"; } | sha256sum | cut -c 1-12
}

make_base() {
  local started=$SECONDS root="$work/base" container mirror
  mirror="$(apt_mirror)"
  use_apt_proxy
  echo "Making a base image of Debian $suite and node $(node --version)" >&2
  debootstrap --variant=minbase "$suite" "$root" ${mirror:+"$mirror"} >"$work/debootstrap.log" 2>&1 || {
    tail -n 20 "$work/debootstrap.log" >&2
    fail 'debootstrap failed.'
  }
  rm -rf "$root"/var/cache/apt/* "$root"/var/lib/apt/lists/* "${root:?}"/dev/*
  add_node "$root"

  container="$(in_storage "$work" from scratch)"
  in_storage "$work" add --quiet "$container" "$root" / >/dev/null
  in_storage "$work" commit --quiet --rm "$container" "oci-archive:$work/base.tar" >/dev/null
  mv -f "$work/base.tar" "$1"
  echo "Made $1 in $((SECONDS - started)) s" >&2
}

# The same as in Docker's own node images.
add_node() {
  local npm
  npm="$(dirname "$(dirname "$(realpath "$(command -v npm)")")")"
  [[ -e "$npm/bin/npm-cli.js" && -d "$npm/node_modules" ]] || fail "$npm does not hold all of npm; install npm as nodejs.org ships it."
  cp "$(node_program)" "$1/usr/local/bin/node"
  mkdir -p "$1/usr/local/lib/node_modules"
  cp -R --preserve=mode,links "$npm" "$1/usr/local/lib/node_modules/npm"
  ln -s ../lib/node_modules/npm/bin/npm-cli.js "$1/usr/local/bin/npm"
  env -i PATH="$PATH" chroot "$1" npm --version >/dev/null || fail "node or npm of this machine does not run on Debian $suite."
}

node_program() { node -p process.execPath; }

# Empty when this machine's apt does not have the release: debootstrap knows Debian's address.
apt_mirror() {
  # shellcheck disable=SC2016 # apt fills it in
  apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' "Codename: $suite" 'Component: main' | head -n 1
}

use_apt_proxy() {
  local variables
  variables="$(apt-config shell http_proxy Acquire::http::Proxy https_proxy Acquire::https::Proxy)"
  [[ -z "$variables" ]] || eval "export ${variables//$'\n'/ }"
}

# A failure removes the storage with the other files. On success the caller gets it.
build() {
  local started=$SECONDS
  unfinished="$(mktemp -d "$cache/storage.XXXXXX")"
  npm_settings >"$work/npmrc"
  npm_authorities >"$work/npm-ca"
  [[ ! -s "$work/npm-ca" ]] || echo 'cafile=/run/secrets/npm-ca' >>"$work/npmrc"

  in_storage "$unfinished" build --isolation chroot --build-arg "BASE=$1" --tag image-config-admission \
    --secret "id=npmrc,src=$work/npmrc" --secret "id=npm-ca,src=$work/npm-ca" "$here/../.." >&2
  echo "Built the image in $((SECONDS - started)) s" >&2
  echo "$unfinished"
  unfinished=''
}

# The configuration by which npm reaches its registry here. buildah itself passes a proxy from the environment.
npm_settings() {
  npm --loglevel=error config get registry proxy https-proxy noproxy strict-ssl | grep -v '=\(null\)\?$'
  # Credentials, and registries of scopes.
  grep -hE '^(//|@)' "$(npm --loglevel=error config get userconfig)" "$(npm --loglevel=error config get globalconfig)" 2>/dev/null || true
}

# Empty when the certificates of node are enough.
npm_authorities() {
  local file
  file="$(npm --loglevel=error config get cafile)"
  if [[ "$file" != null ]]; then
    cat "$file"
  elif [[ -n "${NODE_EXTRA_CA_CERTS:-}" ]]; then
    node -p 'tls.rootCertificates.join("\n")'
    cat "$NODE_EXTRA_CA_CERTS"
  fi
}

# vfs copies whole trees, which is slow but works everywhere. Without the setting, temporary blobs would be in /var/tmp.
in_storage() {
  local storage="$1"
  shift
  TMPDIR="$work" buildah --storage-driver vfs --root "$storage/root" --runroot "$storage/run" "$@"
}

fail() {
  echo "build-image.sh: $*" >&2
  exit 1
}

# One line, so that an edit of this file during a build does not change the commands that follow.
main "$@"; exit
