using System.Text.Json.Nodes;
using k8s.Models;
using Orch.Client;
using Orch.Serialization;

namespace Orch.Controllers.Ownership;

/// <summary>Merge patches of metadata that hold only for the object and revision they were made from.</summary>
internal static class MetadataPatch
{
    public static ResourcePatch Owners(V1ObjectMeta metadata, IReadOnlyList<V1OwnerReference> references)
        => Of(metadata, new JsonObject { ["ownerReferences"] = references.Count == 0 ? null : JsonNode.Parse(ApiJson.Serialize(references)) });

    public static ResourcePatch Finalizers(V1ObjectMeta metadata, IReadOnlyList<string> finalizers)
        => Of(metadata, new JsonObject { ["finalizers"] = finalizers.Count == 0 ? null : JsonNode.Parse(ApiJson.Serialize(finalizers)) });

    private static ResourcePatch Of(V1ObjectMeta metadata, JsonObject change)
    {
        change["uid"] = metadata.Uid;
        change["resourceVersion"] = metadata.ResourceVersion;
        return new ResourcePatch(PatchKind.Merge, ApiJson.Serialize(new JsonObject { ["metadata"] = change }));
    }
}
