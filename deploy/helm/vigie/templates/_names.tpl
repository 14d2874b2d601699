{{/* Names and labels. Every define takes the root context, or a dict with `root` and `service`. */}}

{{- define "vigie.fullname" -}}
{{- $name := default .Chart.Name .Values.nameOverride -}}
{{- default (contains $name .Release.Name | ternary .Release.Name (printf "%s-%s" .Release.Name $name)) .Values.fullnameOverride | trunc 45 | trimSuffix "-" -}}
{{- end }}

{{- define "vigie.selector" -}}
app.kubernetes.io/name: vigie
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "vigie.labels" -}}
{{ include "vigie.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version }}
{{- end }}

{{- define "vigie.serviceSelector" -}}
{{ include "vigie.selector" .root }}
app.kubernetes.io/component: {{ .service }}
{{- end }}

{{- define "vigie.serviceLabels" -}}
{{ include "vigie.labels" .root }}
app.kubernetes.io/component: {{ .service }}
{{- end }}

{{- define "vigie.image" -}}
{{- $image := .root.Values.image -}}
{{- $name := printf "%s-%s" $image.repository .service -}}
{{- if $image.registry }}{{ $name = printf "%s/%s" $image.registry $name }}{{ end -}}
{{- with get $image.digests .service -}}
{{ printf "%s@%s" $name . }}
{{- else -}}
{{ printf "%s:%s" $name (default .root.Chart.AppVersion $image.tag) }}
{{- end -}}
{{- end }}

{{- define "vigie.services" -}}
[gateway, web, ingest, embedder, retriever, generator]
{{- end }}

{{- define "vigie.workers" -}}
[ingest, embedder, retriever, generator]
{{- end }}

{{/* The port that a service answers probes on, and the gateway and the pages everything else. */}}
{{- define "vigie.port" -}}
{{ get (dict "gateway" 8080 "web" 8090) . | default 8081 }}
{{- end }}

{{/* The Secret with a process's account at Kafka: {secret, usernameKey, passwordKey, username}; empty where it has none. */}}
{{- define "vigie.account" -}}
{{- $kafka := .root.Values.kafka -}}
{{- if hasPrefix "SASL" $kafka.securityProtocol -}}
{{- $own := get $kafka.accounts .service -}}
{{- if $own -}}
{{- merge (deepCopy $own) (dict "usernameKey" "username" "passwordKey" "password") | toYaml -}}
{{- else if .root.Values.strimzi.users -}}
{{- $user := printf "%s-%s" (include "vigie.fullname" .root) .service -}}
{{- dict "secret" $user "passwordKey" "password" "username" $user | toYaml -}}
{{- else -}}
{{- $kafka.account | toYaml -}}
{{- end -}}
{{- end -}}
{{- end }}
