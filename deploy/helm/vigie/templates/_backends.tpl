{{/* backends.toml: those of the values, and the servers that the chart itself starts. */}}

{{- define "vigie.backends" -}}
{{- $list := deepCopy .Values.backends.list -}}
{{- with .Values.vllm }}{{ if .enabled -}}
{{- $vllm := dict "kind" "openai" "address" (printf "http://%s-vllm:8000/v1" (include "vigie.fullname" $)) "model" (default .model .servedName)
  "classes" .classes "context_tokens" .maxModelLen "slots" .slots -}}
{{- if .apiKey.secret }}{{ $vllm = set $vllm "api_key" "${VLLM_API_KEY}" }}{{ end -}}
{{- $list = set $list "vllm" $vllm -}}
{{- end }}{{ end -}}
{{- with .Values.ollama }}{{ if .enabled -}}
{{- $list = set $list "ollama" (dict "kind" "ollama" "address" (printf "http://%s-ollama:11434" (include "vigie.fullname" $)) "model" .model
  "classes" .classes "slots" .slots) -}}
{{- end }}{{ end -}}
{{- toYaml $list -}}
{{- end }}

{{- define "vigie.backendsFile" -}}
{{- range $name, $backend := include "vigie.backends" . | fromYaml }}
[backends.{{ toJson $name }}]
{{- range $key, $value := $backend }}
{{ $key }} = {{ include "vigie.toml" $value }}
{{- end }}
{{ end -}}
{{- end }}

{{/* A value of TOML. JSON's strings, booleans and lists are TOML's; whole numbers would be written as 3.2768e+04. */}}
{{- define "vigie.toml" -}}
{{- if kindIs "map" . -}}
{{- $pairs := list -}}
{{- range $key, $value := . }}{{ $pairs = append $pairs (printf "%s = %s" $key (include "vigie.toml" $value)) }}{{ end -}}
{ {{ join ", " $pairs }} }
{{- else if and (kindIs "float64" .) (eq (floor .) .) -}}
{{ int64 . }}
{{- else -}}
{{ toJson . }}
{{- end -}}
{{- end }}
