using System.Text.Json.Serialization;

namespace Orch.Runtime.Docker.Engine;

/// <summary>What a container was made for, kept whole in one label.</summary>
/// <remarks>
/// An engine adds the image's labels to the container's, so that the labels alone do not come back as they were given. The given ones are
/// set beside it too, for filters and for people.
/// </remarks>
internal sealed record ContainerIdentity
{
    public required PodReference Pod { get; init; }

    public int Attempt { get; init; }

    /// <summary>Of the container; empty for a sandbox.</summary>
    public string Name { get; init; } = string.Empty;

    /// <summary>The container's, as the pod says.</summary>
    public string Image { get; init; } = string.Empty;

    /// <summary>Where the container lives; empty for a sandbox itself.</summary>
    public string Sandbox { get; init; } = string.Empty;

    /// <summary>Of the sandbox.</summary>
    public NamespaceSharing Namespaces { get; init; } = new();

    public bool HasTty { get; init; }

    public Dictionary<string, string> Labels { get; init; } = [];

    public Dictionary<string, string> Annotations { get; init; } = [];

    [JsonIgnore]
    public bool IsSandbox => Sandbox.Length == 0;
}

[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault)]
[JsonSerializable(typeof(ContainerIdentity))]
internal sealed partial class IdentityJson : JsonSerializerContext;
