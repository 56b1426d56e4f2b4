{{/*
CEL for the matchConditions of the Pod webhooks. What the API server does with them decides their form:

- An error in a condition refuses the request where the failure policy is Fail, so nothing here may fail on a Pod that somebody can
  send. A list that is empty is absent; `containers` alone is null instead.
- An expression that costs over 1,000,000 units is an error. So what runs at every UPDATE is linear, and the comparison of each
  container with each is reached only when a container has changed: the removal of a Job's finalizer never pays for it.
*/}}

{{/* Every container of the Pod in the given variable. */}}
{{- define "image-config-admission.cel.containers" -}}
(
  ({{ . }}.spec.containers == null ? [] : {{ . }}.spec.containers) +
  {{ . }}.spec.?initContainers.orValue([]) +
  {{ . }}.spec.?ephemeralContainers.orValue([])
)
{{- end -}}

{{/* Images are all that may change of a container, so different lists have different images. */}}
{{- define "image-config-admission.cel.changes-a-container" -}}
request.operation == "CREATE" ||
object.spec.containers != oldObject.spec.containers ||
object.spec.?initContainers != oldObject.spec.?initContainers ||
object.spec.?ephemeralContainers != oldObject.spec.?ephemeralContainers
{{- end -}}

{{/*
A short name that is new: one that was left before, since the catalog does not know it, holds up nothing. `before` has what was there,
gathered once: looking for each container anew would cost the square of their number.
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

{{/* The label or an annotation of ours: added, changed or removed. The dot keeps out the annotations that admins write. */}}
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

{{/* It only shows what a kubelet runs anyway, from a file of its node. Nobody can make an ordinary Pod one: see the README. */}}
{{- define "image-config-admission.cel.is-no-mirror-pod" -}}
!("kubernetes.io/config.mirror" in object.metadata.?annotations.orValue({}))
{{- end -}}
