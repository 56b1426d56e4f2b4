{{/*
A cluster has one catalog, so nothing is named after the release: a second release fails instead of fighting with the first.
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

{{/* How the API server reaches a path of ours. caBundle is left out on purpose: whoever owns the certificates writes it. */}}
{{- define "image-config-admission.client-config" -}}
service:
  namespace: {{ .namespace }}
  name: image-config-admission
  port: 443
  path: {{ .path }}
{{- end -}}

{{/* Whose requests are judged: in the namespaces of tools. */}}
{{- define "image-config-admission.namespaces-of-tools" -}}
matchLabels:
  {{- toYaml .Values.podWebhooks.namespaceSelector.matchLabels | nindent 2 }}
# Our own Pods must never wait for us, nor the cluster's, whatever labels their namespaces get.
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

{{/* What Pods without a short name get. Values that were made for a chart before may have none. */}}
{{- define "image-config-admission.pods-by-url" -}}
{{ .Values.podWebhooks.byUrl | default "facts" }}
{{- end -}}

{{- define "image-config-admission.configuration-annotations" -}}
{{- if eq .Values.certificates.source "cert-manager" }}
  annotations:
    # The authority, not the serving certificate: it stays when that one is renewed, so no renewal opens a gap.
    cert-manager.io/inject-ca-from: {{ .Release.Namespace }}/image-config-admission-ca
{{- end }}
{{- end -}}
