using System.Text;

namespace Orch.Client.Bench;

/// <summary>A pod as a deployment makes it and a node agent reports it, 2 KB.</summary>
internal static class SamplePod
{
    public static byte[] Json(int index) => Encoding.UTF8.GetBytes(
        """
        {"apiVersion":"v1","kind":"Pod","metadata":{"name":"web-7c5ddbdf54-NUM","generateName":"web-7c5ddbdf54-","namespace":"default","uid":"6f1b2c3d-0000-4000-8000-0000000NUM","resourceVersion":"1NUM","creationTimestamp":"2026-01-01T00:00:00Z",
        "labels":{"app":"web","pod-template-hash":"7c5ddbdf54","tier":"front"},"ownerReferences":[{"apiVersion":"apps/v1","kind":"ReplicaSet","name":"web-7c5ddbdf54","uid":"aaaaaaaa-0000-4000-8000-000000000000","controller":true,"blockOwnerDeletion":true}]},
        "spec":{"nodeName":"node-NODE","restartPolicy":"Always","dnsPolicy":"ClusterFirst","serviceAccountName":"default","schedulerName":"default-scheduler","terminationGracePeriodSeconds":30,"securityContext":{},"enableServiceLinks":true,"priority":0,
        "containers":[{"name":"web","image":"registry.example.com/web:1.2.3","imagePullPolicy":"IfNotPresent","ports":[{"containerPort":8080,"protocol":"TCP"}],"env":[{"name":"A","value":"1"},{"name":"B","value":"2"}],
        "resources":{"requests":{"cpu":"100m","memory":"128Mi"},"limits":{"cpu":"500m","memory":"256Mi"}},"volumeMounts":[{"name":"token","mountPath":"/var/run/secrets/kubernetes.io/serviceaccount","readOnly":true}],
        "readinessProbe":{"httpGet":{"path":"/ready","port":8080,"scheme":"HTTP"},"periodSeconds":10,"timeoutSeconds":1,"successThreshold":1,"failureThreshold":3},"terminationMessagePath":"/dev/termination-log","terminationMessagePolicy":"File"}],
        "tolerations":[{"key":"node.kubernetes.io/not-ready","operator":"Exists","effect":"NoExecute","tolerationSeconds":300}],
        "volumes":[{"name":"token","projected":{"defaultMode":420,"sources":[{"serviceAccountToken":{"path":"token","expirationSeconds":3607}}]}}]},
        "status":{"phase":"Running","podIP":"10.244.1.7","podIPs":[{"ip":"10.244.1.7"}],"hostIP":"10.0.0.7","qosClass":"Burstable","startTime":"2026-01-01T00:00:01Z",
        "conditions":[{"type":"Ready","status":"True","lastTransitionTime":"2026-01-01T00:00:03Z"},{"type":"PodScheduled","status":"True","lastTransitionTime":"2026-01-01T00:00:00Z"}],
        "containerStatuses":[{"name":"web","ready":true,"restartCount":0,"image":"registry.example.com/web:1.2.3","imageID":"sha256:abc","containerID":"docker://abc","started":true,"state":{"running":{"startedAt":"2026-01-01T00:00:02Z"}}}]}}
        """.Replace("NUM", index.ToString("d5", null), StringComparison.Ordinal).Replace("NODE", (index % 50).ToString("d2", null), StringComparison.Ordinal));
}
