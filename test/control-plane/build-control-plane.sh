#!/usr/bin/env bash
# Builds missing programs of the test control plane, and prints their directory as its last line.
# README.md beside this file explains the variables.
set -euo pipefail

readonly servers=(kube-apiserver kube-controller-manager etcd)
here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
tools="$here/tools"

main() {
  if [[ -n "${KUBEBUILDER_ASSETS:-}" ]]; then
    use_given_programs "$KUBEBUILDER_ASSETS"
  else
    use_built_programs
  fi
}

use_given_programs() {
  local program
  for program in "${servers[@]}"; do
    [[ -x "$1/$program" ]] || fail "KUBEBUILDER_ASSETS is $1, and there is no $program in it. Put it there (setup-envtest brings no" \
      "kube-controller-manager; it must be of kube-apiserver's version), or unset KUBEBUILDER_ASSETS to have everything built."
  done
  for program in helm kubectl; do
    [[ -x "$1/$program" ]] || has "$program" || fail "there is no $program in KUBEBUILDER_ASSETS ($1) nor in PATH."
  done
  (cd "$1" && pwd)
}

use_built_programs() {
  local kubernetes version directory program missing=()
  kubernetes="$(kubernetes_module)"
  version="$(required "$kubernetes" k8s.io/kubernetes)"
  directory="${XDG_CACHE_HOME:-$HOME/.cache}/image-config-admission/control-plane/${version#v}-$(fingerprint "$kubernetes")"

  for program in "${servers[@]}" helm kubectl; do
    [[ "$program" == kubectl ]] && has kubectl && continue
    [[ -x "$directory/$program" ]] || missing+=("$program")
  done
  if ((${#missing[@]})); then
    has go || fail "the test control plane needs Go 1.24 or newer to build ${missing[*]}, and there is no go in PATH. Install Go, or" \
      "set KUBEBUILDER_ASSETS to a directory that holds kube-apiserver, kube-controller-manager, etcd, helm and kubectl."
    build "$directory" "$kubernetes" "${missing[@]}"
  fi
  echo "$directory"
}

# The module of the wanted Kubernetes. TEST_KUBERNETES_VERSION is like 1.32.11 or 1.32. Default: the version of Toolforge.
kubernetes_module() {
  local wanted="${TEST_KUBERNETES_VERSION:-}" module version offered=()
  wanted="${wanted#v}"
  [[ -n "$wanted" ]] || { echo "$tools/kubernetes" && return; }
  for module in "$tools"/kubernetes*; do
    version="$(required "$module" k8s.io/kubernetes)"
    [[ "$version." == "v$wanted."* ]] && echo "$module" && return
    offered+=("${version#v}")
  done
  fail "TEST_KUBERNETES_VERSION is $wanted, and there are modules only for: ${offered[*]}."
}

# A hash of everything that decides the content of the programs, except the Go release: a new Go does not lead to a new build.
fingerprint() {
  local file
  for file in "$1"/go.{mod,sum} "$tools"/{etcd,helm,kubectl}/go.{mod,sum}; do
    sha256sum <"$file"
  done | sha256sum | cut -c 1-12
}

# Each program is built in a temporary directory and renamed into its place: an interrupted build leaves no half-written program, and the
# next run continues where it ended. Two builds at once waste time and do no harm.
build() {
  local directory="$1" kubernetes="$2" program started=$SECONDS
  shift 2
  mkdir -p "$directory"
  find "$directory" -maxdepth 1 -name '.building.*' -mmin +1440 -exec rm -rf {} +
  unfinished="$(mktemp -d "$directory/.building.XXXXXX")"
  trap 'rm -rf "$unfinished"' EXIT

  for program in "$@"; do
    echo "Building $program into $directory" >&2
    compile "$program" "$kubernetes" "$unfinished/$program" >&2
    mv -f "$unfinished/$program" "$directory/$program"
  done
  echo "Built $* in $((SECONDS - started)) s" >&2
}

compile() {
  local program="$1" kubernetes="$2" output="$3"
  case "$program" in
    kube-*) go_build "$kubernetes" "k8s.io/kubernetes/cmd/$program" "$output" "$(kubernetes_stamp "$kubernetes")" ;;
    kubectl) go_build "$tools/kubectl" k8s.io/kubernetes/cmd/kubectl "$output" "$(kubernetes_stamp "$tools/kubectl")" ;;
    helm) go_build "$tools/helm" helm.sh/helm/v3/cmd/helm "$output" "$(helm_stamp "$tools/helm")" ;;
    etcd) go_build "$tools/etcd" go.etcd.io/etcd/server/v3 "$output" "" ;;
  esac
}

# Static, and without paths of this machine. GOFLAGS and a Go workspace of the developer must not change the modules. `nice`, because the
# build uses every core for minutes.
go_build() (
  cd "$1"
  GOFLAGS='' GOWORK=off CGO_ENABLED=0 nice -n 19 \
    go build -mod=readonly -buildvcs=false -trimpath -ldflags "-s -w $4" -o "$3" "$2"
)

# As Kubernetes' hack/lib/version.sh. Without it an API server reports v0.0.0-master, and helm and kubectl act on that version.
kubernetes_stamp() {
  local version major minor package
  version="$(required "$1" k8s.io/kubernetes)"
  IFS=. read -r major minor _ <<<"${version#v}"
  for package in k8s.io/component-base/version k8s.io/client-go/pkg/version; do
    echo -n "-X $package.gitVersion=$version -X $package.gitMajor=$major -X $package.gitMinor=$minor" \
      "-X $package.gitCommit=$(commit "$1" k8s.io/kubernetes "$version") -X $package.gitTreeState=archive "
  done
}

# As helm's Makefile. `helm template` takes the minor version of its client-go as that of the cluster, and 1.20 without this stamp.
helm_stamp() {
  local version major minor package
  version="$(required "$1" k8s.io/client-go)"
  IFS=. read -r major minor _ <<<"${version#v}"
  echo -n "-X helm.sh/helm/v3/internal/version.version=$(required "$1" helm.sh/helm/v3) "
  for package in helm.sh/helm/v3/pkg/lint/rules helm.sh/helm/v3/pkg/chartutil; do
    echo -n "-X $package.k8sVersionMajor=$((major + 1)) -X $package.k8sVersionMinor=$minor "
  done
}

# The version of a module in a go.mod, read without Go. In a replace line the second field is an arrow.
required() {
  awk -v module="$2" '{ sub(/^require /, "") } $1 == module && $2 ~ /^v/ { print $2; exit }' "$1/go.mod"
}

# The commit of the version's tag, as recorded by the module proxy; a mirror may not have it.
commit() {
  (cd "$1" && GOFLAGS='' GOWORK=off go list -m -f '{{with .Origin}}{{.Hash}}{{end}}' "$2@$3" 2>/dev/null) || true
}

has() { command -v "$1" >/dev/null; }

fail() {
  echo "build-control-plane.sh: $*" >&2
  exit 1
}

# On one line: an edit of this file during a build must not change what bash reads next.
main "$@"; exit
