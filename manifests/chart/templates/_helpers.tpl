{{/*
A cluster has one catalog, so no name depends on the release: a second release fails instead of overwriting the first.
*/}}
{{- define "image-config-admission.labels" -}}
app.kubernetes.io/name: image-config-admission
app.kubernetes.io/part-of: toolforge
{{- end -}}

{{- define "image-config-admission.selector" -}}
app.kubernetes.io/name: image-config-admission
{{- end -}}

{{- define "image-config-admission.certificates-secret" -}}
image-config-admission-certificates
{{- end -}}

{{/* The clientConfig for one of our paths. It has no caBundle on purpose: the program or cert-manager writes it. */}}
{{- define "image-config-admission.client-config" -}}
service:
  namespace: {{ .namespace }}
  name: image-config-admission
  port: 443
  path: {{ .path }}
{{- end -}}

{{/* Selects the namespaces of tools. */}}
{{- define "image-config-admission.namespaces-of-tools" -}}
matchLabels:
  {{- toYaml .Values.podWebhooks.namespaceSelector.matchLabels | nindent 2 }}
# Our own Pods, and those of the cluster, must never wait for us, whatever labels their namespaces get.
matchExpressions:
  - key: kubernetes.io/metadata.name
    operator: NotIn
    values: [{{ .Release.Namespace }}, kube-system]
{{- end -}}

{{/* The same labels, as a selector. */}}
{{- define "image-config-admission.tool-selector" -}}
{{- $labels := list -}}
{{- range $key, $value := .Values.podWebhooks.namespaceSelector.matchLabels -}}
{{- $labels = append $labels (printf "%s=%s" $key $value) -}}
{{- end -}}
{{- join "," $labels -}}
{{- end -}}

{{/*
Values that may be absent: with helm upgrade --reuse-values they come from an earlier chart, which may lack them. values.schema.json
requires the other values.
*/}}

{{/* enforce, as text. */}}
{{- define "image-config-admission.enforce" -}}
{{ hasKey .Values "enforce" | ternary .Values.enforce true }}
{{- end -}}

{{/* A failure policy: pass the root and the value. In observe mode no request depends on us. */}}
{{- define "image-config-admission.failure-policy" -}}
{{ eq (include "image-config-admission.enforce" (first .)) "true" | ternary (last .) "Ignore" }}
{{- end -}}

{{/* podWebhooks.byUrl. */}}
{{- define "image-config-admission.pods-by-url" -}}
{{ .Values.podWebhooks.byUrl | default "facts" }}
{{- end -}}

{{/* clientCa.secretName. */}}
{{- define "image-config-admission.client-ca-secret" -}}
{{ dig "secretName" "" (.Values.clientCa | default dict) }}
{{- end -}}

{{/* topologySpread.whenUnsatisfiable. */}}
{{- define "image-config-admission.when-unsatisfiable" -}}
{{ dig "whenUnsatisfiable" "ScheduleAnyway" (.Values.topologySpread | default dict) }}
{{- end -}}

{{/* Whether a value of `monitoring` is true: pass the root and its name. */}}
{{- define "image-config-admission.monitors" -}}
{{- $root := first . -}}
{{- if dig (last .) false ($root.Values.monitoring | default dict) }}true{{ end -}}
{{- end -}}

{{/* The labels of objects for Prometheus Operator and Grafana. */}}
{{- define "image-config-admission.monitoring-labels" -}}
{{ include "image-config-admission.labels" . }}
{{- with dig "labels" dict (.Values.monitoring | default dict) }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{- define "image-config-admission.configuration-annotations" -}}
{{- if eq .Values.certificates.source "cert-manager" }}
  annotations:
    # The authority and not the serving certificate, since it does not change with each renewal. So no renewal opens a gap.
    cert-manager.io/inject-ca-from: {{ .Release.Namespace }}/image-config-admission-ca
{{- end }}
{{- end -}}

{{/* site.enabled. */}}
{{- define "image-config-admission.site" -}}
{{- if dig "enabled" false (.Values.site | default dict) }}true{{ end -}}
{{- end -}}

{{/* Other labels than those of the webhooks' Pods, which the Service of the webhooks selects. */}}
{{- define "image-config-admission.site-selector" -}}
app.kubernetes.io/name: image-config-admission-site
{{- end -}}

{{- define "image-config-admission.site-labels" -}}
{{ include "image-config-admission.site-selector" . }}
app.kubernetes.io/part-of: toolforge
{{- end -}}
