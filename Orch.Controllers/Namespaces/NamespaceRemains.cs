using System.Globalization;
using k8s.Models;
using Orch.Resources;

namespace Orch.Controllers.Namespaces;

/// <summary>What is still in a namespace after a pass.</summary>
internal sealed class NamespaceRemains
{
    private readonly SortedDictionary<string, int> _resources = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, int> _finalizers = new(StringComparer.Ordinal);
    private readonly List<string> _faults = [];

    public bool HasContent => _resources.Count > 0 || _faults.Count > 0;

    public IReadOnlyList<string> Faults => _faults;

    /// <summary>How long the slowest of it may still take to end by itself.</summary>
    public TimeSpan Estimate { get; private set; }

    public string? Resources => _resources.Count == 0 ? null
        : $"Some resources are remaining: {string.Join(", ", _resources.Select(static one => string.Create(CultureInfo.InvariantCulture, $"{one.Key} has {one.Value} resource instances")))}";

    public string? Finalizers => _finalizers.Count == 0 ? null
        : $"Some content in the namespace has finalizers remaining: {string.Join(", ", _finalizers.Select(static one => string.Create(CultureInfo.InvariantCulture, $"{one.Key} in {one.Value} resource instances")))}";

    public void Add(GroupVersionResource resource, IReadOnlyList<V1ObjectMeta> left)
    {
        if (left.Count == 0) { return; }
        _resources[$"{resource.Resource}.{resource.Group}"] = left.Count;
        foreach (var item in left)
        {
            foreach (var finalizer in item.Finalizers ?? []) { _finalizers[finalizer] = _finalizers.GetValueOrDefault(finalizer) + 1; }
            var estimate = TimeSpan.FromSeconds(item.Finalizers is { Count: > 0 } ? 15 : item.DeletionGracePeriodSeconds ?? 0);
            if (estimate > Estimate) { Estimate = estimate; }
        }
    }

    public void Fault(string fault) => _faults.Add(fault);
}
