{{/*
Checks that values.schema.json cannot express: values that are valid alone and wrong together. deployment.yaml includes them.
*/}}
{{- define "image-config-admission.checks" -}}
{{- if has .Release.Namespace (list "tf-public" "kube-system") }}
{{- fail (printf "the release needs a namespace of its own, such as image-config-admission, and not %s: it holds the key of the certificate authority, and no webhook may match it" .Release.Namespace) }}
{{- end }}
{{- $ours := list "catalog" "kubeconfig" "namespace" "service" "cert-dir" "client-ca" "secret" "lease" "validating-configuration" "mutating-configuration" "host" "tls-port" "ops-port" "drain-seconds" "tool-selector" "pods-by-url" "enforce" "example" }}
{{- $managed := list "ca-days" "certificate-days" "ca-overlap-seconds" }}
{{- range $setting, $_ := .Values.settings }}
{{- if has $setting $ours }}
{{- fail (printf "settings.%s: the chart sets this option itself, so that all objects agree; leave it out" $setting) }}
{{- end }}
{{- if and (has $setting $managed) (ne $.Values.certificates.source "managed") }}
{{- fail (printf "settings.%s is for managed certificates, and certificates.source is %s: use certificates.certManager instead" $setting $.Values.certificates.source) }}
{{- end }}
{{- end }}
{{- if and (eq (include "image-config-admission.pods-by-url" .) "skip") (eq (get .Values.settings "past-removal") "deny") }}
{{- fail "podWebhooks.byUrl is skip, so the webhooks do not receive Pods with an image URL, and settings.past-removal is deny, which rejects them past the removal date: set byUrl to facts, or past-removal to warn" }}
{{- end }}
{{- range $name, $validity := .Values.certificates.certManager }}
{{- if ge (trimSuffix "h" $validity.renewBefore | int) (trimSuffix "h" $validity.duration | int) }}
{{- fail (printf "certificates.certManager.%s: renewBefore (%s) has to be less than duration (%s)" $name $validity.renewBefore $validity.duration) }}
{{- end }}
{{- end }}
{{- with .Values.certificates.certManager }}
{{- if ge (trimSuffix "h" .serving.duration | int) (trimSuffix "h" .ca.renewBefore | int) }}
{{- fail (printf "certificates.certManager.ca.renewBefore (%s) has to be more than serving.duration (%s): a serving certificate would outlive the authority that signed it" .ca.renewBefore .serving.duration) }}
{{- end }}
{{- end }}
{{- end -}}
