using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using Orch.ApiServer.Resources;
using Orch.Serialization;
using Orch.Testing.Oracle;

namespace Orch.ApiServer.Tests.Kinds;

/// <summary>Upstream's samples made valid as <c>SampleCompletions.txt</c> says, whose head describes the form.</summary>
internal sealed class SampleCompletions
{
    private readonly Dictionary<string, JsonNode> _fields = [];
    private readonly Dictionary<string, JsonNode> _values = new() { ["csr"] = JsonValue.Create(Request()) };
    private readonly Dictionary<string, string> _kinds = [];

    private SampleCompletions(IEnumerable<string> lines)
    {
        foreach (var line in lines.Where(static line => line.Length > 0 && line[0] != '#'))
        {
            var words = line.Split(' ', line[0] is '*' or '=' ? 3 : 2);
            switch (words[0])
            {
                case "*": _fields.Add(words[1], JsonNode.Parse(words[2])!); break;
                case "=": _values.Add(words[1], JsonNode.Parse(words[2])!); break;
                default: _kinds.Add(words[0], words[1]); break;
            }
        }
    }

    /// <summary>The kinds that have a line.</summary>
    public IEnumerable<string> Kinds => _kinds.Keys;

    public static SampleCompletions Read([CallerFilePath] string file = "") => new(File.ReadLines(Path.Combine(Path.GetDirectoryName(file)!, "SampleCompletions.txt")));

    /// <summary>As in the names of the samples' files.</summary>
    public static string NameOf(ResourceDeclaration declaration) => $"{(declaration.Kind.Group.Length == 0 ? "core" : declaration.Kind.Group)}.{declaration.Kind.Version}.{declaration.Kind.Kind}";

    /// <summary>Why a kind is not tried; null where it is.</summary>
    public string? ReasonAgainst(string kind) => _kinds[kind].StartsWith("- ", StringComparison.Ordinal) ? _kinds[kind][2..] : null;

    /// <summary>A kind's sample, valid and without a status.</summary>
    public JsonObject Of(ResourceDeclaration declaration)
    {
        var kind = NameOf(declaration);
        var json = File.ReadAllBytes(OracleData.Require("samples", kind + ".json"));
        // As this version of the models has it.
        var sample = JsonNode.Parse(ApiJson.Serialize(ApiJson.Deserialize(json, declaration.ObjectType), declaration.ObjectType))!.AsObject();
        sample.Remove("status");
        var plain = Plain(string.Empty, sample)!.AsObject();
        var metadata = plain["metadata"]!.AsObject();
        if (declaration.Scope != ResourceScope.Namespaced) { metadata.Remove("namespace"); }
        metadata["finalizers"] = new JsonArray("example.com/hold");
        metadata["ownerReferences"] = JsonNode.Parse("""[{"apiVersion":"v1","kind":"ConfigMap","name":"n","uid":"u","controller":true,"blockOwnerDeletion":true}]""");
        return Merged(plain, JsonNode.Parse(_kinds[kind]))!.AsObject();
    }

    private JsonNode? Plain(string field, JsonNode? node)
    {
        switch (node)
        {
            case JsonObject map when map.ContainsKey("managedFields"):
                return new JsonObject(((string[])["name", "namespace", "labels", "annotations"]).Select(name => KeyValuePair.Create(name, Plain(name, map[name]))));
            case JsonObject map: return new JsonObject(map.Select(item => KeyValuePair.Create(item.Key, Plain(item.Key, item.Value))));
            case JsonArray list when list.All(IsOwn) && _fields.TryGetValue(field, out var given): return given.DeepClone();
            case JsonArray list: return new JsonArray([.. list.Select(item => Plain(field, item))]);
#pragma warning disable CA1308 // names are lower case
            case not null when IsOwn(node): return _fields.TryGetValue(field, out var value) ? value.DeepClone() : JsonValue.Create(((string)node!).ToLowerInvariant());
#pragma warning restore CA1308
            default: return node?.DeepClone();
        }
    }

    private static bool IsOwn(JsonNode? node) => node is JsonValue value && value.TryGetValue<string>(out var text) && text.EndsWith("Value", StringComparison.Ordinal);

    private JsonNode? Resolved(JsonNode? node) => node switch
    {
        JsonValue value when value.TryGetValue<string>(out var text) && text.StartsWith('=') => Resolved(_values[text[1..]].DeepClone()),
        JsonArray { Count: 2 } pair when pair[0] is JsonValue && pair[1] is JsonObject patch => Merged(Resolved(pair[0]), patch),
        JsonArray list => new JsonArray([.. list.Select(Resolved)]),
        JsonObject map => new JsonObject(map.Select(item => KeyValuePair.Create(item.Key, Resolved(item.Value)))),
        _ => node?.DeepClone(),
    };

    private JsonNode? Merged(JsonNode? target, JsonNode? patch)
    {
        if (patch is not JsonObject changes) { return Resolved(patch); }
        var result = target is JsonObject map ? map.DeepClone().AsObject() : [];
        foreach (var (name, change) in changes)
        {
            if (change is null) { result.Remove(name); continue; }
            result[name] = Merged(result[name], change);
        }

        return result;
    }

    private static string Request()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return Convert.ToBase64String(Encoding.ASCII.GetBytes(new CertificateRequest("CN=a, O=b", key, HashAlgorithmName.SHA256).CreateSigningRequestPem() + "\n"));
    }
}
