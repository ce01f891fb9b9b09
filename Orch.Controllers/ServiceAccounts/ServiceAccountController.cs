using k8s.Models;
using Orch.Client;
using Orch.Client.Reconciling;
using Orch.Controllers.Hosting;
using Orch.Resources;

namespace Orch.Controllers.ServiceAccounts;

/// <summary>Gives every namespace a service account <c>default</c>, so that pods that name none have one.</summary>
internal sealed class ServiceAccountController : IReconciler
{
    private const string Default = "default";
    private readonly IInformer<V1Namespace> _namespaces;
    private readonly IInformer<V1ServiceAccount> _accounts;
    private readonly IResourceClient<V1ServiceAccount> _client;

    public ServiceAccountController(ControllerContext context)
    {
        _namespaces = context.Informer<V1Namespace>();
        _accounts = context.Informer<V1ServiceAccount>();
        _client = context.Client.Resource<V1ServiceAccount>();
        context.Loop("serviceaccount", this)
            .Watch(_namespaces)
            .WatchEvents(_accounts, static change => change.New is null && change.Object.Metadata.Name == Default ? [ObjectKey.Cluster(change.Object.Metadata.NamespaceProperty)] : []);
    }

    public async ValueTask<ReconcileResult> ReconcileAsync(ObjectKey key, CancellationToken cancellationToken)
    {
        if (_namespaces.Find(key) is not { } item || !item.IsActive()) { return ReconcileResult.Done; }
        if (_accounts.Find(new ObjectKey(key.Name, Default)) is not null) { return ReconcileResult.Done; }
        var account = new V1ServiceAccount { ApiVersion = "v1", Kind = "ServiceAccount", Metadata = new V1ObjectMeta { Name = Default, NamespaceProperty = key.Name } };
        try
        {
            await _client.CreateAsync(account, cancellationToken).ConfigureAwait(false);
        }
        catch (ApiException exception) when (exception.IsAlreadyExists || exception.IsNamespaceTerminating())
        {
            // As wanted, or not wanted any more.
        }

        return ReconcileResult.Done;
    }
}
