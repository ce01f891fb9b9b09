using k8s;
using k8s.Models;
using Orch.Resources;
using Orch.Security;

namespace Orch.Quotas;

/// <summary>Counts pods and what they ask for, as long as they have not ended.</summary>
internal sealed class PodQuotaEvaluator : QuotaEvaluator
{
    private const string RequestPrefix = "requests.";
    private const string HugePages = "hugepages-";

    // A quota on one of these obliges every container to say what it needs.
    private static readonly HashSet<string> Obligatory = ["cpu", "memory", "requests.cpu", "requests.memory", "limits.cpu", "limits.memory"];

    private static readonly HashSet<string> Names =
    [
        "count/pods", "pods", "cpu", "memory", "ephemeral-storage", "requests.cpu", "requests.memory", "requests.ephemeral-storage",
        "limits.cpu", "limits.memory", "limits.ephemeral-storage",
    ];

    private PodQuotaEvaluator()
        : base("count/pods")
    {
    }

    public static PodQuotaEvaluator Instance { get; } = new();

    public override bool Charges(AdmissionOperation operation, string subresource)
        => (subresource.Length == 0 && operation == AdmissionOperation.Create) || (subresource == "resize" && operation == AdmissionOperation.Update);

    public override bool Tracks(string name)
        => Names.Contains(name) || name.StartsWith(HugePages, StringComparison.Ordinal) || name.StartsWith(RequestPrefix + HugePages, StringComparison.Ordinal)
            || (name.StartsWith(RequestPrefix, StringComparison.Ordinal) && !IsNative(name));

    public override bool IsInScope(V1ScopedResourceSelectorRequirement scope, IKubernetesObject value)
    {
        if (value is not V1Pod { Spec: { } spec }) { return false; }
        return scope.ScopeName switch
        {
            "Terminating" => spec.ActiveDeadlineSeconds >= 0,
            "NotTerminating" => spec.ActiveDeadlineSeconds is null or < 0,
            "BestEffort" => IsBestEffort(spec),
            "NotBestEffort" => !IsBestEffort(spec),
            "PriorityClass" => HasPriorityClass(scope, spec.PriorityClassName ?? string.Empty),
            "CrossNamespacePodAffinity" => AffinityTermsOf(spec).Any(static term => term.Namespaces is { Count: > 0 } || term.NamespaceSelector is not null),
            _ => false,
        };
    }

    public override string? MissingIn(IKubernetesObject value, IEnumerable<string> tracked)
    {
        if (value is not V1Pod { Spec: { } spec }) { return null; }
        string[] required = [.. tracked.Where(Obligatory.Contains).Order(StringComparer.Ordinal)];
        if (required.Length == 0) { return null; }
        var whole = Compute(spec.Resources?.Requests, spec.Resources?.Limits);
        var faults = new List<string>();
        foreach (var name in required)
        {
            if (whole.ContainsKey(name)) { continue; }
            string[] silent = [.. (spec.Containers ?? []).Concat(spec.InitContainers ?? [])
                .Where(container => !Compute(container.Resources?.Requests, container.Resources?.Limits).ContainsKey(name))
                .Select(static container => container.Name).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
            if (silent.Length > 0) { faults.Add($"{name} for: {string.Join(',', silent)}"); }
        }

        return faults.Count == 0 ? null : $"must specify {string.Join("; ", faults)}";
    }

    public override Dictionary<string, ResourceQuantity> UsageOf(IKubernetesObject value, DateTimeOffset now)
    {
        var usage = new Dictionary<string, ResourceQuantity> { [CountName] = Count(1) };
        if (value is not V1Pod { Spec: not null } pod || HasEnded(pod, now)) { return usage; }
        usage["pods"] = Count(1);
        foreach (var (name, amount) in Compute(PodRequests.Of(pod), LimitsOf(pod))) { usage[name] = amount; }
        return usage;
    }

    // Overhead raises a limit that is there; it makes none.
    private static Dictionary<string, ResourceQuantity> LimitsOf(V1Pod pod)
    {
        var limits = new Dictionary<string, ResourceQuantity>(PodRequests.LimitsOf(new V1Pod { Spec = pod.Spec with { Overhead = null } }));
        foreach (var (name, amount) in pod.Spec.Overhead ?? new Dictionary<string, ResourceQuantity>())
        {
            if (limits.TryGetValue(name, out var present)) { limits[name] = Quantities.Add(present, amount); }
        }

        return limits;
    }

    private static bool HasEnded(V1Pod pod, DateTimeOffset now)
        => pod.Status?.Phase is "Failed" or "Succeeded"
            || (pod.Metadata is { DeletionTimestamp: { } deleted, DeletionGracePeriodSeconds: { } grace } && now.UtcDateTime > deleted.AddSeconds(grace));

    private static Dictionary<string, ResourceQuantity> Compute(
        IEnumerable<KeyValuePair<string, ResourceQuantity>>? requests, IEnumerable<KeyValuePair<string, ResourceQuantity>>? limits)
    {
        var result = new Dictionary<string, ResourceQuantity>();
        foreach (var (name, amount) in requests ?? [])
        {
            if (name is "cpu" or "memory" or "ephemeral-storage" || name.StartsWith(HugePages, StringComparison.Ordinal))
            {
                result[name] = amount;
                result[RequestPrefix + name] = amount;
            }
            else if (!IsNative(name)) { result[RequestPrefix + name] = amount; }
        }

        foreach (var (name, amount) in limits ?? [])
        {
            if (name is "cpu" or "memory" or "ephemeral-storage") { result["limits." + name] = amount; }
        }

        return result;
    }

    // Names without a domain, and those of kubernetes.io, are the system's own.
    private static bool IsNative(string name) => !name.Contains('/', StringComparison.Ordinal) || name.Contains("kubernetes.io/", StringComparison.Ordinal);

    private static bool IsBestEffort(V1PodSpec spec)
        => !Asks(spec.Resources) && !(spec.Containers ?? []).Concat(spec.InitContainers ?? []).Any(static container => Asks(container.Resources));

    private static bool Asks(V1ResourceRequirements? resources) => Asks(resources?.Requests) || Asks(resources?.Limits);

    private static bool Asks(IDictionary<string, ResourceQuantity>? amounts)
        => amounts?.Any(static pair => pair.Key is "cpu" or "memory" && pair.Value.ToDecimal() > 0) == true;

    private static bool HasPriorityClass(V1ScopedResourceSelectorRequirement scope, string name) => scope.OperatorProperty switch
    {
        "Exists" => name.Length > 0,
        "DoesNotExist" => name.Length == 0,
        "In" => name.Length > 0 && scope.Values?.Contains(name) == true,
        "NotIn" => name.Length == 0 || scope.Values?.Contains(name) != true,
        _ => false,
    };

    private static IEnumerable<V1PodAffinityTerm> AffinityTermsOf(V1PodSpec spec)
    {
        var (near, far) = (spec.Affinity?.PodAffinity, spec.Affinity?.PodAntiAffinity);
        return (near?.RequiredDuringSchedulingIgnoredDuringExecution ?? [])
            .Concat((near?.PreferredDuringSchedulingIgnoredDuringExecution ?? []).Select(static weighted => weighted.PodAffinityTerm))
            .Concat(far?.RequiredDuringSchedulingIgnoredDuringExecution ?? [])
            .Concat((far?.PreferredDuringSchedulingIgnoredDuringExecution ?? []).Select(static weighted => weighted.PodAffinityTerm));
    }
}
