using k8s.Models;
using Orch.Client;
using Orch.Client.Reconciling;
using Orch.Controllers.Hosting;
using Orch.Resources;
using Orch.Serialization;

namespace Orch.Controllers.ServiceAccounts;

/// <summary>Puts the cluster's certificate authority into each namespace as config map <c>kube-root-ca.crt</c>, for pods to verify the API server with.</summary>
internal sealed class RootCertificatePublisher : IReconciler
{
    public const string MapName = "kube-root-ca.crt";
    private const string DescriptionAnnotation = "kubernetes.io/description";
    private const string Description = "Contains a CA bundle that can be used to verify the kube-apiserver when using internal endpoints such as the internal service IP or kubernetes.default.svc. No other usage is guaranteed across distributions of Kubernetes clusters.";
    private readonly IInformer<V1Namespace> _namespaces;
    private readonly IInformer<V1ConfigMap> _maps;
    private readonly IResourceClient<V1ConfigMap> _client;
    private readonly string _certificates;

    public RootCertificatePublisher(ControllerContext context, string certificates)
    {
        _namespaces = context.Informer<V1Namespace>();
        _maps = context.Informer<V1ConfigMap>();
        _client = context.Client.Resource<V1ConfigMap>();
        _certificates = certificates;
        context.Loop("root-ca-cert-publisher", this)
            .Watch(_namespaces)
            .Watch(_maps, static map => map.Metadata.Name == MapName ? [ObjectKey.Cluster(map.Metadata.NamespaceProperty)] : []);
    }

    public async ValueTask<ReconcileResult> ReconcileAsync(ObjectKey key, CancellationToken cancellationToken)
    {
        if (_namespaces.Find(key) is not { } item || !item.IsActive()) { return ReconcileResult.Done; }
        var data = new Dictionary<string, string> { ["ca.crt"] = _certificates };
        try
        {
            if (_maps.Find(new ObjectKey(key.Name, MapName)) is not { } map)
            {
                await _client.CreateAsync(Make(key.Name, data), cancellationToken).ConfigureAwait(false);
            }
            else if (!ApiJson.ContentEquals(map.Data, data) || map.Annotation(DescriptionAnnotation) != Description)
            {
                var annotations = new Dictionary<string, string>(map.Metadata.Annotations ?? new Dictionary<string, string>()) { [DescriptionAnnotation] = Description };
                await _client.UpdateAsync(map with { Data = data, Metadata = map.Metadata with { Annotations = annotations } }, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (ApiException exception) when (exception.IsAlreadyExists || exception.IsNamespaceTerminating())
        {
            // Its event is on the way, or it is not wanted any more.
        }

        return ReconcileResult.Done;
    }

    private static V1ConfigMap Make(string namespaceName, Dictionary<string, string> data) => new()
    {
        ApiVersion = "v1",
        Kind = "ConfigMap",
        Metadata = new V1ObjectMeta { Name = MapName, NamespaceProperty = namespaceName, Annotations = new Dictionary<string, string> { [DescriptionAnnotation] = Description } },
        Data = data,
    };
}
