{{/*
CEL for the matchConditions of the Pod webhooks. Two rules of the API server decide their form:

- An error in a condition rejects the request where the failure policy is Fail, so no expression may fail on any Pod that a client
  can send. An empty list is absent, except `containers`, which is null.
- An expression that costs over 1,000,000 units is an error. So the part that runs at every UPDATE is linear, and each container is
  compared with each other one only after a container has changed. The removal of a Job's finalizer never gets that far.
*/}}

{{/* All containers of the Pod in the given variable. */}}
{{- define "image-config-admission.cel.containers" -}}
(
  ({{ . }}.spec.containers == null ? [] : {{ . }}.spec.containers) +
  {{ . }}.spec.?initContainers.orValue([]) +
  {{ . }}.spec.?ephemeralContainers.orValue([])
)
{{- end -}}

{{/* A Pod may change no field of a container but the image, so different lists have different images. */}}
{{- define "image-config-admission.cel.changes-a-container" -}}
request.operation == "CREATE" ||
object.spec.containers != oldObject.spec.containers ||
object.spec.?initContainers != oldObject.spec.?initContainers ||
object.spec.?ephemeralContainers != oldObject.spec.?ephemeralContainers
{{- end -}}

{{/*
A container has a short name that it did not have before. An old short name, which the catalog does not list, must not block changes.
`before` has the old containers, gathered once: a search for each container would cost the square of their number.
*/}}
{{- define "image-config-admission.cel.asks-for-a-new-short-name" -}}
(
{{ include "image-config-admission.cel.changes-a-container" . | indent 2 }}
) && [
  request.operation == "CREATE" ? [] : {{ include "image-config-admission.cel.containers" "oldObject" | indent 2 | trim }}.map(c, c.name + " " + c.?image.orValue(""))
].exists(before, {{ include "image-config-admission.cel.containers" "object" }}.exists(c,
  c.?image.orValue("").matches("^[A-Za-z0-9][A-Za-z0-9._-]*(:latest)?$") && !(c.name + " " + c.image in before)
))
{{- end -}}

{{/* Our label or one of our annotations was added, changed or removed. The dot excludes the annotations that admins write. */}}
{{- define "image-config-admission.cel.changes-a-fact" -}}
object.metadata.?labels[?"image-config.toolforge.org/deprecated"] != oldObject.metadata.?labels[?"image-config.toolforge.org/deprecated"] ||
object.metadata.?annotations != oldObject.metadata.?annotations && (
  object.metadata.?annotations.orValue({}).exists(key,
    key.contains(".image-config.toolforge.org/") &&
    oldObject.metadata.?annotations[?key] != optional.of(object.metadata.annotations[key])
  ) ||
  oldObject.metadata.?annotations.orValue({}).exists(key,
    key.contains(".image-config.toolforge.org/") && !(key in object.metadata.?annotations.orValue({}))
  )
)
{{- end -}}

{{/* A mirror Pod only shows a Pod that a kubelet runs from a file of its node. No client can turn an ordinary Pod into one: see the README. */}}
{{- define "image-config-admission.cel.is-no-mirror-pod" -}}
!("kubernetes.io/config.mirror" in object.metadata.?annotations.orValue({}))
{{- end -}}
