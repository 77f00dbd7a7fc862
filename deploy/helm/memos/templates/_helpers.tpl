{{- define "memos.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 50 | trimSuffix "-" -}}
{{- else -}}
{{- $name := default .Chart.Name .Values.nameOverride -}}
{{- if contains $name .Release.Name -}}
{{- .Release.Name | trunc 50 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name $name | trunc 50 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{- define "memos.selector" -}}
app.kubernetes.io/name: {{ default .Chart.Name .Values.nameOverride }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "memos.labels" -}}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version }}
{{ include "memos.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end -}}

{{- define "memos.serviceAccountName" -}}
{{- if .Values.serviceAccount.create -}}
{{- default (include "memos.fullname" .) .Values.serviceAccount.name -}}
{{- else -}}
{{- default "default" .Values.serviceAccount.name -}}
{{- end -}}
{{- end -}}

{{/* Something where the ledger is shared, nothing where it is a file. */}}
{{- define "memos.shared" -}}
{{- if .Values.ledger.existingSecret -}}shared{{- end -}}
{{- end -}}

{{/* What the pods of API nodes and workers have in common. */}}
{{- define "memos.pod" -}}
serviceAccountName: {{ include "memos.serviceAccountName" . }}
automountServiceAccountToken: false
{{- with .Values.imagePullSecrets }}
imagePullSecrets:
  {{- toYaml . | nindent 2 }}
{{- end }}
securityContext:
  runAsNonRoot: true
  runAsUser: 1000
  runAsGroup: 1000
  fsGroup: 1000
  fsGroupChangePolicy: OnRootMismatch
  seccompProfile:
    type: RuntimeDefault
# A store is closed, and a request is answered, well before this.
terminationGracePeriodSeconds: 60
{{- with .Values.nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.affinity }}
affinity:
  {{- toYaml . | nindent 2 }}
{{- end }}
volumes:
  - name: tmp
    emptyDir: {}
  - name: data
    {{- if include "memos.shared" . }}
    emptyDir:
      sizeLimit: {{ .Values.cache.sizeLimit }}
    {{- else }}
    persistentVolumeClaim:
      claimName: {{ default (include "memos.fullname" .) .Values.persistence.existingClaim }}
    {{- end }}
{{- end -}}

{{/* What the containers have in common. */}}
{{- define "memos.container" -}}
image: {{ printf "%s:%s" .Values.image.repository (default .Chart.AppVersion .Values.image.tag) | quote }}
imagePullPolicy: {{ .Values.image.pullPolicy }}
securityContext:
  allowPrivilegeEscalation: false
  readOnlyRootFilesystem: true
  capabilities:
    drop: [ALL]
env:
  - name: MEMOS_STORE
    value: /data
  {{- if include "memos.shared" . }}
  - name: MEMOS_LEDGER
    valueFrom:
      secretKeyRef:
        name: {{ .Values.ledger.existingSecret }}
        key: {{ .Values.ledger.key }}
  {{- end }}
  {{- if .Values.objects.url }}
  - name: MEMOS_OBJECTS
    value: {{ .Values.objects.url | quote }}
  {{- end }}
  {{- if .Values.objects.endpoint }}
  - name: AWS_ENDPOINT_URL_S3
    value: {{ .Values.objects.endpoint | quote }}
  {{- end }}
  {{- if .Values.objects.region }}
  - name: AWS_REGION
    value: {{ .Values.objects.region | quote }}
  {{- end }}
  {{- if .Values.vault.existingSecret }}
  - name: MEMOS_VAULT_KEY
    valueFrom:
      secretKeyRef:
        name: {{ .Values.vault.existingSecret }}
        key: {{ .Values.vault.key }}
  {{- end }}
  {{- range $name, $value := .Values.env }}
  - name: {{ $name }}
    value: {{ $value | quote }}
  {{- end }}
{{- if or .Values.objects.existingSecret .Values.envFrom }}
envFrom:
  {{- if .Values.objects.existingSecret }}
  - secretRef:
      name: {{ .Values.objects.existingSecret }}
  {{- end }}
  {{- with .Values.envFrom }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- end }}
volumeMounts:
  - name: data
    mountPath: /data
  - name: tmp
    mountPath: /tmp
{{- end -}}
