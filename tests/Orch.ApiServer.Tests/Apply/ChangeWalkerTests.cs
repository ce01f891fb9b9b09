using System.Text.Json;
using CsCheck;
using k8s.Models;
using Orch.ApiServer.Apply;
using Orch.ApiServer.Json;
using Orch.ApiServer.Kinds;
using Orch.ApiServer.Resources;
using Orch.ApiServer.Schema;
using Orch.ApiServer.Tests.Patching;
using Orch.Serialization;

namespace Orch.ApiServer.Tests.Apply;

public sealed class ChangeWalkerTests
{
    private static readonly IgnoredFields Nothing = IgnoredFields.Nothing;

    public static TheoryData<string, string, string, string> Changes => new()
    {
        // old, new, changed, removed
        { """{"count":1}""", """{"count":2}""", """{"f:count":{}}""", "{}" },
        { """{"count":1}""", """{"count":1.0}""", "{}", "{}" },
        { """{"name":"a"}""", """{"count":1}""", """{"f:count":{}}""", """{"f:name":{}}""" },
        { """{"name":"\u0061"}""", """{"name":"a"}""", "{}", "{}" },
        { """{"name":"a","count":1,"on":true}""", """{"on":true,"count":2,"name":"a"}""", """{"f:count":{}}""", "{}" },
        { """{"tags":{"a":"1","b":"2"}}""", """{"tags":{"b":"3","c":"4"}}""", """{"f:tags":{"f:b":{},"f:c":{}}}""", """{"f:tags":{"f:a":{}}}""" },
        { "{}", """{"tags":{"a":"1"}}""", """{"f:tags":{".":{},"f:a":{}}}""", "{}" },
        { """{"tags":{"a":"1"}}""", "{}", "{}", """{"f:tags":{".":{},"f:a":{}}}""" },
        { """{"tags":{}}""", """{"tags":{"a":"1"}}""", """{"f:tags":{"f:a":{}}}""", "{}" },
        { """{"tags":null}""", """{"tags":{}}""", """{"f:tags":{}}""", "{}" },
        { "{}", """{"tags":{}}""", """{"f:tags":{}}""", "{}" },
        { """{"tags":{"a\"b":"1"}}""", """{"tags":{"a\"b":"2"}}""", """{"f:tags":{"f:a\"b":{}}}""", "{}" },
        { """{"whole":{"a":"1"}}""", """{"whole":{"a":"2"}}""", """{"f:whole":{}}""", "{}" },
        { """{"whole":{"a":"1","b":"2"}}""", """{"whole":{"b":"2","a":"1"}}""", "{}", "{}" },
        { """{"list":["a"]}""", """{"list":["a","b"]}""", """{"f:list":{}}""", "{}" },
        { """{"set":["a","b"]}""", """{"set":["b","c"]}""", """{"f:set":{"v:\"c\"":{}}}""", """{"f:set":{"v:\"a\"":{}}}""" },
        { """{"set":["a","b"]}""", """{"set":["b","a"]}""", "{}", "{}" },
        { "{}", """{"set":["a"]}""", """{"f:set":{".":{},"v:\"a\"":{}}}""", "{}" },
        { """{"set":["a"]}""", """{"set":["a","a"]}""", """{"f:set":{"v:\"a\"":{}}}""", """{"f:set":{"v:\"a\"":{}}}""" },
        { """{"items":[{"port":80,"value":"a"}]}""", """{"items":[{"port":80,"value":"b"}]}""", """{"f:items":{"k:{\"port\":80,\"protocol\":\"TCP\"}":{"f:value":{}}}}""", "{}" },
        { """{"items":[{"port":80,"value":"a"}]}""", """{"items":[{"port":80,"protocol":"TCP","value":"a"}]}""", """{"f:items":{"k:{\"port\":80,\"protocol\":\"TCP\"}":{"f:protocol":{}}}}""", "{}" },
        { """{"items":[{"port":80},{"port":81}]}""", """{"items":[{"port":81},{"port":80}]}""", "{}", "{}" },
        {
            """{"items":[{"port":80}]}""", """{"items":[{"port":80},{"port":80,"protocol":"UDP","more":{"x":"y"}}]}""",
            """{"f:items":{"k:{\"port\":80,\"protocol\":\"UDP\"}":{".":{},"f:more":{".":{},"f:x":{}},"f:port":{},"f:protocol":{}}}}""", "{}"
        },
        { """{"items":[{"port":1,"value":"a"},{"port":1,"value":"b"}]}""", """{"items":[{"port":1,"value":"a"},{"port":1,"value":"c"}]}""", """{"f:items":{"k:{\"port\":1,\"protocol\":\"TCP\"}":{}}}""", "{}" },
        { """{"items":[{"port":1,"value":"a"},{"port":1,"value":"b"}]}""", """{"items":[{"port":1,"value":"a"},{"port":1,"value":"b"}]}""", "{}", "{}" },
        { """{"free":{"a":{"b":1},"c":[1]}}""", """{"free":{"a":{"b":2},"c":[1,2]}}""", """{"f:free":{"f:a":{"f:b":{}},"f:c":{}}}""", "{}" },
        { """{"free":{"a":1}}""", """{"free":{"a":{"b":1}}}""", """{"f:free":{"f:a":{".":{},"f:b":{}}}}""", "{}" },
        { """{"free":{"a":{"b":1}}}""", """{"free":{"a":[1]}}""", """{"f:free":{"f:a":{}}}""", """{"f:free":{"f:a":{"f:b":{}}}}""" },
        { """{"inner":{"inner":{"a":"1"}}}""", """{"inner":{"inner":{"b":"1"}}}""", """{"f:inner":{"f:inner":{"f:b":{}}}}""", """{"f:inner":{"f:inner":{"f:a":{}}}}""" },
    };

    [Theory]
    [MemberData(nameof(Changes))]
    public void Between_TwoObjects_TellsWhatChangedAndWhatIsGone(string old, string now, string changed, string removed)
    {
        var (left, right) = (MergeTypes.Bytes($$"""{"spec":{{old}}}"""), MergeTypes.Bytes($$"""{"spec":{{now}}}"""));
        var changes = ChangeWalker.Between(left, right, MergeTypes.Custom, Nothing);
        Assert.Equal((Below(changed), Below(removed)), (changes.Changed.ToString(), changes.Removed.ToString()));
    }

    [Fact]
    public void Between_Whitespace_IsNotLookedAt()
    {
        var changes = ChangeWalker.Between(MergeTypes.Bytes("{ \"spec\" : { \"count\" : 1 , \"tags\" : { } } }"), MergeTypes.Bytes("{\"spec\":{\"count\":2,\"tags\":{\"a\":\"\"}}}"), MergeTypes.Custom, Nothing);
        Assert.Equal("""{"f:spec":{"f:count":{},"f:tags":{"f:a":{}}}}""", changes.Changed.ToString());
    }

    [Fact]
    public void OfNew_CustomObject_OwnsAllButTheServersPart()
    {
        var json = MergeTypes.Bytes("""{"apiVersion":"e/v1","kind":"C","metadata":{"name":"n","uid":"u","labels":{"a":"b"},"finalizers":["x/y"]},"spec":{"items":[{"port":1}],"set":["a"],"whole":{"a":"b"},"free":{}},"status":{"phase":"x"}}""");
        Assert.Equal(
            """{"f:metadata":{"f:finalizers":{".":{},"v:\"x/y\"":{}},"f:labels":{".":{},"f:a":{}}},"f:spec":{".":{},"f:free":{},"f:items":{".":{},"k:{\"port\":1,\"protocol\":\"TCP\"}":{".":{},"f:port":{}}},"f:set":{".":{},"v:\"a\"":{}},"f:whole":{}},"f:status":{".":{},"f:phase":{}}}""",
            ChangeWalker.OfNew(json, MergeTypes.Custom, IgnoredFields.For(Declaration(typeof(V1ConfigMap)), string.Empty)).ToString());
    }

    public static TheoryData<Type, string, string, string> Kinds => new()
    {
        {
            typeof(V1Pod), "",
            """{"apiVersion":"v1","kind":"Pod","metadata":{"name":"web","generateName":"w-","labels":{"app":"web"},"ownerReferences":[{"apiVersion":"apps/v1","kind":"ReplicaSet","name":"w","uid":"u-1"}]},"spec":{"containers":[{"name":"c","image":"i","ports":[{"containerPort":80}],"env":[{"name":"A","value":"1"}],"args":["x"],"resources":{"requests":{"cpu":"1"}}}],"nodeSelector":{"a":"b"},"tolerations":[{"key":"k","operator":"Exists"}]}}""",
            """{"f:metadata":{"f:generateName":{},"f:labels":{".":{},"f:app":{}},"f:ownerReferences":{".":{},"k:{\"uid\":\"u-1\"}":{}}},"f:spec":{"f:containers":{"k:{\"name\":\"c\"}":{".":{},"f:args":{},"f:env":{".":{},"k:{\"name\":\"A\"}":{".":{},"f:name":{},"f:value":{}}},"f:image":{},"f:imagePullPolicy":{},"f:name":{},"f:ports":{".":{},"k:{\"containerPort\":80,\"protocol\":\"TCP\"}":{".":{},"f:containerPort":{},"f:protocol":{}}},"f:resources":{".":{},"f:requests":{".":{},"f:cpu":{}}},"f:terminationMessagePath":{},"f:terminationMessagePolicy":{}}},"f:dnsPolicy":{},"f:enableServiceLinks":{},"f:nodeSelector":{},"f:restartPolicy":{},"f:schedulerName":{},"f:securityContext":{},"f:terminationGracePeriodSeconds":{},"f:tolerations":{}}}"""
        },
        {
            typeof(V1Deployment), "",
            """{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"web"},"spec":{"selector":{"matchLabels":{"a":"b"}},"template":{"metadata":{"labels":{"a":"b"}},"spec":{"containers":[{"name":"c","image":"i"}]}}}}""",
            """{"f:spec":{"f:progressDeadlineSeconds":{},"f:replicas":{},"f:revisionHistoryLimit":{},"f:selector":{},"f:strategy":{"f:rollingUpdate":{".":{},"f:maxSurge":{},"f:maxUnavailable":{}},"f:type":{}},"f:template":{"f:metadata":{"f:labels":{".":{},"f:a":{}}},"f:spec":{"f:containers":{"k:{\"name\":\"c\"}":{".":{},"f:image":{},"f:imagePullPolicy":{},"f:name":{},"f:resources":{},"f:terminationMessagePath":{},"f:terminationMessagePolicy":{}}},"f:dnsPolicy":{},"f:restartPolicy":{},"f:schedulerName":{},"f:securityContext":{},"f:terminationGracePeriodSeconds":{}}}}}"""
        },
        {
            typeof(V1Service), "",
            """{"apiVersion":"v1","kind":"Service","metadata":{"name":"web"},"spec":{"selector":{"a":"b"},"ports":[{"port":80,"name":"http"},{"port":80,"protocol":"UDP","name":"u"}]}}""",
            """{"f:spec":{"f:internalTrafficPolicy":{},"f:ports":{".":{},"k:{\"port\":80,\"protocol\":\"TCP\"}":{".":{},"f:name":{},"f:port":{},"f:protocol":{},"f:targetPort":{}},"k:{\"port\":80,\"protocol\":\"UDP\"}":{".":{},"f:name":{},"f:port":{},"f:protocol":{},"f:targetPort":{}}},"f:selector":{},"f:sessionAffinity":{},"f:type":{}}}"""
        },
        { typeof(V1ConfigMap), "", """{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"m"},"data":{"a":"1"},"immutable":true}""", """{"f:data":{".":{},"f:a":{}},"f:immutable":{}}""" },
        { typeof(V1ClusterRole), "", """{"apiVersion":"rbac.authorization.k8s.io/v1","kind":"ClusterRole","metadata":{"name":"m"},"rules":[{"verbs":["get"],"resources":["pods"],"apiGroups":[""]}]}""", """{"f:rules":{}}""" },
        { typeof(V1Namespace), "", """{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"m","labels":{"a":"b"}},"spec":{"finalizers":["kubernetes"]},"status":{"phase":"Active"}}""", """{"f:metadata":{"f:labels":{".":{},"f:a":{},"f:kubernetes.io/metadata.name":{}}},"f:spec":{"f:finalizers":{}}}""" },
        {
            typeof(V1Pod), "status",
            """{"apiVersion":"v1","kind":"Pod","metadata":{"name":"web"},"spec":{"containers":[]},"status":{"phase":"Running","podIP":"10.0.0.1","podIPs":[{"ip":"10.0.0.1"}],"conditions":[{"type":"Ready","status":"True"}],"containerStatuses":[{"name":"c","image":"i","imageID":"x","ready":true,"restartCount":0}]}}""",
            """{"f:status":{"f:conditions":{".":{},"k:{\"type\":\"Ready\"}":{".":{},"f:status":{},"f:type":{}}},"f:containerStatuses":{},"f:phase":{},"f:podIP":{},"f:podIPs":{".":{},"k:{\"ip\":\"10.0.0.1\"}":{".":{},"f:ip":{}}}}}"""
        },
    };

    [Theory]
    [MemberData(nameof(Kinds))]
    public void OfNew_BuiltInKind_OwnsWhatUpstreamSays(Type type, string subresource, string json, string expected)
    {
        var declaration = Declaration(type);
        var value = (k8s.IKubernetesObject<V1ObjectMeta>)ApiJson.Deserialize(MergeTypes.Bytes(json), type);
        if (subresource.Length == 0) { declaration.Default(value); }
        var set = ChangeWalker.OfNew(ApiJson.Serialize(value, type), MergeTypes.Models.Of(declaration), IgnoredFields.For(declaration, subresource));
        Assert.Equal(Indented(expected), Indented(set.ToString()));
    }

    /// <summary>Texts whose members are in one order go in step and end at what is equal to the end; others are sorted first.</summary>
    [Theory]
    [InlineData(typeof(V1Pod), "")]
    [InlineData(typeof(V1Pod), "status")]
    [InlineData(typeof(V1Deployment), "")]
    [InlineData(typeof(V1Service), "")]
    public void Between_ObjectsThatDifferInAPart_IsTheSameInAnyOrderOfMembers(Type type, string subresource)
    {
        var schema = new ModelSchemas().For(type);
        var declaration = Declaration(type);
        var (merge, ignored) = (MergeTypes.Models.Of(declaration), IgnoredFields.For(declaration, subresource));
        var told = 0;
        Gen.Select(RandomObjects.Of(schema), RandomObjects.Of(schema), Gen.Int[0, 3], Gen.Int).Sample((old, other, part, seed) =>
        {
            if (old.GetValueOrDefault("metadata") is not JsonMap) { old["metadata"] = new JsonMap { ["name"] = "a" }; }
            var now = (JsonMap)JsonTree.Read(JsonTree.Write(old))!;
            Mix(now, other, new Random(seed), part);
            ((JsonMap)old["metadata"]!)["managedFields"] = new JsonList { new JsonMap { ["manager"] = "somebody" } };
            ((JsonMap)now["metadata"]!).Remove("managedFields");
            ((JsonMap)now["metadata"]!)["resourceVersion"] = "7";
            var (inStep, reversed) = (ChangeWalker.Between(JsonTree.Write(Sorted(old, 1)), JsonTree.Write(Sorted(now, 1)), merge, ignored),
                ChangeWalker.Between(JsonTree.Write(Sorted(old, -1)), JsonTree.Write(Sorted(now, 1)), merge, ignored));
            Assert.Equal((reversed.Changed.ToString(), reversed.Removed.ToString()), (inStep.Changed.ToString(), inStep.Removed.ToString()));
            if (!inStep.IsEmpty) { told++; }
        }, iter: 500, threads: 1);
        Assert.True(told > 30, $"only {told} objects differed");
    }

    // Takes over some members of another object, each at some depth.
    private static void Mix(JsonMap into, JsonMap from, Random random, int depth)
    {
        foreach (var name in from.Keys.Where(_ => random.Next(3) == 0).ToList())
        {
            if (depth > 0 && into.GetValueOrDefault(name) is JsonMap inner && from[name] is JsonMap other) { Mix(inner, other, random, depth - 1); }
            else if (name != "metadata") { into[name] = from[name]; }
        }
    }

    private static object? Sorted(object? value, int direction)
    {
        if (value is JsonList list) { return new JsonList(list.Select(item => Sorted(item, direction))); }
        if (value is not JsonMap map) { return value; }
        var sorted = new JsonMap();
        foreach (var (name, member) in map.Order(Comparer<KeyValuePair<string, object?>>.Create((left, right) => direction * string.CompareOrdinal(left.Key, right.Key)))) { sorted[name] = Sorted(member, direction); }
        return sorted;
    }

    private static ResourceDeclaration Declaration(Type type) => BuiltInResources.All().First(item => item.ObjectType == type);

    private static string Below(string set) => set == "{}" ? set : $$"""{"f:spec":{{set}}}""";

    private static readonly JsonSerializerOptions Pretty = new() { WriteIndented = true };

    private static string Indented(string json) => JsonSerializer.Serialize(JsonDocument.Parse(json).RootElement, Pretty);
}
