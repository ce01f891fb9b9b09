using System.Text;
using System.Text.Json;
using Orch.ApiServer.Protobuf;

namespace Orch.ApiServer.Discovery;

/// <summary>How one part of a discovery document is written in protobuf.</summary>
/// <remarks>
/// The documents are no models of the client's: their numbers stand here, as in <c>meta/v1</c> and <c>apidiscovery/v2</c> of
/// https://github.com/kubernetes/api, and they are made once for each state of the catalogue, so that a parsed document is good enough.
/// </remarks>
internal sealed class DiscoveryMessage
{
    private static readonly DiscoveryMessage GroupVersion = new("groupVersion 1", "version 2");
    private static readonly DiscoveryMessage GroupVersionKind = new("group 1", "version 2", "kind 3");
    private static readonly DiscoveryMessage ClientAddress = new("clientCIDR 1", "serverAddress 2");
    private static readonly DiscoveryMessage Group = new DiscoveryMessage("name 1").With("versions", 2, GroupVersion).With("preferredVersion", 3, GroupVersion).With("serverAddressByClientCIDRs", 4, ClientAddress);

    private static readonly DiscoveryMessage Resource = new DiscoveryMessage(
        "name 1", "namespaced 2", "kind 3", "shortNames 5", "singularName 6", "categories 7", "group 8", "version 9", "storageVersionHash 10").WithBoxed("verbs", 4);

    private static readonly DiscoveryMessage Subresource = new DiscoveryMessage("subresource 1", "verbs 4").With("responseKind", 2, GroupVersionKind).With("acceptedTypes", 3, GroupVersionKind);

    private static readonly DiscoveryMessage AggregatedResource = new DiscoveryMessage(
        "resource 1", "scope 3", "singularResource 4", "verbs 5", "shortNames 6", "categories 7", "serverIds 9").With("responseKind", 2, GroupVersionKind).With("subresources", 8, Subresource);

    private static readonly DiscoveryMessage AggregatedVersion = new DiscoveryMessage("version 1", "freshness 3").With("resources", 2, AggregatedResource);
    private static readonly DiscoveryMessage AggregatedGroup = new DiscoveryMessage().With("metadata", 1, new DiscoveryMessage("name 1")).With("versions", 2, AggregatedVersion);

    private readonly Dictionary<string, Field> _fields = new(StringComparer.Ordinal);

    private DiscoveryMessage(params ReadOnlySpan<string> fields)
    {
        foreach (var field in fields)
        {
            var space = field.IndexOf(' ', StringComparison.Ordinal);
            _fields[field[..space]] = new Field(int.Parse(field.AsSpan(space + 1), System.Globalization.CultureInfo.InvariantCulture), null, false);
        }
    }

    /// <summary>A document with its envelope.</summary>
    /// <param name="json">As it is sent to others.</param>
    public static byte[] Pack(ReadOnlyMemory<byte> json)
    {
        using var document = JsonDocument.Parse(json);
        var root = document.RootElement;
        var kind = root.GetProperty("kind").GetString()!;
        using var buffer = new ProtobufBuffer();
        ProtobufEnvelope.Write(
            buffer, root.TryGetProperty("apiVersion", out var version) ? version.GetString()! : string.Empty, kind, (root, message: Of(kind)), static (output, state) => state.message.Write(output, state.root));
        return buffer.Written.ToArray();
    }

    private static DiscoveryMessage Of(string kind) => kind switch
    {
        "APIVersions" => new DiscoveryMessage("versions 1").With("serverAddressByClientCIDRs", 2, ClientAddress),
        "APIGroupList" => new DiscoveryMessage().With("groups", 1, Group),
        "APIGroup" => Group,
        "APIResourceList" => new DiscoveryMessage("groupVersion 1").With("resources", 2, Resource),
        _ => new DiscoveryMessage().With("metadata", 1, new DiscoveryMessage()).With("items", 2, AggregatedGroup),
    };

    private DiscoveryMessage With(string name, int number, DiscoveryMessage inner)
    {
        _fields[name] = new Field(number, inner, false);
        return this;
    }

    // A list that is a message of its own.
    private DiscoveryMessage WithBoxed(string name, int number)
    {
        _fields[name] = new Field(number, null, true);
        return this;
    }

    private void Write(ProtobufBuffer output, JsonElement value)
    {
        foreach (var property in value.EnumerateObject())
        {
            if (!_fields.TryGetValue(property.Name, out var field)) { continue; }
            var box = field.IsBoxed ? output.Begin(field.Number) : 0;
            var number = field.IsBoxed ? 1 : field.Number;
            if (property.Value.ValueKind != JsonValueKind.Array) { WriteOne(output, property.Value, number, field.Inner); }
            else
            {
                foreach (var item in property.Value.EnumerateArray()) { WriteOne(output, item, number, field.Inner); }
            }

            if (field.IsBoxed) { output.End(box); }
        }
    }

    private static void WriteOne(ProtobufBuffer output, JsonElement value, int number, DiscoveryMessage? inner)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object when inner is not null:
                var start = output.Begin(number);
                inner.Write(output, value);
                output.End(start);
                break;
            case JsonValueKind.String: output.Bytes(number, Encoding.UTF8.GetBytes(value.GetString()!)); break;
            case JsonValueKind.True or JsonValueKind.False: output.Number(number, value.ValueKind == JsonValueKind.True ? 1 : 0); break;
            default: break;
        }
    }

    private sealed record Field(int Number, DiscoveryMessage? Inner, bool IsBoxed);
}
