using k8s;
using k8s.Models;
using Microsoft.Extensions.Options;
using Orch.ApiServer.Allocation;
using Orch.ApiServer.Hosting;
using Orch.ApiServer.Registry;
using Orch.Client;
using Orch.Resources;
using Orch.Serialization;

namespace Orch.ApiServer.Bootstrap;

/// <summary>The ServiceCIDR <c>kubernetes</c>, which shows the ranges that services get their addresses from.</summary>
internal sealed class DefaultServiceCidr(IOptions<ServiceAllocationOptions> options, ServedResources resources, ObjectWriter writer, ObjectEnsurer objects, TimeProvider time) : IBootstrapStep
{
    private static readonly ObjectKey Key = ObjectKey.Cluster("kubernetes");

    /// <inheritdoc />
    public int Order => 2;

    /// <inheritdoc />
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        List<string> ranges = [.. options.Value.ClusterIpRanges];
        if (ranges.Count == 0 || resources.Find(typeof(V1ServiceCIDR)) is not { } resource) { return; }
        var isReady = false;
        var wanted = new V1ServiceCIDR { Metadata = new V1ObjectMeta { Name = Key.Name }, Spec = new V1ServiceCIDRSpec { Cidrs = ranges } };
        await objects.EnsureAsync(wanted, there =>
        {
            // What is there stays as it is; whether it is used shows in its condition.
            isReady = there.Status?.Conditions?.Any(static condition => condition.Type == "Ready") == true || !(there.Spec?.Cidrs ?? []).SequenceEqual(ranges);
            return true;
        }, cancellationToken).ConfigureAwait(false);
        if (isReady) { return; }
        try
        {
            await writer.UpdateAsync(resource, new WriteCall(ObjectEnsurer.Server) { Subresource = "status" }, Key, ObjectChange.Status(MarkReadyAsync), cancellationToken).ConfigureAwait(false);
        }
        catch (ApiException exception) when (exception.IsConflict || exception.IsNotFound) { /* another server was faster */ }
    }

    private ValueTask<IKubernetesObject<V1ObjectMeta>> MarkReadyAsync(Caching.CachedObject current, CancellationToken cancellationToken)
    {
        var value = ApiJson.DeepCopy((V1ServiceCIDR)current.Value);
        var now = DateTimeOffset.FromUnixTimeSeconds(time.GetUtcNow().ToUnixTimeSeconds()).UtcDateTime;
        value.Status = new V1ServiceCIDRStatus
        {
            Conditions = [new V1Condition { Type = "Ready", Status = "True", Reason = string.Empty, Message = "Kubernetes default Service CIDR is ready", LastTransitionTime = now }],
        };
        return ValueTask.FromResult<IKubernetesObject<V1ObjectMeta>>(value);
    }
}
