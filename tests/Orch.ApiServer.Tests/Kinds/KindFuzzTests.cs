using System.Text.Json.Nodes;
using k8s;
using k8s.Models;
using Orch.ApiServer.Decoding;
using Orch.ApiServer.Json;
using Orch.ApiServer.Kinds;
using Orch.ApiServer.Resources;
using Orch.ApiServer.Schema;
using Orch.ApiServer.Tests.Patching;
using Orch.ApiServer.Validation;
using Orch.Client;
using Orch.Serialization;

namespace Orch.ApiServer.Tests.Kinds;

/// <summary>Whatever decodes must go through a declaration without an exception: a fault of the object is an answer, never a crash.</summary>
public sealed class KindFuzzTests
{
    private const int Rounds = 300;
    private static readonly ModelSchemas Schemas = new();
    private static readonly RequestDecoder Decoder = new(new ObjectDecoder(Schemas), Schemas);

    public static TheoryData<string> Kinds => [.. BuiltInResources.All().Select(declaration => declaration.GetType().Name)];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Declaration_AnyDecodableObject_NeverThrows(string name)
    {
        var declaration = BuiltInResources.All().Single(item => item.GetType().Name == name);
        var random = new Random(name.Length);
        IKubernetesObject<V1ObjectMeta>? old = null;
        var decoded = 0;
        for (var round = 0; round < Rounds; round++)
        {
            var json = JsonTree.Write(RandomObjects.Make(random, Schemas.For(declaration.ObjectType), 0));
            var value = Decode(declaration, round % 3 == 0 ? json : Torn(json, random));
            if (value is null) { continue; }
            decoded++;
            try
            {
                Run(declaration, value, old);
                old = value;
            }
            catch (Exception exception) when (exception is not ApiException)
            {
                Assert.Fail($"round {round}: {exception}\n{System.Text.Encoding.UTF8.GetString(json)}");
            }
        }

        Assert.True(decoded > Rounds / 2, $"only {decoded} of {Rounds} objects could be decoded, so this proves little");
    }

    private static void Run(ResourceDeclaration declaration, IKubernetesObject<V1ObjectMeta> value, IKubernetesObject<V1ObjectMeta>? old)
    {
        var errors = new FieldErrors();
        value.Metadata ??= new V1ObjectMeta();
        var copy = ApiJson.DeepCopy(value);
        declaration.Default(value);
        declaration.PrepareForCreate(value);
        MetadataRules.Validate(value.Metadata, FieldPath.Of("metadata"), errors);
        declaration.Validate(value, errors);
        _ = errors.ToString();
        var isValid = errors.Count == 0;
        if (isValid)
        {
            _ = declaration.WarningsFor(value, null).ToList();
            _ = declaration.GracePeriodFor(value, null);
            foreach (var column in declaration.Columns) { column.Value(value, DateTimeOffset.UnixEpoch); }
            foreach (var field in declaration.SelectableFields.Values) { field(value); }
        }

        if (old is null) { return; }
        Change(declaration, ApiJson.DeepCopy(copy), old, declaration.PrepareForUpdate, declaration.ValidateUpdate);
        Change(declaration, ApiJson.DeepCopy(copy), old, declaration.PrepareForStatusUpdate, declaration.ValidateStatusUpdate);
        foreach (var part in declaration.PartialUpdates.Values) { Change(declaration, ApiJson.DeepCopy(copy), old, part.Prepare, part.Validate); }
    }

    private static void Change(
        ResourceDeclaration declaration, IKubernetesObject<V1ObjectMeta> value, IKubernetesObject<V1ObjectMeta> old,
        Action<IKubernetesObject<V1ObjectMeta>, IKubernetesObject<V1ObjectMeta>> prepare,
        Action<IKubernetesObject<V1ObjectMeta>, IKubernetesObject<V1ObjectMeta>, FieldErrors> validate)
    {
        var errors = new FieldErrors();
        declaration.Default(value);
        prepare(value, old);
        MetadataRules.ValidateUpdate(value.Metadata, old.Metadata, FieldPath.Of("metadata"), errors);
        validate(value, old, errors);
        _ = errors.ToString();
    }

    private static IKubernetesObject<V1ObjectMeta>? Decode(ResourceDeclaration declaration, byte[] json)
    {
        try
        {
            return (IKubernetesObject<V1ObjectMeta>)Decoder.Decode(new DecodeRequest(json, string.Empty, declaration.Kind, declaration.ObjectType, FieldValidation.Ignore)).Value;
        }
        catch (ApiException)
        {
            return null;
        }
    }

    // Takes away, empties or nulls a few places.
    private static byte[] Torn(byte[] json, Random random)
    {
        var root = JsonNode.Parse(json)!;
        for (var cut = random.Next(1, 6); cut > 0; cut--)
        {
            var node = root;
            while (random.Next(5) != 0)
            {
                var next = node switch
                {
                    JsonObject { Count: > 0 } map => map.ElementAt(random.Next(map.Count)).Value,
                    JsonArray { Count: > 0 } list => list[random.Next(list.Count)],
                    _ => null,
                };
                if (next is not (JsonObject or JsonArray)) { break; }
                node = next;
            }

            switch (node)
            {
                case JsonObject { Count: > 0 } map:
                    var key = map.ElementAt(random.Next(map.Count)).Key;
                    if (key is "apiVersion" or "kind") { break; }
                    if (random.Next(2) == 0) { map.Remove(key); }
                    else { map[key] = random.Next(3) switch { 0 => null, 1 => map[key] is JsonValue ? JsonValue.Create(string.Empty) : new JsonObject(), _ => map[key] is JsonArray ? new JsonArray() : map[key]?.DeepClone() }; }
                    break;
                case JsonArray { Count: > 0 } list:
                    list[random.Next(list.Count)] = null;
                    break;
            }
        }

        return System.Text.Encoding.UTF8.GetBytes(root.ToJsonString());
    }
}
