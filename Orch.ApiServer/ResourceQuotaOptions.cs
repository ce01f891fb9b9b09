namespace Orch.ApiServer;

/// <summary>What no namespace may use without a quota that covers it.</summary>
/// <remarks>https://kubernetes.io/docs/concepts/policy/resource-quotas/#limit-priority-class-consumption-by-default</remarks>
public sealed class ResourceQuotaOptions
{
    /// <summary>Resources that are limited by default; none by default.</summary>
    public IList<LimitedResource> LimitedResources { get; } = [];
}
