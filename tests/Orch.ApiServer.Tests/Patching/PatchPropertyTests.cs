using CsCheck;
using k8s.Models;
using Orch.ApiServer.Json;
using Orch.ApiServer.Patching;
using Orch.ApiServer.Schema;

namespace Orch.ApiServer.Tests.Patching;

public sealed class PatchPropertyTests
{
    private static readonly ModelSchemas Schemas = new();

    [Theory]
    [InlineData(typeof(V1Pod))]
    [InlineData(typeof(V1Deployment))]
    [InlineData(typeof(V1Service))]
    [InlineData(typeof(V1ServiceAccount))]
    [InlineData(typeof(V1Node))]
    public void StrategicDiff_AppliedToItsSource_GivesItsTarget(Type type)
    {
        var schema = Schemas.For(type);
        var place = new ValueSchema { Kind = ValueKind.Object, GoType = schema.GoType, ObjectSource = () => schema };
        Gen.Select(RandomObjects.Of(schema), RandomObjects.Of(schema)).Sample((from, to) =>
        {
            var patch = TwoWayDiff.Between(from, to, place);
            var outcome = StrategicMergePatch.Apply(Copy(from), Copy(patch), place);
            var again = StrategicMergePatch.Apply(Copy(outcome), Copy(patch), place);
            Assert.True(JsonTree.Equals(outcome, to), $"from {Text(from)}\nto   {Text(to)}\npatch {Text(patch)}\ngave {Text(outcome)}");
            Assert.True(JsonTree.Equals(outcome, again), $"patch {Text(patch)}\ngave  {Text(outcome)}\nagain {Text(again)}");
        }, iter: 400);
    }

    [Fact]
    public void MergePatch_AppliedTwice_ChangesNothingMore()
    {
        var schema = Schemas.For(typeof(V1Pod));
        Gen.Select(RandomObjects.Of(schema), RandomObjects.Of(schema)).Sample((target, patch) =>
        {
            var once = MergePatch.Apply(Copy(target), Copy(patch));
            var twice = MergePatch.Apply(JsonTree.Copy(once), Copy(patch));
            return JsonTree.Equals(once, twice);
        }, iter: 200);
    }

    private static string Text(object? value) => System.Text.Encoding.UTF8.GetString(JsonTree.Write(value));

    private static JsonMap Copy(JsonMap map) => (JsonMap)JsonTree.Copy(map)!;

}
