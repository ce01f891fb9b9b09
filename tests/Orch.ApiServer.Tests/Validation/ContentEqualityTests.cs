using k8s;
using k8s.Models;
using Orch.ApiServer.Json;
using Orch.ApiServer.Kinds;
using Orch.ApiServer.Schema;
using Orch.ApiServer.Tests.Patching;
using Orch.ApiServer.Validation;
using Orch.Serialization;

namespace Orch.ApiServer.Tests.Validation;

public sealed class ContentEqualityTests
{
    private static readonly ModelSchemas Schemas = new();

    public static TheoryData<string> Kinds => [.. BuiltInResources.All().Select(static declaration => declaration.GetType().Name)];

    private static readonly Dictionary<string, (object? Left, object? Right, bool Same)> Cases = new()
    {
        ["nothing and an empty text"] = (new V1PodSpec { NodeName = "" }, new V1PodSpec(), true),
        ["nothing and an empty list"] = (new V1PodSpec { Tolerations = [] }, new V1PodSpec(), true),
        ["an empty map and nothing"] = (new V1PodSpec(), new V1PodSpec { NodeSelector = new Dictionary<string, string>() }, true),
        ["no bytes and nothing"] = (new V1ConfigMap { BinaryData = new Dictionary<string, byte[]> { ["a"] = [] } }, new V1ConfigMap { BinaryData = new Dictionary<string, byte[]> { ["a"] = null! } }, true),
        ["nothing and an empty object"] = (new V1PodSpec { SecurityContext = new V1PodSecurityContext() }, new V1PodSpec(), false),
        ["nothing and false"] = (new V1PodSpec { HostNetwork = false }, new V1PodSpec(), false),
        ["nothing and zero"] = (new V1PodSpec { Priority = 0 }, new V1PodSpec(), false),
        ["texts"] = (new V1PodSpec { NodeName = "a" }, new V1PodSpec { NodeName = "b" }, false),
        ["numbers"] = (new V1PodSpec { Priority = 1 }, new V1PodSpec { Priority = 2 }, false),
        ["quantities of one value"] = (Needs("1"), Needs("1000m"), true),
        ["quantities"] = (Needs("1"), Needs("2"), false),
        ["a quantity and none"] = (Needs("0"), new V1ResourceRequirements(), false),
        ["a port by number and by name"] = (new V1ServicePort { TargetPort = 80 }, new V1ServicePort { TargetPort = "web" }, false),
        ["a port and none"] = (new V1ServicePort { TargetPort = 80 }, new V1ServicePort(), false),
        ["one port"] = (new V1ServicePort { TargetPort = 80 }, new V1ServicePort { TargetPort = "80" }, true),
        ["lists of other lengths"] = (new V1PodSpec { Tolerations = [new V1Toleration()] }, new V1PodSpec(), false),
        ["lists in other orders"] = (new V1Container { Command = ["a", "b"] }, new V1Container { Command = ["b", "a"] }, false),
        ["maps in other orders"] = (new V1PodSpec { NodeSelector = new Dictionary<string, string> { ["a"] = "1", ["b"] = "2" } }, new V1PodSpec { NodeSelector = new SortedDictionary<string, string>(Comparer<string>.Create(static (a, b) => string.CompareOrdinal(b, a))) { ["a"] = "1", ["b"] = "2" } }, true),
        ["sorted maps of other keys"] = (new V1PodSpec { NodeSelector = new SortedDictionary<string, string> { ["a"] = "1" } }, new V1PodSpec { NodeSelector = new Dictionary<string, string> { ["b"] = "1" } }, false),
        ["maps of other keys"] = (new V1PodSpec { NodeSelector = new Dictionary<string, string> { ["a"] = "" } }, new V1PodSpec { NodeSelector = new Dictionary<string, string> { ["b"] = "" } }, false),
        ["lists and nothing"] = (new List<string>(), null, true),
        ["models of other types"] = (new V1PodSpec(), new V1PodStatus(), false),
        ["bare values"] = (1, 1, true),
        ["bare values of other types"] = (1, 1L, false),
        ["bytes"] = (new byte[] { 1, 2 }, new byte[] { 1, 2 }, true),
        ["other bytes"] = (new byte[] { 1, 2 }, new byte[] { 1, 3 }, false),
    };

    public static TheoryData<string> Names => [.. Cases.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Same_OfTheCase_IsAsItShouldBe(string name)
    {
        var (left, right, same) = Cases[name];
        Assert.Equal((same, same, same), (ContentEquality.Same(left, right), ContentEquality.Same(right, left), ReflectiveEquality.Same(left, right)));
    }

    [Fact]
    public void Same_OfTypesThatHoldThemselves_GoesAllTheWay()
    {
        static V1JSONSchemaProps Chain(int depth, string end) => depth == 0 ? new V1JSONSchemaProps { Description = end } : new V1JSONSchemaProps { Properties = new Dictionary<string, V1JSONSchemaProps> { ["x"] = Chain(depth - 1, end) } };
        Assert.True(ContentEquality.Same(Chain(50, "a"), Chain(50, "a")));
        Assert.False(ContentEquality.Same(Chain(50, "a"), Chain(50, "b")));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Same_OfRandomObjects_IsThatOfReflection(string name)
    {
        var declaration = BuiltInResources.All().Single(item => item.GetType().Name == name);
        var random = new Random(name.Length);
        var differ = 0;
        for (var round = 0; round < 40; round++)
        {
            var tree = RandomObjects.Make(random, Schemas.For(declaration.ObjectType), 0);
            var value = Read(declaration.ObjectType, tree);
            Assert.True(ContentEquality.Same(value, Read(declaration.ObjectType, tree)));
            if (!Change(tree, random)) { continue; }
            var changed = Read(declaration.ObjectType, tree);
            var same = ReflectiveEquality.Same(value, changed);
            Assert.Equal(same, ContentEquality.Same(value, changed));
            if (!same) { differ++; }
        }

        Assert.True(differ > 5, $"only {differ} objects differed");
    }

    private static V1ResourceRequirements Needs(string cpu) => new() { Requests = new Dictionary<string, ResourceQuantity> { ["cpu"] = new(cpu) } };

    private static object Read(Type type, JsonMap tree) => ApiJson.Deserialize(JsonTree.Write(tree), type);

    // Changes one value somewhere.
    private static bool Change(object? node, Random random)
    {
        switch (node)
        {
            case JsonMap { Count: > 0 } map:
                var key = map.Keys.ElementAt(random.Next(map.Count));
                if (map[key] is JsonMap or JsonList && random.Next(8) > 0 && Change(map[key], random)) { return true; }
                if (random.Next(2) == 0) { return map.Remove(key); }
                if (map[key] is not JsonNumber) { return map.Remove(key); }
                map[key] = new JsonNumber("77");
                return true;
            case JsonList { Count: > 0 } list:
                var index = random.Next(list.Count);
                if (list[index] is JsonMap or JsonList && random.Next(8) > 0 && Change(list[index], random)) { return true; }
                list.RemoveAt(index);
                return true;
            default: return false;
        }
    }
}
