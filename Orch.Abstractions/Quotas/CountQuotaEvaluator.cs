using System.Collections.Concurrent;
using k8s;
using k8s.Models;
using Orch.Security;

namespace Orch.Quotas;

/// <summary>Counts objects.</summary>
internal sealed class CountQuotaEvaluator : QuotaEvaluator
{
    private static readonly ConcurrentDictionary<string, CountQuotaEvaluator> Known = new(StringComparer.Ordinal);
    private readonly string? _alias;

    private CountQuotaEvaluator(string groupResource)
        : base("count/" + groupResource)
        => _alias = groupResource is "configmaps" or "secrets" or "replicationcontrollers" or "resourcequotas" ? groupResource : null;

    public static CountQuotaEvaluator Of(string groupResource) => Known.GetOrAdd(groupResource, static name => new CountQuotaEvaluator(name));

    public override bool Charges(AdmissionOperation operation, string subresource) => operation == AdmissionOperation.Create && subresource.Length == 0;

    public override bool Tracks(string name) => name == CountName || name == _alias;

    public override Dictionary<string, ResourceQuantity> UsageOf(IKubernetesObject value, DateTimeOffset now)
    {
        var usage = new Dictionary<string, ResourceQuantity> { [CountName] = Count(1) };
        if (_alias is not null) { usage[_alias] = Count(1); }
        return usage;
    }
}
