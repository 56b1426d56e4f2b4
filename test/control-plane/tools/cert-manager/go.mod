// Only its CustomResourceDefinitions are read. What Toolforge runs.
module image-config-admission.test/cert-manager

go 1.24.0

require github.com/cert-manager/cert-manager v1.20.3
