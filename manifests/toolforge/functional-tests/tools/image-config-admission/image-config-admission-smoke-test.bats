#!/usr/bin/env bats
# bats file_tags=tools,image-config-admission,smoke

set -o nounset

setup() {
    load "../../global-common"
    _global_setup
}

# The image that a Pod with this one gets. Nothing is created.
image_of() {
    kubectl run "test-$RANDOM" --image="$1" --restart=Never --dry-run=server -o jsonpath='{.spec.containers[0].image}'
}

@test "a Pod with a name of the catalog gets its URL" {
    run image_of python3.11
    assert_success
    assert_output --regexp '^[^/]+/.*python311.*:latest$'
}

@test "a Pod with an alias gets the URL of its image" {
    run image_of tf-python39
    assert_success
    assert_output --regexp '^[^/]+/.*python39.*:latest$'
}

@test "a Pod with the URL of another registry is left alone" {
    run image_of "tools-harbor.wmcloud.org/tool-test/image:latest"
    assert_output --partial "tools-harbor.wmcloud.org/tool-test/image:latest"
}

@test "kubectl warns about a deprecated image" {
    url="$(image_of python3.7 2>/dev/null)"
    run kubectl create deployment "test-$RANDOM" --image="$url" --dry-run=server
    assert_success
    assert_output --partial "python3.7 is deprecated"
}

teardown() {
    _global_teardown
}
