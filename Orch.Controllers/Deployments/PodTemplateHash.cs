using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using k8s.Models;
using Orch.Serialization;

namespace Orch.Controllers.Deployments;

/// <summary>Tells pod templates apart by content, without the hash label that a deployment adds.</summary>
/// <remarks>Digests are kept for as long as the template object lives; objects out of caches never change.</remarks>
internal sealed class PodTemplateHash
{
    public const string Label = "pod-template-hash";

    // Upstream's: no vowels and nothing that looks like another character.
    private const string Alphabet = "bcdfghjklmnpqrstvwxz2456789";
    private readonly ConditionalWeakTable<V1PodTemplateSpec, string> _digests = [];

    public bool AreEqual(V1PodTemplateSpec left, V1PodTemplateSpec right) => ReferenceEquals(left, right) || Digest(left) == Digest(right);

    /// <summary>A short name for a template; the collision count makes another one when two templates meet in it.</summary>
    public string Compute(V1PodTemplateSpec template, int? collisionCount)
    {
        var input = collisionCount is { } count ? $"{Digest(template)}/{count}" : Digest(template);
        var hash = BinaryPrimitives.ReadUInt32LittleEndian(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(input)));
        return string.Create(CultureInfo.InvariantCulture, $"{hash}").Aggregate(string.Empty, static (text, digit) => text + Alphabet[digit % Alphabet.Length]);
    }

    private string Digest(V1PodTemplateSpec template) => _digests.GetValue(template, static item =>
    {
        var json = JsonNode.Parse(ApiJson.Serialize(item))!.AsObject();
        if (json["metadata"] is JsonObject metadata)
        {
            metadata.Remove("creationTimestamp");
            (metadata["labels"] as JsonObject)?.Remove(Label);
            if (metadata["labels"] is JsonObject { Count: 0 }) { metadata.Remove("labels"); }
            if (metadata["annotations"] is JsonObject { Count: 0 }) { metadata.Remove("annotations"); }
            if (metadata.Count == 0) { json.Remove("metadata"); }
        }

        return Convert.ToHexString(SHA256.HashData(ApiJson.Serialize(Canonical(json))));
    });

    // Keys in order and no empty lists: neither tells templates apart.
    private static JsonNode? Canonical(JsonNode? node) => node switch
    {
        JsonObject map => new JsonObject(map.Where(static field => field.Value is not JsonArray { Count: 0 })
            .OrderBy(static field => field.Key, StringComparer.Ordinal)
            .Select(static field => KeyValuePair.Create(field.Key, Canonical(field.Value)))),
        JsonArray list => new JsonArray([.. list.Select(Canonical)]),
        _ => node?.DeepClone(),
    };
}
