using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Microsoft.Extensions.Options;

namespace Orch.Runtime.Docker.Engine;

/// <summary>The labels by which this runtime finds its own containers again, and their names.</summary>
internal sealed class EngineLabels(IOptions<DockerRuntimeOptions> options)
{
    /// <summary>The cluster that the container belongs to.</summary>
    public const string Cluster = "orch.cluster";

    /// <summary><c>sandbox</c> or <c>container</c>.</summary>
    public const string Kind = "orch.kind";

    /// <summary>The sandbox's id, on containers.</summary>
    public const string Sandbox = "orch.sandbox";

    private const string Spec = "orch.spec";
    private readonly string _cluster = options.Value.ClusterId;

    public Dictionary<string, string> For(ContainerIdentity identity)
    {
        var labels = new Dictionary<string, string>(identity.Labels)
        {
            [Cluster] = _cluster,
            [Kind] = identity.IsSandbox ? "sandbox" : "container",
            [Spec] = JsonSerializer.Serialize(identity, IdentityJson.Default.ContainerIdentity),
        };
        if (!identity.IsSandbox)
        {
            labels[Sandbox] = identity.Sandbox;
        }

        return labels;
    }

    /// <summary>An engine's filter for containers of this cluster that carry all these labels.</summary>
    public Dictionary<string, IDictionary<string, bool>> Filter(string? kind, IEnumerable<KeyValuePair<string, string>> labels)
    {
        var wanted = labels.ToDictionary(label => $"{label.Key}={label.Value}", _ => true);
        wanted[$"{Cluster}={_cluster}"] = true;
        if (kind is not null)
        {
            wanted[$"{Kind}={kind}"] = true;
        }

        return new() { ["label"] = wanted };
    }

    /// <summary>What a container was made for; false when this runtime did not make it for this cluster.</summary>
    public bool TryRead(IDictionary<string, string>? labels, [NotNullWhen(true)] out ContainerIdentity? identity)
    {
        identity = null;
        if (labels is null || !labels.TryGetValue(Cluster, out var cluster) || cluster != _cluster || !labels.TryGetValue(Spec, out var spec))
        {
            return false;
        }

        try
        {
            identity = JsonSerializer.Deserialize(spec, IdentityJson.Default.ContainerIdentity);
        }
        catch (JsonException)
        {
            // Someone else's label, or cut off: not ours to touch.
        }

        return identity is not null;
    }

    // A name is what the engine takes atomically. Pod names and uids hold nothing that it refuses.
    public string NameOf(ContainerIdentity identity) => identity.IsSandbox
        ? $"orch_{_cluster}_POD_{identity.Pod.Name}_{identity.Pod.Namespace}_{identity.Pod.Uid}_{identity.Attempt}"
        : $"orch_{_cluster}_{identity.Name}_{identity.Pod.Name}_{identity.Pod.Namespace}_{identity.Sandbox[..Math.Min(12, identity.Sandbox.Length)]}_{identity.Attempt}";

    public static bool Includes(IReadOnlyDictionary<string, string> labels, IReadOnlyDictionary<string, string> wanted) =>
        wanted.All(label => labels.TryGetValue(label.Key, out var value) && value == label.Value);
}
