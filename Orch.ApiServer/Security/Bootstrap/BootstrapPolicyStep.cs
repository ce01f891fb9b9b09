using k8s;
using k8s.Models;
using Orch.ApiServer.Hosting;
using Orch.ApiServer.Registry;
using Orch.ApiServer.Security.Authentication;
using Orch.ApiServer.Security.Lookup;
using Orch.Client;
using Orch.Resources;
using Orch.Security;

namespace Orch.ApiServer.Security.Bootstrap;

/// <summary>Makes the roles and bindings that a cluster starts with, and adds what this version needs to those that are there.</summary>
internal sealed class BootstrapPolicyStep(ServedResources resources, ObjectWriter writer, IObjectLookup objects) : IBootstrapStep
{
    private static readonly UserInfo Server = new("system:apiserver", [UserGroups.Masters, UserGroups.Authenticated]);

    public int Order => 10;

    public Task RunAsync(CancellationToken cancellationToken)
        => Task.WhenAll(BootstrapPolicy.Objects().Select(wanted => EnsureAsync(wanted, cancellationToken)));

    private async Task EnsureAsync(IKubernetesObject<V1ObjectMeta> wanted, CancellationToken cancellationToken)
    {
        var resource = resources.Find(wanted.GetType());
        if (resource is null) { return; }
        try
        {
            var present = Present(wanted);
            if (present is not null && PolicyReconciliation.NamesAnotherRole(present, wanted))
            {
                await writer.DeleteAsync(resource, new WriteCall(Server), wanted.Key(), new DeleteCall(), cancellationToken).ConfigureAwait(false);
                present = null;
            }

            if (present is null)
            {
                await writer.CreateAsync(resource, new WriteCall(Server) { Manager = "kube-apiserver" }, wanted, cancellationToken).ConfigureAwait(false);
                return;
            }

            if (PolicyReconciliation.Reconcile(present, wanted) is not { } changed) { return; }
            await writer.UpdateAsync(resource, new WriteCall(Server) { Manager = "kube-apiserver" }, wanted.Key(), ObjectChange.Whole((_, _) => ValueTask.FromResult(changed)), cancellationToken).ConfigureAwait(false);
        }
        catch (ApiException refused) when (refused.IsAlreadyExists || refused.IsConflict || refused.IsNotFound)
        {
            // Another server of the cluster starts at the same time and has just done it.
        }
    }

    private IKubernetesObject<V1ObjectMeta>? Present(IKubernetesObject<V1ObjectMeta> wanted) => wanted switch
    {
        V1ClusterRole => objects.Find<V1ClusterRole>(wanted.Key()),
        V1ClusterRoleBinding => objects.Find<V1ClusterRoleBinding>(wanted.Key()),
        V1Role => objects.Find<V1Role>(wanted.Key()),
        V1RoleBinding => objects.Find<V1RoleBinding>(wanted.Key()),
        _ => throw new ArgumentException($"{wanted.GetType()} is no part of the policy"),
    };
}
