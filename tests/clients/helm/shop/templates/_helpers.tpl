{{- define "shop.labels" -}}
{{ include "common.labels" . }}
app.kubernetes.io/component: web
{{- end }}
