using k8s.Models;
using Orch.ApiServer.Discovery;
using Orch.ApiServer.Validation;

namespace Orch.ApiServer.Aggregation;

/// <summary>One group and version that a service answers for.</summary>
internal sealed class AggregatedApi(V1APIService definition, AggregatedBackend backend)
{
    private volatile bool _isAvailable = ApiServiceConditions.IsAvailable(definition);
    private IReadOnlyList<DiscoveryResource> _resources = [];
    private string _fingerprint = string.Empty;

    /// <summary>The API service's name, such as <c>v1beta1.metrics.k8s.io</c>.</summary>
    public string Name { get; } = definition.Metadata.Name;

    public string Group { get; } = definition.Spec.Group;

    public string Version { get; } = definition.Spec.Version;

    /// <summary>Where requests go.</summary>
    public AggregatedBackend Backend { get; } = backend;

    /// <summary>Whether it has been checked at all.</summary>
    public bool IsChecked { get; set; }

    /// <summary>Whether the last check reached the service.</summary>
    public bool IsAvailable => _isAvailable;

    /// <summary>What it said last that it serves.</summary>
    public IReadOnlyList<DiscoveryResource> Resources => Volatile.Read(ref _resources);

    /// <summary>Whether an API service leads to the same backend.</summary>
    public bool IsOf(V1APIService other) => other.Metadata.Uid == Backend.Service.Metadata.Uid && ContentEquality.Same(other.Spec, Backend.Service.Spec);

    /// <summary>Takes over the condition; true when it changed.</summary>
    public bool Note(V1APIService now)
    {
        var was = _isAvailable;
        _isAvailable = ApiServiceConditions.IsAvailable(now);
        return was != _isAvailable;
    }

    /// <summary>Takes over what is served; true when it changed.</summary>
    public bool NoteResources(IReadOnlyList<DiscoveryResource> resources, string fingerprint)
    {
        if (_fingerprint == fingerprint) { return false; }
        _fingerprint = fingerprint;
        Volatile.Write(ref _resources, resources);
        return true;
    }
}
