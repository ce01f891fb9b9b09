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
    [InlineData(PatchKind.Json, """{"op":"test"}""", 400, "error decoding patch: json: cannot unmarshal object into Go value of type []handlers.jsonPatchOp")]
    [InlineData(PatchKind.Json, "[7]", 400, "error decoding patch: json: cannot unmarshal number into Go value of type handlers.jsonPatchOp")]
    [InlineData(PatchKind.Json, """[{"op":7}]""", 400, "error decoding patch: json: cannot unmarshal number into Go struct field jsonPatchOp.op of type string")]
    [InlineData(PatchKind.Json, """[null]""", 422, "the server rejected our request due to an error in our request")]
    [InlineData(PatchKind.Json, "[{", 400, "error decoding patch: unexpected end of JSON input")]
    [InlineData(PatchKind.Json, """[{"op":"add","op":"replace","path":"/spec/replicas","value":2,"Value":3},{"op":"test","path":"/kind","value":"Deployment","why":{"a":1,"a":2}}]""", 422,
        " \"\" is invalid: patch: Invalid value: \"{\\\"apiVersion\\\":\\\"apps/v1\\\",\\\"kind\\\":\\\"Deployment\\\",\\\"metadata\\\":{\\\"name\\\":\\\"web\\\",\\\"resourceVersion\\\":\\\"7\\\"},\\\"spec\\\":{\\\"replicas\\\":2,\\\"paused\\\":true}}\": strict decoding error: json patch duplicate field \"[0].op\", json patch unknown field \"[0].Value\", json patch duplicate field \"[1].why.a\", json patch unknown field \"[1].why\"")]
    [InlineData(PatchKind.Merge, "null", 400, "Invalid JSON Patch")]
    [InlineData(PatchKind.StrategicMerge, """{"spec":{"$setElementOrder/containers":"a"}}""", 500, "expected a []interface {}, but received a string")]
    [InlineData(PatchKind.Merge, "[]", 400, "error decoding patch: json: cannot unmarshal array into Go value of type map[string]interface {}")]
    [InlineData(PatchKind.Merge, "{x}", 400, "error decoding patch: invalid character 'x' looking for beginning of object key string")]
    [InlineData(PatchKind.StrategicMerge, "x", 400, "invalid character 'x' looking for beginning of value")]
    [InlineData(PatchKind.StrategicMerge, """{"spec":{"replicas":"abc"}}""", 422,
        " \"\" is invalid: patch: Invalid value: \"map[spec:map[replicas:abc]]\": unrecognized type: int32")]
    [InlineData(PatchKind.StrategicMerge, """{"spec":{"replicas":1.5}}""", 422,
        " \"\" is invalid: patch: Invalid value: \"map[spec:map[replicas:1.5]]\": cannot convert float64 to int32")]
    [InlineData(PatchKind.StrategicMerge, """{"metadata":{"labels":{"a":1}}}""", 422,
        " \"\" is invalid: patch: Invalid value: \"map[metadata:map[labels:map[a:1]]]\": cannot convert int64 to string")]
    [InlineData(PatchKind.StrategicMerge, """{"metadata":{"labels":{"a":true}}}""", 422,
        " \"\" is invalid: patch: Invalid value: \"map[metadata:map[labels:map[a:true]]]\": unrecognized type: string")]
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

    [Theory]
    [InlineData(PatchKind.Json, """{"op":"test"}""", "json: cannot unmarshal object into Go value of type jsonpatch.Patch")]
    [InlineData(PatchKind.Json, "[{", "unexpected end of JSON input")]
    [InlineData(PatchKind.Merge, "{x}", "Invalid JSON Patch")]
    [InlineData(PatchKind.Merge, "7", "Invalid JSON Patch")]
    [InlineData(PatchKind.StrategicMerge, "[]", "json: cannot unmarshal array into Go value of type map[string]interface {}")]
    public void Faults_OfPatchesThatNobodyReadsStrictly_HaveTheirOwnWords(PatchKind kind, string patch, string message)
    {
        var fault = Assert.Throws<ApiException>(() => Apply(kind, patch, FieldValidation.Ignore));
        Assert.Equal((400, message), (fault.Code, fault.Message));
    }

    [Fact]
    public void UnknownFieldsOfOperations_Warn_AreTold()
        => Assert.Equal(
            ["json patch unknown field \"[0].foo\"", "unknown field \"spec.bar\""],
            Apply(PatchKind.Json, """[{"op":"add","path":"/spec/bar","value":1,"foo":1}]""").Warnings);

    [Fact]
    public void NothingAtAll_ChangesNothing()
    {
        Assert.Equal(1, ((V1Deployment)Apply(PatchKind.StrategicMerge, "null").Value).Spec.Replicas);
        Assert.Equal(1, ((V1Deployment)Apply(PatchKind.Json, "null").Value).Spec.Replicas);
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
