{{/* What contradicts itself, and no schema can tell: refused with a sentence that names the key. */}}

{{- define "vigie.check" -}}
{{- $values := .Values -}}
{{- include "vigie.check.clear" (dict "path" list "value" .Values) -}}
{{- range $key, $value := dict "kafka.bootstrapServers" .Values.kafka.bootstrapServers "identity.issuer" .Values.identity.issuer
  "hosts.pages" .Values.hosts.pages "hosts.api" .Values.hosts.api -}}
{{- if not $value }}{{ fail (printf "%s must be given: README.md of the chart says what it is" $key) }}{{ end -}}
{{- end -}}
{{- if eq .Values.hosts.pages .Values.hosts.api }}{{ fail "hosts.pages and hosts.api must be two names: the pages and the API have a door each" }}{{ end -}}

{{- if and .Values.objects.s3.url .Values.objects.claim }}{{ fail "objects.s3.url and objects.claim exclude each other: objects lie in a bucket or on a volume" }}{{ end -}}
{{- if not (or .Values.objects.s3.url .Values.objects.claim) }}{{ fail "objects.s3.url or objects.claim must say where files and passages lie" }}{{ end -}}

{{- if and (eq .Values.index.kind "qdrant") (not .Values.index.qdrant.url) }}{{ fail "index.qdrant.url must name the Qdrant server, or index.kind be edge" }}{{ end -}}
{{- if and (eq .Values.index.kind "edge") (or (gt (int .Values.retriever.replicas) 1) .Values.retriever.keda.enabled .Values.retriever.hpa.enabled) -}}
{{- fail "index.kind edge has its files on one retriever: retriever.replicas must be 1, without retriever.keda and retriever.hpa" -}}
{{- end -}}

{{- if and .Values.ingress.enabled .Values.gatewayApi.enabled }}{{ fail "ingress.enabled and gatewayApi.enabled exclude each other" }}{{ end -}}
{{- if and .Values.gatewayApi.enabled (not .Values.gatewayApi.parentRefs) }}{{ fail "gatewayApi.parentRefs must name the Gateway" }}{{ end -}}

{{- include "vigie.check.kafka" . -}}
{{- include "vigie.check.models" . -}}
{{- range $service := include "vigie.services" . | fromYamlArray }}{{ include "vigie.check.service" (dict "root" $ "service" $service) }}{{ end -}}
{{- include "vigie.check.environment" (dict "root" . "service" "topics" "key" "topicsJob") -}}
{{- end }}

{{/* No value is a secret in clear, whatever its key: an address with a password or with a key in its query, a private key, a token
whose form is known. What the schema refuses it also tells, so it leaves these to here, where the key alone is told. */}}
{{- define "vigie.check.clear" -}}
{{- $path := .path -}}
{{- if kindIs "map" .value -}}
{{- range $key, $value := .value }}{{ include "vigie.check.clear" (dict "path" (append $path $key) "value" $value) }}{{ end -}}
{{- else if kindIs "slice" .value -}}
{{- range $index, $value := .value }}{{ include "vigie.check.clear" (dict "path" (append $path (toString $index)) "value" $value) }}{{ end -}}
{{- else if kindIs "string" .value -}}
{{- range $form := list
  "://[^/?#\\s]*@"
  "(?i)[?&]([a-z]+[-_])?(key|token|password|secret|signature|sig)="
  "-----BEGIN [A-Z ]*PRIVATE KEY"
  "(?i)\\b(bearer|basic) [a-z0-9+/=._~-]{8,}"
  "\\b(sk-|hf_|gh[pousr]_|github_pat_|glpat-|xox[abprs]-|AKIA|eyJ)[A-Za-z0-9_.-]{12,}" -}}
{{- if regexMatch $form $.value }}{{ fail (printf "%s holds a secret in clear: no value of this chart may, name a Secret" (join "." $path)) }}{{ end -}}
{{- end -}}
{{- end -}}
{{- end }}

{{- define "vigie.check.kafka" -}}
{{- $kafka := .Values.kafka -}}
{{- $topics := .Values.topics -}}
{{- if and $topics.apply .Values.strimzi.topics }}{{ fail "topics.apply and strimzi.topics exclude each other: a Job or Strimzi declares the topics" }}{{ end -}}
{{- if gt (int $topics.minInsyncReplicas) (int $topics.replication) }}{{ fail (printf "topics.minInsyncReplicas (%d) is above topics.replication (%d): nothing could be written" (int $topics.minInsyncReplicas) (int $topics.replication)) }}{{ end -}}
{{- if and (or .Values.strimzi.topics .Values.strimzi.users) (not .Values.strimzi.cluster) }}{{ fail "strimzi.cluster must name the Kafka resource" }}{{ end -}}
{{- $sasl := hasPrefix "SASL" $kafka.securityProtocol -}}
{{- if .Values.strimzi.users -}}
{{- if not $sasl }}{{ fail (printf "strimzi.users needs kafka.securityProtocol SASL_SSL or SASL_PLAINTEXT, and it is %s" $kafka.securityProtocol) }}{{ end -}}
{{- if ne $kafka.saslMechanism "SCRAM-SHA-512" }}{{ fail (printf "strimzi.users needs kafka.saslMechanism SCRAM-SHA-512, and it is %s" $kafka.saslMechanism) }}{{ end -}}
{{- if $kafka.account.secret }}{{ fail "strimzi.users and kafka.account.secret exclude each other: each service has its own account" }}{{ end -}}
{{- if and .Values.strimzi.namespace (ne .Values.strimzi.namespace .Release.Namespace) }}{{ range $service := list "gateway" "ingest" "embedder" "retriever" "generator" -}}
{{- if not (get $kafka.accounts $service) }}{{ fail (printf "strimzi.namespace is not the release's, where Strimzi's secrets cannot be read: kafka.accounts.%s must name a copy" $service) }}{{ end -}}
{{- end }}{{ end -}}
{{- if $topics.apply }}{{ fail "strimzi.users needs strimzi.topics instead of topics.apply: the Job would run before its account is there" }}{{ end -}}
{{- else if and $sasl (not $kafka.account.secret) -}}
{{- range $service := concat (list "gateway" "ingest" "embedder" "retriever" "generator") ($topics.apply | ternary (list "topics") list) -}}
{{- if not (get $kafka.accounts $service) }}{{ fail (printf "kafka.securityProtocol %s needs kafka.account.secret, or kafka.accounts.%s" $kafka.securityProtocol $service) }}{{ end -}}
{{- end -}}
{{- end -}}
{{- if and (not $sasl) (or $kafka.account.secret $kafka.accounts) }}{{ fail (printf "kafka.account and kafka.accounts need kafka.securityProtocol SASL_SSL or SASL_PLAINTEXT, and it is %s" $kafka.securityProtocol) }}{{ end -}}
{{- if and .Values.events.encrypt (not .Values.events.key.secret) }}{{ fail "events.encrypt needs events.key.secret" }}{{ end -}}
{{- range $service := include "vigie.workers" . | fromYamlArray -}}
{{- if and $sasl (get $.Values $service).keda.enabled (not (get $kafka.accounts "keda")) (not $kafka.account.secret) -}}
{{- fail (printf "%s.keda.enabled needs kafka.accounts.keda: KEDA reads the account's name from a Secret too" $service) -}}
{{- end -}}
{{- end -}}
{{- end }}

{{- define "vigie.check.models" -}}
{{- $generators := .Values.generator.keda.enabled | ternary .Values.generator.keda.maxReplicas (.Values.generator.hpa.enabled | ternary .Values.generator.hpa.maxReplicas .Values.generator.replicas) | int -}}
{{- with .Values.vllm }}{{ if .enabled -}}
{{- if not .model }}{{ fail "vllm.model must name the model" }}{{ end -}}
{{- if gt (mul (int .slots) $generators) (int .maxNumSeqs) }}{{ fail (printf "vllm.slots (%d) times %d generators is above vllm.maxNumSeqs (%d): answers would wait in vLLM past their time-outs" (int .slots) $generators (int .maxNumSeqs)) }}{{ end -}}
{{- range $index, $argument := .args -}}
{{- if regexMatch "(?i)^--?(api[-_]?k|hf[-_]?t|([a-z0-9]+[-_])*(key|token|password|passphrase|secret)(=|$))" $argument }}{{ fail (printf "vllm.args.%d would be a secret in clear: vllm.apiKey and vllm.hubToken name Secrets" $index) }}{{ end -}}
{{- end -}}
{{- if hasKey $.Values.backends.list "vllm" }}{{ fail "backends.list.vllm and vllm.enabled exclude each other" }}{{ end -}}
{{- end }}{{ end -}}
{{- with .Values.ollama }}{{ if .enabled -}}
{{- if not .model }}{{ fail "ollama.model must name the model" }}{{ end -}}
{{- if gt (mul (int .slots) $generators) (int .parallel) }}{{ fail (printf "ollama.slots (%d) times %d generators is above ollama.parallel (%d)" (int .slots) $generators (int .parallel)) }}{{ end -}}
{{- if hasKey $.Values.backends.list "ollama" }}{{ fail "backends.list.ollama and ollama.enabled exclude each other" }}{{ end -}}
{{- end }}{{ end -}}
{{- $names := append (include "vigie.backends" . | fromYaml | keys) "extractive" -}}
{{- if not (has .Values.backends.default $names) }}{{ fail (printf "backends.default (%s) is none of %s" .Values.backends.default ($names | sortAlpha | join ", ")) }}{{ end -}}
{{- range $name, $backend := .Values.backends.list -}}
{{- if contains "?" $backend.address }}{{ fail (printf "backends.list.%s.address takes no query" $name) }}{{ end -}}
{{- with $backend.api_key }}{{ if not (regexMatch "^\\$\\{[A-Za-z_][A-Za-z0-9_]*\\}$" .) }}{{ fail (printf "backends.list.%s.api_key is a secret in clear: write ${NAME} and name its Secret in backends.keys.NAME" $name) }}{{ end -}}
{{- $key := regexFind "[A-Za-z_][A-Za-z0-9_]*" . }}{{ if not (hasKey $.Values.backends.keys $key) }}{{ fail (printf "backends.keys.%s must name the Secret that backends.list.%s.api_key stands for" $key $name) }}{{ end }}{{ end -}}
{{- end -}}
{{- end }}

{{- define "vigie.check.service" -}}
{{- $own := get .root.Values .service -}}
{{- $partitions := int .root.Values.topics.partitions -}}
{{- $keda := dig "keda" "enabled" false $own -}}
{{- if and $own.hpa.enabled $keda }}{{ fail (printf "%s.hpa.enabled and %s.keda.enabled exclude each other: two would turn the same number" .service .service) }}{{ end -}}
{{- range $kind := list "hpa" "keda" }}{{ with get $own $kind }}{{ if .enabled -}}
{{- if gt (int .minReplicas) (int .maxReplicas) }}{{ fail (printf "%s.%s.minReplicas (%d) is above its maxReplicas (%d)" $.service $kind (int .minReplicas) (int .maxReplicas)) }}{{ end -}}
{{- end }}{{ end }}{{ end -}}
{{- if has .service (include "vigie.workers" . | fromYamlArray) -}}
{{- range $key, $count := dict "replicas" $own.replicas "hpa.maxReplicas" ($own.hpa.enabled | ternary $own.hpa.maxReplicas 0) "keda.maxReplicas" ($keda | ternary $own.keda.maxReplicas 0) -}}
{{- if gt (int $count) $partitions }}{{ fail (printf "%s.%s (%d) is above topics.partitions (%d): the others would have nothing to do" $.service $key (int $count) $partitions) }}{{ end -}}
{{- end -}}
{{- end -}}
{{- $least := add (int .root.Values.kafka.gracefulTimeoutSeconds) 15 -}}
{{- if eq .service "web" }}{{ $least = 20 }}{{ end -}}
{{- if lt (int $own.terminationGracePeriodSeconds) (int $least) }}{{ fail (printf "%s.terminationGracePeriodSeconds (%d) must be %d at least: kafka.gracefulTimeoutSeconds, and what open requests get" .service (int $own.terminationGracePeriodSeconds) (int $least)) }}{{ end -}}
{{- include "vigie.check.environment" (dict "root" .root "service" .service "key" .service) -}}
{{- end }}

{{- define "vigie.check.environment" -}}
{{- $own := get .root.Values .key -}}
{{- $known := get (.root.Files.Get "files/settings.json" | fromJson) .service -}}
{{- range $name, $value := $own.env -}}
{{- if and (hasPrefix "VIGIE_" $name) (not (has $name $known.variables)) }}{{ fail (printf "%s.env.%s is no setting of this service (docs/settings.md)" $.key $name) }}{{ end -}}
{{- if or (has $name $known.secrets) (regexMatch "(PASSWORD|SECRET|TOKEN|API_KEY|_HEADERS)$" $name) }}{{ fail (printf "%s.env.%s would be a secret in clear: name a Secret in %s.secretEnv.%s" $.key $name $.key $name) }}{{ end -}}
{{- end -}}
{{- range $name, $_ := $own.secretEnv -}}
{{- if and (hasPrefix "VIGIE_" $name) (not (has $name $known.variables)) }}{{ fail (printf "%s.secretEnv.%s is no setting of this service (docs/settings.md)" $.key $name) }}{{ end -}}
{{- end -}}
{{- end }}
