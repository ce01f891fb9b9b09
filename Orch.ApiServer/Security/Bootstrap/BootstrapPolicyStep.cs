using k8s;
using k8s.Models;
using Orch.ApiServer.Hosting;
using Orch.ApiServer.Registry;
using Orch.ApiServer.Security.Authentication;
using Orch.ApiServer.Security.Lookup;
using Orch.Client;
using Orch.Resources;
using Orch.Security;
using Orch.Serialization;

namespace Orch.ApiServer.Security.Bootstrap;

/// <summary>Makes the roles and bindings that a cluster starts with, and brings them back to what this version needs.</summary>
/// <remarks>A role whose annotation <c>rbac.authorization.kubernetes.io/autoupdate</c> is <c>false</c> is left as it is.</remarks>
internal sealed class BootstrapPolicyStep(ServedResources resources, ObjectWriter writer, IObjectLookup objects) : IBootstrapStep
{
    private const string AutoUpdate = "rbac.authorization.kubernetes.io/autoupdate";
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
            if (present is null)
            {
                await writer.CreateAsync(resource, new WriteCall(Server), wanted, cancellationToken).ConfigureAwait(false);
                return;
            }

            if (present.Metadata.Annotations is { } notes && notes.TryGetValue(AutoUpdate, out var auto) && auto == "false") { return; }
            if (SamePolicy(present, wanted)) { return; }
            wanted.Metadata.ResourceVersion = present.Metadata.ResourceVersion;
            wanted.Metadata.Uid = present.Metadata.Uid;
            await writer.UpdateAsync(resource, new WriteCall(Server), wanted.Key(), ObjectChange.Whole((_, _) => ValueTask.FromResult(wanted)), cancellationToken).ConfigureAwait(false);
        }
        catch (ApiException refused) when (refused.IsAlreadyExists || refused.IsConflict)
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

    private static bool SamePolicy(IKubernetesObject<V1ObjectMeta> present, IKubernetesObject<V1ObjectMeta> wanted)
        => Content(present).AsSpan().SequenceEqual(Content(wanted));

    private static byte[] Content(IKubernetesObject<V1ObjectMeta> item) => item switch
    {
        V1ClusterRole role => ApiJson.Serialize(new V1ClusterRole { Rules = role.Rules, AggregationRule = role.AggregationRule }),
        V1Role role => ApiJson.Serialize(new V1Role { Rules = role.Rules }),
        V1ClusterRoleBinding binding => ApiJson.Serialize(new V1ClusterRoleBinding { RoleRef = binding.RoleRef, Subjects = binding.Subjects }),
        V1RoleBinding binding => ApiJson.Serialize(new V1RoleBinding { RoleRef = binding.RoleRef, Subjects = binding.Subjects }),
        _ => [],
    };
}
