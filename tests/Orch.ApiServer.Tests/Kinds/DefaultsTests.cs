using k8s;
using k8s.Models;
using Orch.Testing.Snapshots;

namespace Orch.ApiServer.Tests.Kinds;

/// <summary>What is stored when a manifest says little.</summary>
public sealed class DefaultsTests
{
    [Fact]
    public Task Pod_Plain() => Stored<V1Pod>(
        """
        apiVersion: v1
        kind: Pod
        metadata: {name: web, namespace: default}
        spec:
          containers:
          - {name: web, image: nginx}
        """);

    [Fact]
    public Task Pod_WithEveryDefaultedPart() => Stored<V1Pod>(
        """
        apiVersion: v1
        kind: Pod
        metadata: {name: web, namespace: default}
        spec:
          hostNetwork: true
          serviceAccount: web
          initContainers:
          - {name: init, image: "registry:5000/init"}
          containers:
          - name: web
            image: "nginx:1.27"
            stdin: false
            ports: [{containerPort: 80}]
            env:
            - {name: IP, valueFrom: {fieldRef: {fieldPath: status.podIP}}}
            - {name: CPU, valueFrom: {resourceFieldRef: {resource: limits.cpu}}}
            resources: {limits: {cpu: 0.0001, memory: 64Mi}}
            readinessProbe: {httpGet: {port: 80}}
            livenessProbe: {grpc: {port: 81}}
            lifecycle: {preStop: {httpGet: {port: 80, path: /stop}}}
          volumes:
          - {name: scratch}
          - {name: host, hostPath: {path: /tmp}}
          - {name: settings, configMap: {name: settings}}
          - {name: keys, secret: {secretName: keys}}
          - name: me
            downwardAPI: {items: [{path: labels, fieldRef: {fieldPath: metadata.labels}}]}
          - name: token
            projected: {sources: [{serviceAccountToken: {path: token}}]}
        """);

    [Fact]
    public Task Deployment_Plain() => Stored<V1Deployment>(
        """
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: web, namespace: default}
        spec:
          selector: {matchLabels: {app: web}}
          template:
            metadata: {labels: {app: web}}
            spec:
              hostNetwork: true
              containers:
              - {name: web, image: "nginx:latest", ports: [{containerPort: 80}]}
        """);

    [Fact]
    public Task Service_Plain() => Stored<V1Service>(
        """
        apiVersion: v1
        kind: Service
        metadata: {name: web, namespace: default}
        spec:
          selector: {app: web}
          ports: [{port: 80}, {port: 81, name: other, targetPort: http}]
        """);

    [Fact]
    public Task Service_Balanced() => Stored<V1Service>(
        """
        apiVersion: v1
        kind: Service
        metadata: {name: web, namespace: default}
        spec:
          type: LoadBalancer
          sessionAffinity: ClientIP
          selector: {app: web}
          ports: [{port: 80}]
        """);

    [Fact]
    public Task Namespace_Plain() => Stored<V1Namespace>(
        """
        apiVersion: v1
        kind: Namespace
        metadata: {name: shop}
        """);

    [Fact]
    public Task Secret_OfText() => Stored<V1Secret>(
        """
        apiVersion: v1
        kind: Secret
        metadata: {name: keys, namespace: default}
        stringData: {user: admin}
        """);

    [Fact]
    public Task RoleBinding_Plain() => Stored<V1RoleBinding>(
        """
        apiVersion: rbac.authorization.k8s.io/v1
        kind: RoleBinding
        metadata: {name: read, namespace: default}
        roleRef: {kind: Role, name: read}
        subjects:
        - {kind: User, name: jane}
        - {kind: ServiceAccount, name: bot, namespace: default}
        """);

    [Fact]
    public Task EndpointSlice_Plain() => Stored<V1EndpointSlice>(
        """
        apiVersion: discovery.k8s.io/v1
        kind: EndpointSlice
        metadata: {name: web-1, namespace: default}
        addressType: IPv4
        endpoints: [{addresses: [10.1.0.1]}]
        ports: [{port: 80}]
        """);

    [Theory]
    [InlineData("nginx", "Always")]
    [InlineData("nginx:latest", "Always")]
    [InlineData("nginx:1.27", "IfNotPresent")]
    [InlineData("localhost:5000/nginx", "Always")]
    [InlineData("localhost:5000/nginx:1", "IfNotPresent")]
    [InlineData("nginx@sha256:0123456789012345678901234567890123456789012345678901234567890123", "IfNotPresent")]
    [InlineData("nginx:latest@sha256:0123456789012345678901234567890123456789012345678901234567890123", "IfNotPresent")]
    public void PullPolicy_FollowsTheTag(string image, string policy)
    {
        var pod = Declared.Created(new V1Pod { Metadata = new V1ObjectMeta { Name = "web" }, Spec = new V1PodSpec { Containers = [new V1Container { Name = "web", Image = image }] } });

        Assert.Equal(policy, pod.Spec.Containers[0].ImagePullPolicy);
    }

    [Theory]
    [InlineData(null, null, null, null, "BestEffort")]
    [InlineData("1", "1Gi", "1", "1Gi", "Guaranteed")]
    [InlineData(null, null, "1", "1Gi", "Guaranteed")]
    [InlineData("500m", "1Gi", "1", "1Gi", "Burstable")]
    [InlineData("1", null, null, null, "Burstable")]
    [InlineData(null, null, "1", null, "Burstable")]
    public void QosClass_FollowsTheResources(string? cpu, string? memory, string? cpuLimit, string? memoryLimit, string expected)
    {
        var resources = new V1ResourceRequirements { Requests = Amounts(cpu, memory), Limits = Amounts(cpuLimit, memoryLimit) };
        var pod = Declared.Created(new V1Pod { Metadata = new V1ObjectMeta { Name = "web" }, Spec = new V1PodSpec { Containers = [new V1Container { Name = "web", Image = "a:1", Resources = resources }] } });

        Assert.Equal(expected, pod.Status.QosClass);
    }

    [Fact]
    public void Update_GenerationCountsOnlyChangesOfTheSpec()
    {
        var old = Declared.Created(Declared.FromYaml<V1Deployment>(
            "{metadata: {name: web}, spec: {selector: {matchLabels: {a: b}}, template: {metadata: {labels: {a: b}}, spec: {containers: [{name: c, image: i}]}}}}"));

        Assert.Equal(1, Declared.Updated(old, item => item.Metadata.Labels = new Dictionary<string, string> { ["x"] = "y" }).Metadata.Generation);
        Assert.Equal(2, Declared.Updated(old, item => item.Spec.Replicas = 3).Metadata.Generation);
        Assert.Equal(2, Declared.Updated(old, item => item.Metadata.Annotations = new Dictionary<string, string> { ["x"] = "y" }).Metadata.Generation);
        Assert.Equal(1, Declared.Updated(old, item => item.Status = new V1DeploymentStatus { Replicas = 9 }).Metadata.Generation);
    }

    [Theory]
    [InlineData(null, "Running", null, 0)]
    [InlineData("n1", "Succeeded", null, 0)]
    [InlineData("n1", "Failed", 5, 0)]
    [InlineData("n1", "Running", null, 30)]
    [InlineData("n1", "Running", 5, 5)]
    [InlineData("n1", "Running", 0, 0)]
    [InlineData("n1", "Running", -1, 1)]
    public void GracePeriod_IsUpstreams(string? node, string phase, int? requested, int expected)
    {
        var pod = Validation.PodRulesTests.Pod();
        Declared.Created(pod);
        pod.Spec.NodeName = node;
        pod.Status.Phase = phase;

        Assert.Equal(expected, Declared.Of<V1Pod>().GracePeriodFor(pod, requested is { } seconds ? TimeSpan.FromSeconds(seconds) : null).TotalSeconds);
    }

    private static Dictionary<string, ResourceQuantity>? Amounts(string? cpu, string? memory)
    {
        var amounts = new Dictionary<string, ResourceQuantity>();
        if (cpu is not null) { amounts["cpu"] = new ResourceQuantity(cpu); }
        if (memory is not null) { amounts["memory"] = new ResourceQuantity(memory); }
        return amounts.Count == 0 ? null : amounts;
    }

    private static Task Stored<T>(string yaml, [System.Runtime.CompilerServices.CallerMemberName] string method = "")
        where T : class, IKubernetesObject<V1ObjectMeta> => Verifier.Verify(Declared.Created<T>(yaml), method: method);
}
