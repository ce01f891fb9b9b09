using System.Text;
using k8s;
using k8s.Models;
using Orch.ApiServer.Tests.Fixtures;
using Orch.Client;
using Orch.Resources;
using Orch.Testing.Time;

namespace Orch.ApiServer.Tests.EndToEnd;

/// <summary>A server for Helm, and how its objects are looked at.</summary>
public abstract class HelmServerTests : ServerTests
{
    public static TheoryData<string> Releases => ["helm.3", "helm.4"];

    private protected async Task<T> GetAsync<T>(string name)
        where T : class, IKubernetesObject<V1ObjectMeta>
        => await _server.Admin.Resource<T>().GetAsync(Key<T>(name), default);

    private protected async Task<IReadOnlyList<string>> NamesAsync<T>()
        where T : class, IKubernetesObject<V1ObjectMeta>
        => [.. (await _server.Admin.Resource<T>().ListAsync(new ListRequest(), default)).Items.Select(static item => item.Name())];

    private protected async Task<IDictionary<string, string>> DataAsync(string name) => (await GetAsync<V1ConfigMap>(name)).Data;

    /// <summary>Waits until there is such an object.</summary>
    private protected Task FoundAsync<T>(string name, Func<T, bool>? isRight = null)
        where T : class, IKubernetesObject<V1ObjectMeta>
        => Patience.UntilAsync(
            async () => (await _server.Admin.Resource<T>().ListAsync(new ListRequest(), default)).Items.Any(item => item.Name() == name && isRight?.Invoke(item) != false),
            $"{typeof(T).Name} {name}", TimeSpan.FromSeconds(60));

    private protected Task PatchAsync<T>(string name, string patch)
        where T : class, IKubernetesObject<V1ObjectMeta>
        => _server.Admin.Resource<T>().PatchAsync(Key<T>(name), new ResourcePatch(PatchKind.StrategicMerge, Encoding.UTF8.GetBytes(patch)), default);

    private protected Task StatusAsync<T>(string name, string patch)
        where T : class, IKubernetesObject<V1ObjectMeta>
        => _server.Admin.Resource<T>().PatchAsync(Key<T>(name), new ResourcePatch(PatchKind.StrategicMerge, Encoding.UTF8.GetBytes(patch), "status"), default);

    /// <summary>Writes what the controllers would of a deployment whose pods all run; Helm 3 looks at its replica set as well.</summary>
    private protected async Task RollOutAsync(string name, int replicas)
    {
        var deployment = await GetAsync<V1Deployment>(name);
        var template = deployment.Spec.Template;
        var labels = new Dictionary<string, string>(template.Metadata.Labels) { ["pod-template-hash"] = "1" };
        await _server.Admin.Resource<V1ReplicaSet>().CreateAsync(
            new V1ReplicaSet
            {
                Metadata = new V1ObjectMeta
                {
                    Name = name + "-1", NamespaceProperty = "default", Labels = labels,
                    OwnerReferences = [new V1OwnerReference { ApiVersion = "apps/v1", Kind = "Deployment", Name = name, Uid = deployment.Uid(), Controller = true }],
                },
                Spec = new V1ReplicaSetSpec
                {
                    Replicas = replicas, Selector = new V1LabelSelector { MatchLabels = labels },
                    Template = new V1PodTemplateSpec { Metadata = new V1ObjectMeta { Labels = labels, Annotations = template.Metadata.Annotations }, Spec = template.Spec },
                },
            },
            default);
        await StatusAsync<V1ReplicaSet>(name + "-1", $$$"""{"status":{"observedGeneration":1,"replicas":{{{replicas}}},"readyReplicas":{{{replicas}}},"availableReplicas":{{{replicas}}}}}""");
        await StatusAsync<V1Deployment>(name, $$$"""{"status":{"observedGeneration":1,"replicas":{{{replicas}}},"updatedReplicas":{{{replicas}}},"readyReplicas":{{{replicas}}},"availableReplicas":{{{replicas}}},"conditions":[{"type":"Available","status":"True"},{"type":"Progressing","status":"True","reason":"NewReplicaSetAvailable"}]}}""");
    }

    /// <summary>Who owns fields of a deployment, but for its status.</summary>
    private protected async Task<IReadOnlyList<string>> OwnersAsync(string name)
        => [.. (await GetAsync<V1Deployment>(name)).Metadata.ManagedFields.Where(static entry => entry.Subresource is null).Select(static entry => $"{entry.Manager} {entry.Operation}")];

    private static ObjectKey Key<T>(string name)
        => new(typeof(T) == typeof(V1CustomResourceDefinition) || typeof(T) == typeof(V1ValidatingWebhookConfiguration) ? string.Empty : "default", name);
}
