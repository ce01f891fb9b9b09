using System.Text;
using k8s.Models;
using Orch.ApiServer.Apply;
using Orch.ApiServer.Json;
using Orch.ApiServer.Schema;

namespace Orch.ApiServer.Tests.Apply;

/// <summary>Types and short ways for the tests of this folder.</summary>
internal static class MergeTypes
{
    public static ModelMergeTypes Models { get; } = new(new ModelSchemas());

    /// <summary>A custom resource's shape: every kind of list and map, free parts, keys with a default.</summary>
    public static MergeType Custom { get; } = MergeType.Struct(
    [
        new MergeField("apiVersion", MergeType.String),
        new MergeField("kind", MergeType.String),
        new MergeField("metadata", () => Models.Of(typeof(V1ObjectMeta))),
        new MergeField("spec", MergeType.Struct(
        [
            new MergeField("name", MergeType.String),
            new MergeField("count", MergeType.Number),
            new MergeField("on", MergeType.Boolean),
            new MergeField("tags", MergeType.MapOf(MergeType.String)),
            new MergeField("whole", MergeType.MapOf(MergeType.String, isAtomic: true)),
            new MergeField("list", MergeType.AtomicList(MergeType.String)),
            new MergeField("set", MergeType.Set(MergeType.String)),
            new MergeField("free", MergeType.Free),
            new MergeField("inner", () => Inner()),
            new MergeField("items", MergeType.Keyed(
                MergeType.Struct([new MergeField("port", MergeType.Number), new MergeField("protocol", MergeType.String), new MergeField("value", MergeType.String), new MergeField("more", MergeType.MapOf(MergeType.String))]),
                new MergeKey("port"), new MergeKey("protocol", "\"TCP\""))),
        ])),
        new MergeField("status", MergeType.Struct([new MergeField("phase", MergeType.String)])),
    ]);

    public static byte[] Bytes(string json) => Encoding.UTF8.GetBytes(json);

    public static JsonMap Map(string json) => (JsonMap)JsonTree.Read(Bytes(json))!;

    public static FieldSet Set(string fieldsV1) => FieldsV1.Read(Bytes(fieldsV1));

    private static MergeType Inner() => MergeType.Struct([new MergeField("a", MergeType.String), new MergeField("b", MergeType.String), new MergeField("inner", () => Inner())]);
}
