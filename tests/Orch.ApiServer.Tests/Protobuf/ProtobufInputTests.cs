using System.Text;
using CsCheck;
using k8s.Models;
using Orch.ApiServer.Decoding;
using Orch.ApiServer.Json;
using Orch.ApiServer.Protobuf;
using Orch.ApiServer.Schema;
using Orch.ApiServer.Tests.Patching;
using Orch.Client;

namespace Orch.ApiServer.Tests.Protobuf;

public sealed class ProtobufInputTests
{
    private static readonly ModelSchemas Schemas = new();
    private static readonly RequestDecoder Decoder = new(new ObjectDecoder(Schemas), Schemas);

    [Theory]
    [InlineData(typeof(V1Pod))]
    [InlineData(typeof(V1Deployment))]
    [InlineData(typeof(V1Service))]
    [InlineData(typeof(V1Secret))]
    [InlineData(typeof(V1Node))]
    [InlineData(typeof(V1Lease))]
    [InlineData(typeof(Corev1Event))]
    [InlineData(typeof(V1SelfSubjectAccessReview))]
    [InlineData(typeof(V1SubjectAccessReview))]
    [InlineData(typeof(V1ControllerRevision))]
    public void Objects_ComeBackAsTheyWere(Type type)
    {
        var schema = Schemas.For(type);
        RandomObjects.Of(schema).Sample(document =>
        {
            document["apiVersion"] = "v1";
            document["kind"] = "X";
            var back = JsonTree.Read(ProtobufInput.ToJson(ProtobufEncoder.Envelope(document, schema), schema));
            var expected = Expected(document, schema);
            Assert.True(JsonTree.Equals(Expected((JsonMap)back!, schema), expected), $"sent {Text(expected)}\ngot  {Text(back)}");
        }, iter: 150);
    }

    [Fact]
    public void EveryFieldOfEveryMessage_IsAPropertyOfItsModel()
    {
        var schemas = SchemaFacts.Load().Keys.Select(Schemas.For).ToDictionary(static schema => schema.DefinitionName);
        var unknown = new List<string>();
        foreach (var name in ProtobufFields.Names)
        {
            if (!schemas.TryGetValue(name, out var schema)) { continue; }
            unknown.AddRange(ProtobufFields.Of(name)!.Values.Where(field => !field.IsInlined && schema.Find(field.Name) is null).Select(field => $"{name}.{field.Name}"));
            unknown.AddRange(ProtobufFields.Of(name)!.Values.Where(field => field.IsInlined && ProtobufFields.Of(field.Name) is null).Select(field => field.Name));
        }

        Assert.Empty(unknown);
    }

    [Fact]
    public void WithoutThePrefix_IsABadRequest()
    {
        var fault = Assert.Throws<ApiException>(() => Decode("x"u8.ToArray()));
        Assert.Equal((400, "the object provided is unrecognized (must be of type Pod): provided data does not appear to be a protobuf message, expected prefix [107 56 115 0] (78)"), (fault.Code, fault.Message));
    }

    [Fact]
    public void MutatedBytes_AreAnObjectOrABadRequest()
    {
        var schema = Schemas.For(typeof(V1Pod));
        Gen.Select(RandomObjects.Of(schema), Gen.Select(Gen.Int[0, 100_000], Gen.Byte).Array[1, 8]).Sample((document, edits) =>
        {
            document["apiVersion"] = "v1";
            document["kind"] = "Pod";
            var bytes = ProtobufEncoder.Envelope(document, schema);
            foreach (var (place, value) in edits) { bytes[4 + (place % (bytes.Length - 4))] = value; }
            try { Decode(bytes); }
            catch (ApiException exception) { Assert.Equal(400, exception.Code); }
        }, iter: 2000);
    }

    private static DecodedBody Decode(byte[] body)
        => Decoder.Decode(new DecodeRequest(body, "application/vnd.kubernetes.protobuf", new(string.Empty, "v1", "Pod"), typeof(V1Pod), FieldValidation.Strict));

    // What the encoding cannot say: empty lists and maps, zeros that mean absent, fields without a number.
    internal static JsonMap Expected(JsonMap map, ObjectSchema schema) => Strip(map, schema.DefinitionName, schema);

    private static JsonMap Strip(JsonMap map, string message, ObjectSchema schema)
    {
        var result = new JsonMap();
        var fields = AllFields(message).ToDictionary(static field => field.Name);
        foreach (var (name, value) in map)
        {
            if (name is "apiVersion" or "kind" && !fields.ContainsKey(name)) { result[name] = value; continue; }
            if (!fields.TryGetValue(name, out var field) || (field.ZeroIsAbsent && value is false or JsonNumber { Text: "0" })) { continue; }
            if (Strip(value, schema.Find(name)!.Value) is { } kept and not (JsonMap { Count: 0 } or JsonList { Count: 0 })) { result[name] = kept; }
        }

        return result;
    }

    private static object? Strip(object? value, ValueSchema schema) => (schema.Kind, value) switch
    {
        (ValueKind.Object, JsonMap map) => Strip(map, schema.Object!.DefinitionName, schema.Object!),
        (ValueKind.Map, JsonMap map) when schema.Element!.Kind == ValueKind.Object => Stripped(map, schema.Element),
        (ValueKind.List, JsonList list) => new JsonList(list.Select(item => Strip(item, schema.Element!))),
        _ => value,
    };

    private static JsonMap Stripped(JsonMap map, ValueSchema element)
    {
        var result = new JsonMap();
        foreach (var (name, value) in map) { result[name] = Strip(value, element); }
        return result;
    }

    private static IEnumerable<ProtobufField> AllFields(string message)
        => (ProtobufFields.Of(message)?.Values ?? []).SelectMany(static field => field.IsInlined ? AllFields(field.Name) : [field]);

    private static string Text(object? value) => Encoding.UTF8.GetString(JsonTree.Write(value));
}
