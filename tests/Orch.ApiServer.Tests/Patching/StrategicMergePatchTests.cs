using System.Text;
using k8s.Models;
using Orch.ApiServer.Json;
using Orch.ApiServer.Patching;
using Orch.ApiServer.Schema;

namespace Orch.ApiServer.Tests.Patching;

public sealed class StrategicMergePatchTests
{
    private static readonly ModelSchemas Schemas = new();

    [Theory]
    [InlineData("maps merge, null deletes",
        """{"metadata":{"labels":{"a":"1","b":"2"}}}""", """{"metadata":{"labels":{"a":null,"c":"3"}}}""", """{"metadata":{"labels":{"b":"2","c":"3"}}}""")]
    [InlineData("list merges by key, new items last",
        """{"spec":{"containers":[{"name":"a","image":"x"},{"name":"b"}]}}""", """{"spec":{"containers":[{"name":"a","image":"y"},{"name":"c"}]}}""",
        """{"spec":{"containers":[{"name":"a","image":"y"},{"name":"c"},{"name":"b"}]}}""")]
    [InlineData("item deleted by directive",
        """{"spec":{"containers":[{"name":"a"},{"name":"b"}]}}""", """{"spec":{"containers":[{"$patch":"delete","name":"a"}]}}""", """{"spec":{"containers":[{"name":"b"}]}}""")]
    [InlineData("list replaced by directive",
        """{"spec":{"containers":[{"name":"a"},{"name":"b"}]}}""", """{"spec":{"containers":[{"name":"c"},{"$patch":"replace"}]}}""", """{"spec":{"containers":[{"name":"c"}]}}""")]
    [InlineData("list emptied by directive",
        """{"spec":{"volumes":[{"name":"a"},{"name":"b"}]}}""", """{"spec":{"volumes":[{"$patch":"replace"}]}}""", """{"spec":{"volumes":[]}}""")]
    [InlineData("map replaced by directive",
        """{"spec":{"nodeSelector":{"a":"1"}}}""", """{"spec":{"nodeSelector":{"$patch":"replace","b":"2"}}}""", """{"spec":{"nodeSelector":{"b":"2"}}}""")]
    [InlineData("map emptied by directive",
        """{"spec":{"securityContext":{"runAsUser":1}}}""", """{"spec":{"securityContext":{"$patch":"delete"}}}""", """{"spec":{"securityContext":{}}}""")]
    [InlineData("retained keys",
        """{"spec":{"volumes":[{"name":"v","emptyDir":{}}]}}""", """{"spec":{"volumes":[{"$retainKeys":["name","hostPath"],"name":"v","hostPath":{"path":"/x"}}]}}""",
        """{"spec":{"volumes":[{"name":"v","hostPath":{"path":"/x"}}]}}""")]
    [InlineData("primitives merge as a set",
        """{"metadata":{"finalizers":["a","b"]}}""", """{"metadata":{"finalizers":["b","c"]}}""", """{"metadata":{"finalizers":["a","b","c"]}}""")]
    [InlineData("primitives deleted",
        """{"metadata":{"finalizers":["a","b","c"]}}""", """{"metadata":{"$deleteFromPrimitiveList/finalizers":["b"]}}""", """{"metadata":{"finalizers":["a","c"]}}""")]
    [InlineData("primitives deleted, added and ordered",
        """{"metadata":{"finalizers":["a","b","c"]}}""",
        """{"metadata":{"$deleteFromPrimitiveList/finalizers":["b"],"$setElementOrder/finalizers":["d","c","a"],"finalizers":["d"]}}""",
        """{"metadata":{"finalizers":["d","c","a"]}}""")]
    [InlineData("order alone",
        """{"spec":{"containers":[{"name":"a"},{"name":"b"},{"name":"c"}]}}""", """{"spec":{"$setElementOrder/containers":[{"name":"c"},{"name":"a"},{"name":"b"}]}}""",
        """{"spec":{"containers":[{"name":"c"},{"name":"a"},{"name":"b"}]}}""")]
    [InlineData("order keeps the server's own items in place",
        """{"spec":{"containers":[{"name":"a"},{"name":"sidecar"},{"name":"b"}]}}""",
        """{"spec":{"$setElementOrder/containers":[{"name":"a"},{"name":"new"},{"name":"b"}],"containers":[{"name":"new"}]}}""",
        """{"spec":{"containers":[{"name":"a"},{"name":"new"},{"name":"sidecar"},{"name":"b"}]}}""")]
    [InlineData("order with a deletion",
        """{"spec":{"containers":[{"name":"a","image":"x"},{"name":"b"}]}}""",
        """{"spec":{"$setElementOrder/containers":[{"name":"a"}],"containers":[{"name":"a","image":"y"},{"$patch":"delete","name":"b"}]}}""",
        """{"spec":{"containers":[{"name":"a","image":"y"}]}}""")]
    [InlineData("list added with order",
        """{"spec":{}}""", """{"spec":{"$setElementOrder/containers":[{"name":"a"}],"containers":[{"name":"a"}]}}""", """{"spec":{"containers":[{"name":"a"}]}}""")]
    [InlineData("atomic list replaced",
        """{"spec":{"tolerations":[{"key":"a"}]}}""", """{"spec":{"tolerations":[{"key":"b"}]}}""", """{"spec":{"tolerations":[{"key":"b"}]}}""")]
    [InlineData("primitive list replaced",
        """{"spec":{"containers":[{"name":"a","args":["x","y"]}]}}""", """{"spec":{"containers":[{"name":"a","args":["z"]}]}}""", """{"spec":{"containers":[{"name":"a","args":["z"]}]}}""")]
    [InlineData("ports merge by container port",
        """{"spec":{"containers":[{"name":"a","ports":[{"containerPort":80,"name":"p"}]}]}}""", """{"spec":{"containers":[{"name":"a","ports":[{"containerPort":80,"name":"q"},{"containerPort":81}]}]}}""",
        """{"spec":{"containers":[{"name":"a","ports":[{"containerPort":80,"name":"q"},{"containerPort":81}]}]}}""")]
    [InlineData("new maps lose directives and nulls",
        """{}""", """{"metadata":{"labels":{"a":null,"b":"1"},"$retainKeys":["labels"]},"spec":{"volumes":[{"name":"x","emptyDir":{"medium":null}},{"$patch":"delete","name":"y"}]}}""",
        """{"metadata":{"labels":{"b":"1"}},"spec":{"volumes":[{"name":"x","emptyDir":{}}]}}""")]
    [InlineData("type change takes the patch", """{"spec":{"hostname":"a"}}""", """{"spec":{"hostname":{"b":1}}}""", """{"spec":{"hostname":{"b":1}}}""")]
    public void Pods_MergeAsUpstreamMerges(string situation, string document, string patch, string expected)
    {
        Assert.NotEmpty(situation);
        Assert.Equal(expected, Apply(document, patch, typeof(V1Pod)));
    }

    [Fact]
    public void RetainKeysOfAStruct_DropTheOthers()
        => Assert.Equal("""{"spec":{"strategy":{"type":"Recreate"}}}""", Apply(
            """{"spec":{"strategy":{"type":"RollingUpdate","rollingUpdate":{"maxSurge":1}}}}""",
            """{"spec":{"strategy":{"$retainKeys":["type"],"type":"Recreate"}}}""", typeof(V1Deployment)));

    [Theory]
    [InlineData("""{"spec":{"containers":[{"image":"y"}]}}""", 500, "map: map[image:y] does not contain declared merge key: name")]
    [InlineData("""{"spec":{"containers":[{"$patch":"delete"}]}}""", 500, "map: map[$patch:delete] does not contain declared merge key: name")]
    [InlineData("""{"spec":{"containers":[{"$patch":"merge","name":"a"}]}}""", 500, "merging lists cannot yet be specified in the patch")]
    [InlineData("""{"spec":{"containers":[{"$patch":"bogus","name":"a"}]}}""", 500, "unknown patch type: bogus in map: map[$patch:bogus name:a]")]
    [InlineData("""{"spec":{"$patch":"bogus"}}""", 500, "unknown patch type: bogus in map: map[$patch:bogus]")]
    [InlineData("""{"spec":{"$patch":"merge"}}""", 500, "unknown patch type: merge in map: map[$patch:merge]")]
    [InlineData("""{"spec":{"$retainKeys":"x"}}""", 400, "invalid patch format of retainKeys")]
    [InlineData("""{"spec":{"$retainKeys":["volumes"],"containers":[]}}""", 400, "invalid patch format of retainKeys")]
    [InlineData("""{"spec":{"$setElementOrder/containers":7}}""", 500, "expected a []interface {}, but received a int64")]
    [InlineData("""{"spec":{"$setElementOrder":[]}}""", 400, "invalid patch format of setElementOrder list")]
    [InlineData("""{"spec":{"$setElementOrder/containers":[],"containers":null}}""", 500, "expected a []interface {}, but received a %!s(<nil>)")]
    [InlineData("""{"metadata":{"$deleteFromPrimitiveList":[]}}""", 400, "invalid patch format of primitive list")]
    [InlineData("""{"spec":{"containers":["a"]}}""", 500, "list element types are not identical: [[map[name:a]] [a]]")]
    public void MalformedPatches_AreRefused(string patch, int code, string message)
    {
        var fault = Assert.Throws<PatchFault>(() => Apply("""{"metadata":{},"spec":{"containers":[{"name":"a"}]}}""", patch, typeof(V1Pod)));
        Assert.Equal((code, message), (fault.Code, fault.Message));
    }

    [Theory]
    [InlineData("""{"metadata":{"$deleteFromPrimitiveList/finalizers":7}}""")]
    [InlineData("""{"metadata":{"$deleteFromPrimitiveList/finalizers":["x"]}}""")]
    [InlineData("""{"spec":{"$setElementOrder/containers":[],"containers":[{"name":"a"}]}}""")]
    public void PatchesThatSayNothing_ChangeNothing(string patch)
        => Assert.Equal("""{"metadata":{},"spec":{"containers":[{"name":"a"}]}}""", Apply("""{"metadata":{},"spec":{"containers":[{"name":"a"}]}}""", patch, typeof(V1Pod)));

    [Fact]
    public void ListsOfLists_AreRefused()
    {
        var fault = Assert.Throws<PatchFault>(() => Apply("""{"spec":{"containers":[]}}""", """{"spec":{"containers":[["a"]]}}""", typeof(V1Pod)));
        Assert.Equal((422, "lists of lists are not supported"), (fault.Code, fault.Message));
    }

    [Fact]
    public void OrderThatContradictsTheList_IsRefused()
    {
        var fault = Assert.Throws<PatchFault>(() => Apply("""{"spec":{"containers":[{"name":"a"}]}}""", """{"spec":{"$setElementOrder/containers":[{"name":"a"}],"containers":[{"name":"b"}]}}""", typeof(V1Pod)));
        Assert.Equal((500, "The order in patch list:\n[map[name:b]]\n doesn't match $setElementOrder list:\n[map[name:a]]\n"), (fault.Code, fault.Message));
    }

    private static string Apply(string document, string patch, Type type)
    {
        var schema = Schemas.For(type);
        var place = new ValueSchema { Kind = ValueKind.Object, GoType = schema.GoType, ObjectSource = () => schema };
        return Encoding.UTF8.GetString(JsonTree.Write(StrategicMergePatch.Apply(Read(document), Read(patch), place)));
    }

    private static JsonMap Read(string text) => (JsonMap)JsonTree.Read(Encoding.UTF8.GetBytes(text))!;
}
