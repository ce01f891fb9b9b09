using System.Text;
using k8s.Models;
using Orch.ApiServer.Decoding;
using Orch.ApiServer.Patching;
using Orch.ApiServer.Schema;
using Orch.Client;

namespace Orch.ApiServer.Tests.Patching;

public sealed class PatcherTests
{
    private const string Original = """{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"web","resourceVersion":"7"},"spec":{"replicas":1,"paused":true}}""";
    private static readonly ModelSchemas Schemas = new();
    private static readonly Patcher Patcher = new(new ObjectDecoder(Schemas), Schemas);

    [Theory]
    [InlineData(PatchKind.Json, """[{"op":"replace","path":"/spec/replicas","value":3}]""")]
    [InlineData(PatchKind.Merge, """{"spec":{"replicas":3}}""")]
    [InlineData(PatchKind.StrategicMerge, """{"spec":{"replicas":3}}""")]
    public void EachKind_Patches(PatchKind kind, string patch)
    {
        var value = (V1Deployment)Apply(kind, patch).Value;
        Assert.Equal((3, true, "7"), (value.Spec.Replicas, value.Spec.Paused, value.Metadata.ResourceVersion));
    }

    [Theory]
    [InlineData(PatchKind.Json, """[{"op":"test","path":"/spec/replicas","value":3}]""", 422, "the server rejected our request due to an error in our request")]
    [InlineData(PatchKind.Json, """[{"op":"remove","path":"/spec/nope"}]""", 422, "the server rejected our request due to an error in our request")]
    [InlineData(PatchKind.Json, """{"op":"test"}""", 400, "json: cannot unmarshal object into Go value of type jsonpatch.Patch")]
    [InlineData(PatchKind.Json, "[{", 400, "unexpected end of JSON input")]
    [InlineData(PatchKind.Merge, "[]", 400, "error decoding patch: json: cannot unmarshal array into Go value of type map[string]interface {}")]
    [InlineData(PatchKind.Merge, "{x}", 400, "error decoding patch: invalid character 'x' looking for beginning of object key string")]
    [InlineData(PatchKind.StrategicMerge, "x", 400, "invalid character 'x' looking for beginning of value")]
    [InlineData(PatchKind.StrategicMerge, """{"spec":{"replicas":"abc"}}""", 422,
        " \"\" is invalid: patch: Invalid value: \"map[spec:map[replicas:abc]]\": unrecognized type: int32")]
    [InlineData(PatchKind.Json, """[{"op":"add","path":"/spec/foo","value":1}]""", 422,
        " \"\" is invalid: patch: Invalid value: \"{\\\"apiVersion\\\":\\\"apps/v1\\\",\\\"kind\\\":\\\"Deployment\\\",\\\"metadata\\\":{\\\"name\\\":\\\"web\\\",\\\"resourceVersion\\\":\\\"7\\\"},\\\"spec\\\":{\\\"replicas\\\":1,\\\"paused\\\":true,\\\"foo\\\":1}}\": strict decoding error: unknown field \"spec.foo\"")]
    [InlineData(PatchKind.StrategicMerge, """{"spec":{"foo":1}}""", 422,
        " \"\" is invalid: patch: Invalid value: \"map[spec:map[foo:1]]\": strict decoding error: unknown field \"spec.foo\"")]
    [InlineData(PatchKind.Merge, """{"spec":{"replicas":1,"replicas":2}}""", 422,
        " \"\" is invalid: patch: Invalid value: \"{\\\"apiVersion\\\":\\\"apps/v1\\\",\\\"kind\\\":\\\"Deployment\\\",\\\"metadata\\\":{\\\"name\\\":\\\"web\\\",\\\"resourceVersion\\\":\\\"7\\\"},\\\"spec\\\":{\\\"replicas\\\":2,\\\"paused\\\":true}}\": strict decoding error: duplicate field \"spec.replicas\"")]
    public void Faults_AreAnsweredAsUpstreamAnswers(PatchKind kind, string patch, int code, string message)
    {
        var fault = Assert.Throws<ApiException>(() => Apply(kind, patch, FieldValidation.Strict));
        Assert.Equal((code, message), (fault.Code, fault.Message));
    }

    [Fact]
    public void UnknownFields_Warn_AreToldAndDropped()
        => Assert.Equal(["unknown field \"spec.foo\""], Apply(PatchKind.StrategicMerge, """{"spec":{"foo":1}}""").Warnings);

    [Fact]
    public void TheOriginal_IsNotChanged()
    {
        var original = Encoding.UTF8.GetBytes(Original);
        Patcher.Apply(new PatchRequest(PatchKind.StrategicMerge, original, "{\"spec\":null}"u8.ToArray(), new("apps", "v1", "Deployment"), typeof(V1Deployment)));
        Assert.Equal(Original, Encoding.UTF8.GetString(original));
    }

    private static DecodedBody Apply(PatchKind kind, string patch, FieldValidation validation = FieldValidation.Warn)
        => Patcher.Apply(new PatchRequest(kind, Encoding.UTF8.GetBytes(Original), Encoding.UTF8.GetBytes(patch), new("apps", "v1", "Deployment"), typeof(V1Deployment))
        {
            FieldValidation = validation,
        });
}
