#!/usr/bin/env bash
# run-read-only.sh ROOT MOUNTED USER:GROUP DIRECTORY COMMAND…
#
# Runs a command on an image's root file system as Kubernetes runs ours, and stricter: as that user, without capabilities or new
# privileges, process 1 of its own, in a root where nothing at all can be written. /proc is its own, /dev is empty, MOUNTED is at /mnt.
# Its environment is what stands before COMMAND as NAME=VALUE. Whatever ends this script ends the command. Needs root.
set -euo pipefail

if [[ "$1" != contained ]]; then
  # Two process namespaces, one in the other. A process that changes its user is no longer told of its parent's death, as the command
  # does; but with the first process of the outer one all that are in it end.
  exec setpriv --pdeathsig KILL unshare --pid --fork --kill-child \
    unshare --mount --pid --fork "${BASH_SOURCE[0]}" contained "$@"
fi
root="$2" mounted="$3" user="$4" directory="$5"
shift 5

mount --bind "$root" "$root"
mount --bind "$mounted" "$root/mnt"
mount -t proc proc "$root/proc"
for place in "$root/mnt" "$root/proc" "$root"; do
  mount -o remount,bind,ro "$place"
done
exec setpriv --no-new-privs chroot --userspec="$user" --groups='' "$root" env -i --chdir="$directory" "$@"
