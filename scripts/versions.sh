#!/usr/bin/env bash
# Runs the tests with other releases of Node, helm and Kubernetes, one after another, and prints the rows of a table with the results.
# NODE_VERSIONS, HELM_VERSIONS and KUBERNETES_VERSIONS are lists; an empty one runs none. All of it takes two hours on 2 cores.
set -uo pipefail
cd "$(dirname "$0")/.." || exit 1

readonly nodes=${NODE_VERSIONS-20 22 24 26}
readonly helms=${HELM_VERSIONS-3 4}
readonly clusters=${KUBERNETES_VERSIONS-1.32 1.37}

programs=$(mktemp -d)
trap 'rm -rf "$programs"' EXIT
rows=()

# The release, the files of tests, and a command that ends with the summary of vitest.
run() {
  local release=$1 tests=$2 log="$programs/log"
  shift 2
  printf '\n== %s: %s\n' "$release" "$tests" >&2
  NO_COLOR=1 "$@" 2>&1 | tee "$log" >&2
  rows+=("| $release | $tests | $(sed -nE 's/^ +Tests +//p' "$log" | tail -1) | $(date +%F) |")
}

with_node() {
  npm install --silent --no-save --no-fund --no-audit --prefix "$programs/node" "node@$1" || exit 1
  local directory="$programs/node/node_modules/.bin"
  PATH="$directory:$PATH" run "Node $("$directory/node" -p process.versions.node)" 'unit tests' npx vitest run --project unit
}

with_helm() {
  local module=test/control-plane/tools/helm
  [ "$1" = 3 ] || module+="-$1"
  (cd "$module" && GOWORK=off CGO_ENABLED=0 go build -trimpath -o "$programs/helm" "helm.sh/helm/v$1/cmd/helm") || exit 1
  local release
  release="helm $(awk -v module="helm.sh/helm/v$1" '$1 == module { print substr($2, 2) }' "$module/go.mod")"
  HELM="$programs/helm" run "$release" 'of the chart' npx vitest run --project unit test/manifests
  HELM="$programs/helm" run "$release" 'install, upgrade and uninstall' \
    npx vitest run --project control-plane test/control-plane/network/service.test.ts
}

with_kubernetes() {
  TEST_KUBERNETES_VERSION=$1 run "Kubernetes $1" 'control plane' npx vitest run --project control-plane
}

npm run --silent build || exit 1
for version in $nodes; do with_node "$version"; done
for version in $helms; do with_helm "$version"; done
for version in $clusters; do with_kubernetes "$version"; done
printf '\n| release | tests | result | day |\n|---|---|---|---|\n'
printf '%s\n' "${rows[@]}"
