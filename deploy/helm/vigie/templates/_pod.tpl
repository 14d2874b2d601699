{{/* The pod of a service: {root, service}. What is not a value here is the same for all: who it runs as, and how it is probed. */}}

{{- define "vigie.securityContext" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities: {drop: [ALL]}
{{- end }}

{{- define "vigie.podSecurityContext" -}}
runAsNonRoot: true
runAsUser: 10001
runAsGroup: 10001
fsGroup: 10001
fsGroupChangePolicy: OnRootMismatch
seccompProfile: {type: RuntimeDefault}
{{- end }}

{{- define "vigie.pod" -}}
{{- $own := get .root.Values .service -}}
metadata:
  labels:
    {{- include "vigie.serviceLabels" . | nindent 4 }}
    {{- with .root.Values.podLabels }}{{ toYaml . | nindent 4 }}{{ end }}
  annotations:
    checksum/configuration: {{ include "vigie.backendsFile" .root | sha256sum }}
spec:
  automountServiceAccountToken: false
  serviceAccountName: {{ include "vigie.fullname" .root }}
  terminationGracePeriodSeconds: {{ $own.terminationGracePeriodSeconds }}
  securityContext: {{- include "vigie.podSecurityContext" . | nindent 4 }}
  {{- with .root.Values.image.pullSecrets }}
  imagePullSecrets:
    {{- range . }}
    - name: {{ . }}
    {{- end }}
  {{- end }}
  {{- with $own.nodeSelector }}
  nodeSelector: {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with $own.tolerations }}
  tolerations: {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with $own.affinity }}
  affinity: {{- toYaml . | nindent 4 }}
  {{- end }}
  topologySpreadConstraints:
    {{- range $key, $when := dict "kubernetes.io/hostname" .root.Values.topologySpread.nodes "topology.kubernetes.io/zone" .root.Values.topologySpread.zones }}
    - maxSkew: 1
      topologyKey: {{ $key }}
      whenUnsatisfiable: {{ $when }}
      labelSelector:
        matchLabels: {{- include "vigie.serviceSelector" $ | nindent 10 }}
      matchLabelKeys: [pod-template-hash]
    {{- end }}
  containers:
    - name: {{ .service }}
      image: {{ include "vigie.image" . }}
      imagePullPolicy: {{ .root.Values.image.pullPolicy }}
      command: [python, -m, services.{{ .service }}]
      securityContext: {{- include "vigie.securityContext" . | nindent 8 }}
      env: {{- include "vigie.environment" . | nindent 8 }}
      ports:
        - {name: http, containerPort: {{ include "vigie.port" .service }}}
      {{- /* A start opens models and the database before it answers; what is alive is never restarted because a server is away. */}}
      startupProbe:
        httpGet: {path: /livez, port: http}
        periodSeconds: 5
        failureThreshold: 60
      livenessProbe:
        httpGet: {path: /livez, port: http}
        periodSeconds: 10
        timeoutSeconds: 5
        failureThreshold: 6
      readinessProbe:
        httpGet: {path: /readyz, port: http}
        periodSeconds: 5
        timeoutSeconds: 5
        failureThreshold: 2
      {{- if has .service (list "gateway" "web") }}
      {{- /* Whoever sends requests here hears of the end before it comes. */}}
      lifecycle:
        preStop:
          sleep: {seconds: 5}
      {{- end }}
      resources: {{- toYaml $own.resources | nindent 8 }}
      volumeMounts:
        {{- range include "vigie.volumes" . | fromYamlArray }}
        - {name: {{ .name }}, mountPath: {{ .path }}{{ if .readOnly }}, readOnly: true{{ end }}}
        {{- end }}
  volumes:
    {{- range include "vigie.volumes" . | fromYamlArray }}
    {{- if .volume }}
    - {{ set (deepCopy .volume) "name" .name | toJson }}
    {{- end }}
    {{- end }}
{{- end }}

{{/* Volumes of a service: [{name, path, readOnly, volume}]; without `volume` it is a claim of the StatefulSet. */}}
{{- define "vigie.volumes" -}}
{{- $values := .root.Values -}}
{{- $own := get $values .service -}}
{{- $worker := has .service (include "vigie.workers" . | fromYamlArray) -}}
- name: temporary
  path: /tmp
  volume: {emptyDir: {sizeLimit: {{ $own.temporary }}}}
{{- if ne .service "web" }}
{{- if and (not $values.objects.s3.url) $values.objects.claim }}
- name: objects
  path: /data/objects
  volume: {persistentVolumeClaim: {claimName: {{ $values.objects.claim }}}}
{{- end }}
{{- if $values.kafka.ca.secret }}
{{ include "vigie.secretVolume" (dict "name" "kafka" "secret" $values.kafka.ca) }}
{{- end }}
{{- if $values.events.key.secret }}
{{ include "vigie.secretVolume" (dict "name" "events" "secret" $values.events.key) }}
{{- end }}
{{ include "vigie.secretVolume" (dict "name" "grants" "secret" ($worker | ternary $values.grants.publicKeys $values.grants.privateKey)) }}
{{- end }}
{{- if has .service (list "gateway" "generator") }}
- name: backends
  path: /etc/vigie/backends
  readOnly: true
  volume: {configMap: {name: {{ include "vigie.fullname" .root }}-backends}}
{{- end }}
{{- if has .service (list "gateway" "web") }}
{{- if $values.identity.ca.secret }}
{{ include "vigie.secretVolume" (dict "name" "identity" "secret" $values.identity.ca) }}
{{- end }}
{{- if $values.database.ca.secret }}
{{ include "vigie.secretVolume" (dict "name" "database" "secret" $values.database.ca) }}
{{- end }}
{{- end }}
{{- if eq .service "embedder" }}
- name: models
  path: /data/models
  volume:
    {{- if $values.embedding.cache.claim }}
    persistentVolumeClaim: {claimName: {{ $values.embedding.cache.claim }}}
    {{- else }}
    emptyDir: {sizeLimit: {{ $values.embedding.cache.size }}}
    {{- end }}
{{- end }}
{{- if and (eq .service "retriever") (eq $values.index.kind "edge") }}
- name: index
  path: /data/index
{{- end }}
{{- end }}

{{- define "vigie.secretVolume" -}}
- name: {{ .name }}
  path: /etc/vigie/{{ .name }}
  readOnly: true
  volume: {secret: {secretName: {{ .secret.secret }}, defaultMode: 288, items: [{key: {{ .secret.key }}, path: {{ .secret.key }}}]}}
{{- end }}
