using System.Text.Json.Serialization;
using k8s;
using k8s.Models;
using Orch.ApiServer.Json;
using Orch.Serialization;

namespace Orch.ApiServer.CustomResources;

/// <summary>An object of a custom resource: typed metadata, and a tree for all the rest.</summary>
[JsonConverter(typeof(CustomObjectConverter))]
internal sealed class CustomObject : IKubernetesObject<V1ObjectMeta>
{
    /// <inheritdoc />
    public string ApiVersion { get; set; } = string.Empty;

    /// <inheritdoc />
    public string Kind { get; set; } = string.Empty;

    /// <inheritdoc />
    public V1ObjectMeta Metadata { get; set; } = new();

    /// <summary>Everything but <c>apiVersion</c>, <c>kind</c> and <c>metadata</c>.</summary>
    public JsonMap Content { get; set; } = [];

    /// <summary>The resource whose schema the content is known to follow: pruned, and with all defaults. Never written out.</summary>
    public CustomResourceDeclaration? ConformsTo { get; set; }

    /// <summary>The version in the API version.</summary>
    public string Version => ApiVersion[(ApiVersion.IndexOf('/', StringComparison.Ordinal) + 1)..];

    /// <summary>The same object with another API version; metadata and content are shared.</summary>
    public CustomObject WithApiVersion(string apiVersion) => new() { ApiVersion = apiVersion, Kind = Kind, Metadata = Metadata, Content = Content };

    /// <summary>The whole object as one tree, for those who look at all of it; the content is shared.</summary>
    public JsonMap ToTree()
    {
        var tree = new JsonMap { ["apiVersion"] = ApiVersion, ["kind"] = Kind, ["metadata"] = JsonTree.Read(ApiJson.Serialize(Metadata)) };
        foreach (var (key, value) in Content) { tree[key] = value; }
        return tree;
    }
}
