#!/usr/bin/env bats
# bats file_tags=admin,image-config-admission,smoke

set -o nounset

setup() {
    load "../../global-common"
    _global_setup
}

# In observe mode the edit passes, and the same text is a warning.
@test "a bad edit of the catalog is refused, or warned about in observe mode" {
    run bash -c "kubectl get configmap image-config --namespace tf-public -o yaml \
        | sed 's/state: stable/state: stabel/' \
        | kubectl replace --dry-run=server -f -"
    assert_output --partial "unknown-value"
    assert_output --partial "did you mean stable?"
}

@test "an edit that changes nothing passes" {
    run bash -c "kubectl get configmap image-config --namespace tf-public -o yaml | kubectl replace --dry-run=server -f -"
    assert_success
}

teardown() {
    _global_teardown
}
