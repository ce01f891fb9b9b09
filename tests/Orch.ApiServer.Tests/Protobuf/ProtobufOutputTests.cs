using System.Text;
using CsCheck;
using k8s.Models;
using Orch.ApiServer.Json;
using Orch.ApiServer.Kinds;
using Orch.ApiServer.Protobuf;
using Orch.ApiServer.Schema;
using Orch.ApiServer.Tests.Patching;
using Orch.Serialization;
using Orch.Testing.Oracle;

namespace Orch.ApiServer.Tests.Protobuf;

public sealed class ProtobufOutputTests
{
    private static readonly ModelSchemas Schemas = new();

    public static TheoryData<string> Samples
    {
        get
        {
            var data = new TheoryData<string>();
            if (OracleData.Find("samples") is { } folder)
            {
                foreach (var file in Directory.EnumerateFiles(folder, "*.json").Order(StringComparer.Ordinal)) { data.Add(Path.GetFileName(file)); }
            }

            if (data.Count == 0) { data.Add("none"); }
            return data;
        }
    }

    [Theory]
    [InlineData(typeof(V1Pod))]
    [InlineData(typeof(V1Deployment))]
    [InlineData(typeof(V1Service))]
    [InlineData(typeof(V1Secret))]
    [InlineData(typeof(V1Node))]
    [InlineData(typeof(V1Lease))]
    [InlineData(typeof(V1ControllerRevision))]
    [InlineData(typeof(V1PersistentVolume))]
    [InlineData(typeof(V1ValidatingWebhookConfiguration))]
    [InlineData(typeof(V1SubjectAccessReview))]
    [InlineData(typeof(Corev1Event))]
    [InlineData(typeof(V1Status))]
    [InlineData(typeof(V1CustomResourceDefinition))]
    [InlineData(typeof(V1APIService))]
    [InlineData(typeof(V1ResourceSlice))]
    [InlineData(typeof(Resourcev1ResourceClaim))]
    [InlineData(typeof(V1MutatingAdmissionPolicy))]
    public void Objects_SayTheSameInProtobuf(Type type)
    {
        var schema = Schemas.For(type);
        RandomObjects.Of(schema).Sample(document =>
        {
            document["apiVersion"] = "v1";
            document["kind"] = "X";
            AssertSame(document, type, schema);
        }, iter: 150);
    }

    [SkippableTheory]
    [MemberData(nameof(Samples))]
    public void Sample_WithEveryField_SaysTheSameInProtobuf(string file)
    {
        Skip.If(file == "none", "the public samples are not on this machine");
        var document = (JsonMap)JsonTree.Read(File.ReadAllBytes(Path.Combine(OracleData.Find("samples")!, file)))!;
        Skip.IfNot(document.ContainsKey("kind"), "no object");
        var (version, kind) = ((string)document["apiVersion"]!, (string)document["kind"]!);
        var declaration = BuiltInResources.All().SingleOrDefault(item => item.Kind.ApiVersion == version && item.Kind.Kind == kind);
        var type = declaration?.ObjectType ?? typeof(V1Pod).Assembly.GetTypes().FirstOrDefault(item =>
            item.GetCustomAttributes(typeof(KubernetesEntityAttribute), false) is [KubernetesEntityAttribute entity] && entity.Kind == kind
            && (entity.Group.Length == 0 ? entity.ApiVersion : $"{entity.Group}/{entity.ApiVersion}") == version);
        Skip.If(type is null || ProtobufModels.Find(type) is null, "no protobuf form");
        AssertSame((JsonMap)JsonTree.Read(ApiJson.Serialize(ApiJson.Deserialize(JsonTree.Write(document), type!), type!))!, type!, Schemas.For(type!));
    }

    [Fact]
    public void Revision_BecomesTheResourceVersion()
    {
        using var buffer = new ProtobufBuffer();
        ProtobufEnvelope.Write(buffer, "v1", "Pod", ProtobufModels.Find(typeof(V1Pod))!, static (output, message) =>
            ProtobufOutput.Write(output, """{"kind":"Pod","metadata":{"name":"\u0061\n"},"spec":{"nodeName":"n","metadata":1}}"""u8, message, 4711));
        Assert.Equal(
            """{"apiVersion":"v1","kind":"Pod","metadata":{"resourceVersion":"4711","name":"a\n"},"spec":{"nodeName":"n"}}""",
            Encoding.UTF8.GetString(ProtobufInput.ToJson(buffer.Written.Span, Schemas.For(typeof(V1Pod)))));
    }

    [Fact]
    public void LongInnerMessages_HaveTheirLengths()
    {
        // On both sides of each length of a length.
        foreach (var size in (int[])[0, 1, 126, 127, 128, 129, 16_380, 16_381, 16_384, 2_097_151, 2_097_152])
        {
            var data = new string('x', size);
            AssertSame(
                new JsonMap { ["apiVersion"] = "v1", ["kind"] = "ConfigMap", ["metadata"] = new JsonMap { ["name"] = "a" }, ["data"] = new JsonMap { ["k"] = data, ["l"] = "y" } },
                typeof(V1ConfigMap), Schemas.For(typeof(V1ConfigMap)));
        }
    }

    [Fact]
    public void MutatedJson_NeverFailsButForBadJson()
    {
        var schema = Schemas.For(typeof(V1Pod));
        var message = ProtobufModels.Find(typeof(V1Pod))!;
        Gen.Select(RandomObjects.Of(schema), RandomObjects.Of(Schemas.For(typeof(V1Service)))).Sample((pod, service) =>
        {
            // Members of one kind under the names of another: what does not fit is left out.
            foreach (var (name, value) in service) { pod[name] = value; }
            using var buffer = new ProtobufBuffer();
            ProtobufEnvelope.Write(buffer, "v1", "Pod", (json: JsonTree.Write(pod), message), static (output, state) => ProtobufOutput.Write(output, state.json, state.message));
            ProtobufInput.ToJson(buffer.Written.Span, schema);
        }, iter: 500);
    }

    private static void AssertSame(JsonMap document, Type type, ObjectSchema schema)
    {
        using var buffer = new ProtobufBuffer();
        ProtobufEnvelope.Write(
            buffer, (string)document["apiVersion"]!, (string)document["kind"]!, (json: JsonTree.Write(document), message: ProtobufModels.Find(type)!),
            static (output, state) => ProtobufOutput.Write(output, state.json, state.message));
        var back = (JsonMap)JsonTree.Read(ProtobufInput.ToJson(buffer.Written.Span, schema))!;
        var (expected, actual) = (ProtobufInputTests.Expected(document, schema), ProtobufInputTests.Expected(back, schema));
        Assert.True(JsonTree.Equals(actual, expected), $"sent {Text(expected)}\ngot  {Text(actual)}");
    }

    private static string Text(object? value) => Encoding.UTF8.GetString(JsonTree.Write(value));
}
