{{/* The environment of each process, a dict of name to {value} or {secret, key}; a `value` in the end wins over the chart's. */}}

{{- define "vigie.environment" -}}
{{- $own := get .root.Values (eq .service "topics" | ternary "topicsJob" .service) -}}
{{- $env := dict -}}
{{- range $part := splitList " " (get (dict
  "gateway" "kafka events objects telemetry backends gateway"
  "web" "web"
  "ingest" "kafka events objects telemetry worker"
  "embedder" "kafka events objects telemetry worker embedder"
  "retriever" "kafka events objects telemetry worker retriever"
  "generator" "kafka events objects telemetry worker backends"
  "topics" "kafka topics") .service) -}}
{{- $env = merge $env (include (printf "vigie.environment.%s" $part) $ | fromYaml) -}}
{{- end -}}
{{- range $name, $value := $own.env -}}
{{- $env = set $env $name (dict "value" $value) -}}
{{- end -}}
{{- range $name, $reference := $own.secretEnv -}}
{{- $env = set $env $name $reference -}}
{{- end -}}
{{- range $name, $entry := $env }}
- name: {{ $name }}
  {{- if $entry.secret }}
  valueFrom: {secretKeyRef: {name: {{ $entry.secret | quote }}, key: {{ $entry.key | quote }}}}
  {{- else }}
  value: {{ kindIs "string" $entry.value | ternary $entry.value (toJson $entry.value) | quote }}
  {{- end }}
{{- end -}}
{{- end }}

{{- define "vigie.environment.kafka" -}}
{{- $kafka := .root.Values.kafka -}}
VIGIE_KAFKA_BOOTSTRAP_SERVERS: {value: {{ $kafka.bootstrapServers | quote }}}
VIGIE_KAFKA_DECLARED_PARTITIONS: {value: {{ .root.Values.topics.partitions }}}
VIGIE_KAFKA_SECURITY_PROTOCOL: {value: {{ $kafka.securityProtocol }}}
VIGIE_KAFKA_GRACEFUL_TIMEOUT_S: {value: {{ $kafka.gracefulTimeoutSeconds }}}
{{- with $kafka.topicPrefix }}
VIGIE_KAFKA_TOPIC_PREFIX: {value: {{ . | quote }}}
{{- end }}
{{- if $kafka.ca.secret }}
VIGIE_KAFKA_SSL_CA_FILE: {value: /etc/vigie/kafka/{{ $kafka.ca.key }}}
{{- end }}
{{- with include "vigie.account" . | fromYaml }}
VIGIE_KAFKA_SASL_MECHANISM: {value: {{ $kafka.saslMechanism }}}
{{- if .username }}
VIGIE_KAFKA_SASL_USERNAME: {value: {{ .username }}}
{{- else }}
VIGIE_KAFKA_SASL_USERNAME: {secret: {{ .secret }}, key: {{ .usernameKey }}}
{{- end }}
VIGIE_KAFKA_SASL_PASSWORD: {secret: {{ .secret }}, key: {{ .passwordKey }}}
{{- end }}
{{- end }}

{{- define "vigie.environment.events" -}}
{{- $events := .root.Values.events -}}
{{- if $events.key.secret -}}
VIGIE_EVENTS_KEY_FILE: {value: /etc/vigie/events/{{ $events.key.key }}}
VIGIE_EVENTS_CHECK: {value: {{ $events.check }}}
{{- if kindIs "bool" $events.encrypt }}
VIGIE_EVENTS_ENCRYPT: {value: {{ $events.encrypt }}}
{{- end }}
{{- else -}}
{}
{{- end }}
{{- end }}

{{- define "vigie.environment.objects" -}}
{{- $objects := .root.Values.objects -}}
{{- if $objects.s3.url -}}
VIGIE_OBJECTS_S3_URL: {value: {{ $objects.s3.url | quote }}}
{{- with $objects.s3.endpoint }}
VIGIE_OBJECTS_S3_ENDPOINT: {value: {{ . | quote }}}
{{- end }}
{{- with $objects.s3.region }}
VIGIE_OBJECTS_S3_REGION: {value: {{ . | quote }}}
{{- end }}
{{- with $objects.s3.credentials }}{{ if .secret }}
VIGIE_OBJECTS_S3_ACCESS_KEY_ID: {secret: {{ .secret }}, key: {{ .accessKeyIdKey }}}
VIGIE_OBJECTS_S3_SECRET_ACCESS_KEY: {secret: {{ .secret }}, key: {{ .secretAccessKeyKey }}}
{{- end }}{{ end }}
{{- else -}}
VIGIE_OBJECTS_FOLDER: {value: /data/objects}
{{- end }}
{{- end }}

{{- define "vigie.environment.telemetry" -}}
{{- with .root.Values.telemetry -}}
VIGIE_TELEMETRY_LOG_LEVEL: {value: {{ .logLevel }}}
VIGIE_TELEMETRY_LOG_FORMAT: {value: {{ .logFormat }}}
{{- with .otlpEndpoint }}
VIGIE_TELEMETRY_OTLP_ENDPOINT: {value: {{ . | quote }}}
{{- end }}
{{- end }}
{{- end }}

{{- define "vigie.environment.worker" -}}
VIGIE_HTTP_HOST: {value: 0.0.0.0}
VIGIE_HTTP_PORT: {value: 8081}
VIGIE_GRANT_PUBLIC_KEY_FILE: {value: /etc/vigie/grants/{{ .root.Values.grants.publicKeys.key }}}
{{- end }}

{{- define "vigie.environment.backends" -}}
VIGIE_BACKENDS_FILE: {value: /etc/vigie/backends/backends.toml}
VIGIE_BACKENDS_DEFAULT: {value: {{ .root.Values.backends.default | quote }}}
{{- range $name, $reference := .root.Values.backends.keys }}
{{ $name }}: {secret: {{ $reference.secret }}, key: {{ $reference.key }}}
{{- end }}
{{- with .root.Values.vllm }}{{ if and .enabled .apiKey.secret }}
VLLM_API_KEY: {secret: {{ .apiKey.secret }}, key: {{ .apiKey.key }}}
{{- end }}{{ end }}
{{- end }}

{{- define "vigie.environment.gateway" -}}
{{- $values := .root.Values -}}
VIGIE_GATEWAY_HOST: {value: 0.0.0.0}
VIGIE_GATEWAY_PORT: {value: 8080}
VIGIE_GATEWAY_PUBLIC_URL: {value: {{ printf "https://%s" $values.hosts.api }}}
VIGIE_GATEWAY_ALLOWED_HOSTS: {value: {{ list $values.hosts.api (printf "%s-gateway" (include "vigie.fullname" .root)) | toJson | quote }}}
VIGIE_GATEWAY_DATABASE_URL: {secret: {{ $values.database.url.secret }}, key: {{ $values.database.url.key }}}
VIGIE_GATEWAY_DATABASE_POOL_SIZE: {value: {{ $values.database.poolSize }}}
{{- with $values.database.tls }}
VIGIE_GATEWAY_DATABASE_TLS: {value: {{ . }}}
{{- end }}
{{- if $values.database.ca.secret }}
VIGIE_GATEWAY_DATABASE_TLS_CA_FILE: {value: /etc/vigie/database/{{ $values.database.ca.key }}}
{{- end }}
VIGIE_GATEWAY_ISSUER: {value: {{ $values.identity.issuer | quote }}}
VIGIE_GATEWAY_JWKS_URL: {value: {{ printf "%s/protocol/openid-connect/certs" (default $values.identity.issuer $values.identity.insideUrl) }}}
{{- if $values.identity.ca.secret }}
VIGIE_GATEWAY_JWKS_CA_FILE: {value: /etc/vigie/identity/{{ $values.identity.ca.key }}}
{{- end }}
VIGIE_GATEWAY_CLIENTS: {value: {{ $values.identity.clients | toJson | quote }}}
VIGIE_GATEWAY_GRANT_PRIVATE_KEY_FILE: {value: /etc/vigie/grants/{{ $values.grants.privateKey.key }}}
VIGIE_GATEWAY_MAX_UPLOAD_BYTES: {value: {{ $values.uploads.maxBytes | int64 | toString | quote }}}
{{- with $values.identity.directory }}{{ if .enabled }}
VIGIE_GATEWAY_DIRECTORY_KEYCLOAK_REALM_URL: {value: {{ default $values.identity.issuer $values.identity.insideUrl | quote }}}
VIGIE_GATEWAY_DIRECTORY_CLIENT_SECRET: {secret: {{ .clientSecret.secret }}, key: {{ .clientSecret.key }}}
{{- if $values.identity.ca.secret }}
VIGIE_GATEWAY_DIRECTORY_CA_FILE: {value: /etc/vigie/identity/{{ $values.identity.ca.key }}}
{{- end }}
{{- end }}{{ end }}
{{- end }}

{{- define "vigie.environment.web" -}}
{{- $values := .root.Values -}}
VIGIE_WEB_HOST: {value: 0.0.0.0}
VIGIE_WEB_PORT: {value: 8090}
VIGIE_WEB_GATEWAY_URL: {value: {{ printf "http://%s-gateway:8080" (include "vigie.fullname" .root) }}}
VIGIE_WEB_PUBLIC_URL: {value: {{ printf "https://%s" $values.hosts.pages }}}
VIGIE_WEB_ALLOWED_HOSTS: {value: {{ list $values.hosts.pages (printf "%s-web" (include "vigie.fullname" .root)) | toJson | quote }}}
VIGIE_WEB_MAX_UPLOAD_BYTES: {value: {{ mulf $values.uploads.maxBytes 1.1 | int64 | toString | quote }}}
VIGIE_WEB_LOG_LEVEL: {value: {{ $values.telemetry.logLevel }}}
VIGIE_WEB_LOG_FORMAT: {value: {{ $values.telemetry.logFormat }}}
VIGIE_WEB_KEYCLOAK_ISSUER: {value: {{ $values.identity.issuer | quote }}}
{{- with $values.identity.insideUrl }}
VIGIE_WEB_KEYCLOAK_INSIDE_URL: {value: {{ . | quote }}}
{{- end }}
{{- if $values.identity.ca.secret }}
VIGIE_WEB_KEYCLOAK_CA_FILE: {value: /etc/vigie/identity/{{ $values.identity.ca.key }}}
{{- end }}
{{- with $values.identity.webClientSecret }}{{ if .secret }}
VIGIE_WEB_KEYCLOAK_CLIENT_SECRET: {secret: {{ .secret }}, key: {{ .key }}}
{{- end }}{{ end }}
VIGIE_WEB_SESSION_URL: {secret: {{ $values.database.url.secret }}, key: {{ $values.database.url.key }}}
{{- with $values.database.tls }}
VIGIE_WEB_SESSION_TLS: {value: {{ . }}}
{{- end }}
{{- if $values.database.ca.secret }}
VIGIE_WEB_SESSION_TLS_CA_FILE: {value: /etc/vigie/database/{{ $values.database.ca.key }}}
{{- end }}
{{- end }}

{{- define "vigie.environment.embedder" -}}
{{- $embedding := .root.Values.embedding -}}
VIGIE_EMBEDDER_MODEL_CACHE: {value: /data/models}
{{- with $embedding.backend }}
VIGIE_EMBEDDER_BACKEND: {value: {{ . | quote }}}
{{- end }}
{{- with $embedding.openaiHosts }}
VIGIE_EMBEDDER_OPENAI_HOSTS: {value: {{ toJson . | quote }}}
{{- end }}
{{- if $embedding.apiKey.secret }}
VIGIE_EMBEDDER_OPENAI_API_KEY: {secret: {{ $embedding.apiKey.secret }}, key: {{ $embedding.apiKey.key }}}
{{- end }}
{{- end }}

{{- define "vigie.environment.retriever" -}}
{{- with .root.Values.index -}}
VIGIE_RETRIEVER_INDEX: {value: {{ .kind }}}
{{- if eq .kind "edge" }}
VIGIE_RETRIEVER_FOLDER: {value: /data/index}
{{- else }}
VIGIE_RETRIEVER_QDRANT_LOCATION: {value: {{ .qdrant.url | quote }}}
VIGIE_RETRIEVER_QDRANT_COLLECTION: {value: {{ .qdrant.collection }}}
{{- if .qdrant.apiKey.secret }}
VIGIE_RETRIEVER_QDRANT_API_KEY: {secret: {{ .qdrant.apiKey.secret }}, key: {{ .qdrant.apiKey.key }}}
{{- end }}
{{- end }}
{{- end }}
{{- end }}

{{- define "vigie.environment.topics" -}}
{{- with .root.Values.topics -}}
VIGIE_TOPICS_PARTITIONS: {value: {{ .partitions }}}
VIGIE_TOPICS_REPLICATION: {value: {{ .replication }}}
VIGIE_TOPICS_MIN_INSYNC_REPLICAS: {value: {{ .minInsyncReplicas }}}
VIGIE_TOPICS_RETENTION_DAYS: {value: {{ .retentionDays }}}
VIGIE_TOPICS_QUESTION_RETENTION_DAYS: {value: {{ .questionRetentionDays }}}
VIGIE_TOPICS_DEAD_LETTER_RETENTION_DAYS: {value: {{ .deadLetterRetentionDays }}}
VIGIE_TOPICS_MAX_MESSAGE_BYTES: {value: {{ .maxMessageBytes | int64 | toString | quote }}}
{{- end }}
{{- end }}
