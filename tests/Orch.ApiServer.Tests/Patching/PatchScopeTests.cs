using System.Text;
using CsCheck;
using k8s;
using k8s.Models;
using Orch.ApiServer.Apply;
using Orch.ApiServer.Decoding;
using Orch.ApiServer.Json;
using Orch.ApiServer.Kinds;
using Orch.ApiServer.Patching;
using Orch.ApiServer.Schema;
using Orch.ApiServer.Tests.Apply;
using Orch.Client;
using Orch.Resources;
using Orch.Serialization;
using ByteBuffer = Orch.ApiServer.Apply.ByteBuffer;

namespace Orch.ApiServer.Tests.Patching;

public sealed class PatchScopeTests
{
    private static readonly ModelSchemas Schemas = new();
    private static readonly IgnoredFields Ignored = IgnoredFields.For(BuiltInResources.All().First(static item => item.ObjectType == typeof(V1ConfigMap)), string.Empty);
    private static readonly Patcher Patcher = new(new ObjectDecoder(Schemas), Schemas);

    [Theory]
    [InlineData(typeof(V1Pod), "v1", "Pod")]
    [InlineData(typeof(V1Deployment), "apps/v1", "Deployment")]
    [InlineData(typeof(V1Service), "v1", "Service")]
    [InlineData(typeof(V1ServiceAccount), "v1", "ServiceAccount")]
    [InlineData(typeof(V1ConfigMap), "v1", "ConfigMap")]
    public void Part_OfAnObject_GivesWhatThePatchOfTheWholeGives(Type type, string version, string kind)
    {
        var schema = Schemas.For(type);
        var place = new ValueSchema { Kind = ValueKind.Object, GoType = schema.GoType, ObjectSource = () => schema };
        var parts = 0;
        Gen.Select(RandomObjects.Of(schema), RandomObjects.Of(schema), Gen.Bool, Gen.Int[0, 3]).Sample((from, to, isMerge, few) =>
        {
            (from["apiVersion"], from["kind"]) = (version, kind);
            (to["apiVersion"], to["kind"]) = (version, kind);
            var patch = isMerge ? to : TwoWayDiff.Between(from, to, place);
            foreach (var name in patch.Keys.Skip(few).ToList()) { patch.Remove(name); }
            var original = JsonTree.Write(from);
            var old = (IKubernetesObject<V1ObjectMeta>)ApiJson.Deserialize(original, type);
            var request = new PatchRequest(isMerge ? PatchKind.Merge : PatchKind.StrategicMerge, original, JsonTree.Write(patch), new GroupVersionKind(version == "v1" ? string.Empty : "apps", "v1", kind), type);
            var whole = Patcher.Apply(request);
            if (PatchScope.TryApply(Patcher, request, old, out var scope) is not { } part) { return; }
            parts++;
            Assert.Equal(Text(whole.Value), Text(part.Value));
            Assert.Equal(Changes(ApiJson.Serialize(old, type), ApiJson.Serialize(whole.Value, type), type), ChangesIn(scope, old, part.Value));
            Assert.Equal(Encoding.UTF8.GetString(ApiJson.Serialize(ApiJson.Deserialize(original, type), type)), Text(old));
        }, iter: 400, threads: 1);
        Assert.True(parts > 200, $"only {parts} patches were applied to a part");
    }

    [Theory]
    [InlineData(PatchKind.Json, """[{"op":"remove","path":"/metadata/labels"}]""")]
    [InlineData(PatchKind.StrategicMerge, """{"$patch":"replace","metadata":{"name":"a"}}""")]
    [InlineData(PatchKind.Merge, """{"met\u0061data":{"labels":null}}""")]
    [InlineData(PatchKind.Merge, """["a"]""")]
    [InlineData(PatchKind.Merge, """{"metadata":{}""")]
    [InlineData(PatchKind.Merge, """{"metadata":{}} {}""")]
    [InlineData(PatchKind.Merge, """{"spec":{"replicas":"many"}}""")]
    [InlineData(PatchKind.Merge, """{"kind":"Pod"}""")]
    public void PatchOfTheWhole_OrARefusedOne_IsLeftAlone(PatchKind kind, string patch) => Assert.Null(Apply(kind, patch, FieldValidation.Strict, out _));

    [Fact]
    public void Members_ThatAreNotNamed_AreCopies()
    {
        var value = (V1Deployment)Apply(PatchKind.Merge, """{"metadata":{"labels":{"a":"b"}},"foo":1,"status":null}""", FieldValidation.Warn, out var old)!.Value.Value;
        Assert.Equal(("b", 3, "7"), (value.Metadata.Labels["a"], value.Spec.Replicas, value.Metadata.ResourceVersion));
        Assert.NotSame(old.Spec, value.Spec);
        Assert.Null(value.Status);
        Assert.NotNull(old.Status);
        Assert.Null(old.Metadata.Labels);
    }

    [Theory]
    [InlineData(PatchKind.Merge, """{"metadata":{"labels":{"a":"b"}}}""", 1)]
    [InlineData(PatchKind.StrategicMerge, """{"metadata":{"labels":{"a":"b"}}}""", 1)]
    [InlineData(PatchKind.Merge, """{"metadata":{"managedFields":[{}]}}""", 1)]
    [InlineData(PatchKind.Merge, """{"metadata":{"managedFields":null}}""", 0)]
    [InlineData(PatchKind.Merge, """{"metadata":{"managed\u0046ields":null}}""", 0)]
    [InlineData(PatchKind.Merge, """{"metadata":{"labels":{},"managedFields":[]}}""", 0)]
    [InlineData(PatchKind.StrategicMerge, """{"metadata":{"$patch":"replace","name":"web"}}""", 0)]
    [InlineData(PatchKind.StrategicMerge, """{"metadata":{"$retainKeys":["name"]}}""", 0)]
    public void ManagedFields_ThatThePatchSaysNothingOf_AreSharedWithTheOldObject(PatchKind kind, string patch, int count)
    {
        var value = Apply(kind, patch, FieldValidation.Ignore, out var old)!.Value.Value as V1Deployment;
        Assert.Equal(count, value!.Metadata.ManagedFields?.Count ?? 0);
        Assert.Equal(patch.Contains("labels", StringComparison.Ordinal) && count == 1, ReferenceEquals(old.Metadata.ManagedFields, value.Metadata.ManagedFields));
        Assert.Equal("kubectl", old.Metadata.ManagedFields.Single().Manager);
    }

    private static DecodedBody? Apply(PatchKind kind, string patch, FieldValidation validation, out V1Deployment old)
    {
        var original = """{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"managedFields":[{"manager":"kubectl","operation":"Update","apiVersion":"apps/v1","fieldsType":"FieldsV1","fieldsV1":{"f:spec":{"f:replicas":{}}}}],"name":"web","resourceVersion":"7"},"spec":{"replicas":3},"status":{"replicas":2}}"""u8.ToArray();
        old = ApiJson.Deserialize<V1Deployment>(original);
        var request = new PatchRequest(kind, original, Encoding.UTF8.GetBytes(patch), new GroupVersionKind("apps", "v1", "Deployment"), typeof(V1Deployment)) { FieldValidation = validation };
        return PatchScope.TryApply(Patcher, request, old, out _);
    }

    [Theory]
    [InlineData("""{"metadata":{"labels":{"a":"b"}}}""", true)]
    [InlineData("""{"metadata":{"labels":{"a":"b"}},"spec":{"type":"NodePort"},"status":null}""", true)]
    [InlineData("""{"stringData":{"a":"b"}}""", false)]
    [InlineData("""{"metadata":{},"data":{"a":"Yg=="}}""", false)]
    public void Scope_OfOtherMembersThanTheUsual_MayReachBeyondItself(string patch, bool keeps)
    {
        var type = patch.Contains("ata\":{\"a", StringComparison.Ordinal) ? typeof(V1Secret) : typeof(V1Service);
        var original = Encoding.UTF8.GetBytes($$$"""{"apiVersion":"v1","kind":"{{{type.Name[2..]}}}","metadata":{"name":"a"}}""");
        var request = new PatchRequest(PatchKind.Merge, original, Encoding.UTF8.GetBytes(patch), new GroupVersionKind(string.Empty, "v1", type.Name[2..]), type);
        Assert.NotNull(PatchScope.TryApply(Patcher, request, (IKubernetesObject<V1ObjectMeta>)ApiJson.Deserialize(original, type), out var scope));
        Assert.Equal(keeps, scope.KeepsToItself);
    }

    private static string ChangesIn(PatchScope scope, IKubernetesObject old, IKubernetesObject now)
    {
        using var before = new ByteBuffer();
        using var after = new ByteBuffer();
        scope.Cut(ApiJson.Serialize(old, old.GetType()), before);
        scope.Encode(now, after);
        return Changes(before.Written, after.Written, now.GetType());
    }

    private static string Changes(ReadOnlySpan<byte> old, ReadOnlySpan<byte> now, Type type)
    {
        var changes = ChangeWalker.Between(old, now, MergeTypes.Models.Of(type), Ignored);
        using var text = new ByteBuffer();
        FieldsV1.Write(text, changes.Changed);
        FieldsV1.Write(text, changes.Removed);
        return Encoding.UTF8.GetString(text.Written);
    }

    private static string Text(IKubernetesObject value) => Encoding.UTF8.GetString(ApiJson.Serialize(value, value.GetType()));
}
