using System.Buffers;
using System.Text;
using k8s;
using k8s.Models;
using Orch.ApiServer.Resources;
using Orch.ApiServer.Tables;
using Orch.Serialization;

namespace Orch.ApiServer.Tests.Tables;

public sealed class TableBuilderTests
{
    private static readonly DateTimeOffset Now = new(2024, 1, 1, 0, 5, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("None", "null")]
    [InlineData("Metadata", """{"kind":"PartialObjectMetadata","apiVersion":"meta.k8s.io/v1","metadata":{"creationTimestamp":"2024-01-01T00:00:00Z","name":"c"}}""")]
    [InlineData("Object", """{"kind":"ConfigMap","apiVersion":"v1","metadata":{"creationTimestamp":"2024-01-01T00:00:00Z","name":"c"},"data":{"a":"1","b":"2"}}""")]
    public void Rows_CarryTheWantedObject(string objects, string expected)
    {
        var text = Write(new TableRequest(new Maps(), [new Encoded(ConfigMap())], Now) { Objects = Enum.Parse<TableObjects>(objects), WithColumns = false, ResourceVersion = "9" });
        Assert.Equal(
            "{\"kind\":\"Table\",\"apiVersion\":\"meta.k8s.io/v1\",\"metadata\":{\"resourceVersion\":\"9\"},\"columnDefinitions\":null,\"rows\":[{\"cells\":[\"c\",2,\"5m\"],\"object\":"
            + expected + "}]}",
            text);
    }

    [Fact]
    public void Columns_BeginWithTheName()
    {
        var text = Write(new TableRequest(new Maps(), [], Now) { Continue = "next", RemainingItemCount = 3 });
        Assert.StartsWith(
            "{\"kind\":\"Table\",\"apiVersion\":\"meta.k8s.io/v1\",\"metadata\":{\"continue\":\"next\",\"remainingItemCount\":3},\"columnDefinitions\":[{\"name\":\"Name\",\"type\":\"string\",\"format\":\"name\",",
            text, StringComparison.Ordinal);
        Assert.Contains("{\"name\":\"Data\",\"type\":\"integer\",\"format\":\"\",\"description\":\"How many.\",\"priority\":1}", text, StringComparison.Ordinal);
        Assert.EndsWith("\"rows\":[]}", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Running", "")]
    [InlineData("Succeeded", ""","conditions":[{"type":"Completed","status":"True","reason":"Succeeded","message":"The pod has completed successfully."}]""")]
    [InlineData("Failed", ""","conditions":[{"type":"Completed","status":"True","reason":"Failed","message":"The pod failed."}]""")]
    public void Row_OfAPodThatHasEnded_SaysSo(string phase, string conditions)
    {
        var pod = new V1Pod { Metadata = new V1ObjectMeta { Name = "p" }, Spec = new V1PodSpec { Containers = [] }, Status = new V1PodStatus { Phase = phase } };
        var text = Write(new TableRequest(new Orch.ApiServer.Kinds.Core.Pods.PodDeclaration(), [new Encoded(pod)], Now) { Objects = TableObjects.None, WithColumns = false });
        Assert.EndsWith($"\"<none>\"]{conditions},\"object\":null}}]}}", text, StringComparison.Ordinal);
    }

    [Fact]
    public void OlderVersion_DiffersInItsNameAlone()
    {
        var request = new TableRequest(new Maps(), [new Encoded(ConfigMap())], Now);
        var (now, before) = (Write(request), Write(request with { Version = "v1beta1" }));
        Assert.NotEqual(now, before);
        Assert.Equal(now.Replace("meta.k8s.io/v1", "meta.k8s.io/v1beta1", StringComparison.Ordinal), before);
    }

    [Fact]
    public void FlowSchemas_StandInTheOrderTheyAreTried()
    {
        var rows = new[] { ("a", 9000), ("c", 100), ("b", 9000) }.Select(static item => new Encoded(new V1FlowSchema
        {
            Metadata = new V1ObjectMeta { Name = item.Item1 }, Spec = new V1FlowSchemaSpec { MatchingPrecedence = item.Item2, PriorityLevelConfiguration = new V1PriorityLevelConfigurationReference { Name = "l" } },
        }));
        var text = Write(new TableRequest(new Orch.ApiServer.Kinds.FlowControl.FlowSchemaDeclaration(), [.. rows], Now) { Objects = TableObjects.None, WithColumns = false });
        Assert.Equal(["c", "a", "b"], System.Text.Json.Nodes.JsonNode.Parse(text)!["rows"]!.AsArray().Select(static row => (string)row!["cells"]![0]!));
    }

    private static V1ConfigMap ConfigMap() => new()
    {
        ApiVersion = "v1", Kind = "ConfigMap", Data = new Dictionary<string, string> { ["a"] = "1", ["b"] = "2" },
        Metadata = new V1ObjectMeta { Name = "c", CreationTimestamp = new DateTime(2024, 1, 1, 0, 0, 0, DateTimeKind.Utc) },
    };

    private static string Write(TableRequest request)
    {
        var output = new ArrayBufferWriter<byte>();
        new TableBuilder().Write(request, output);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }

    private sealed class Maps() : ResourceDeclaration<V1ConfigMap>("configmaps", ResourceScope.Namespaced)
    {
        public override IReadOnlyList<PrinterColumn> Columns { get; } =
            [Column("Data", "integer", static map => map.Data.Count, priority: 1, description: "How many."), PrinterColumns.Age];
    }

    private sealed class Encoded(IKubernetesObject<V1ObjectMeta> value) : IEncodedObject
    {
        public IKubernetesObject<V1ObjectMeta> Value => value;

        public int Length => ApiJson.Serialize(value, value.GetType()).Length;

        public void WriteTo(IBufferWriter<byte> output) => ApiJson.Serialize(output, value, value.GetType());

        public int CopyTo(Span<byte> destination)
        {
            var json = ApiJson.Serialize(value, value.GetType());
            json.CopyTo(destination);
            return json.Length;
        }

        public int ItemLength(ReadOnlySpan<byte> type) => Length;

        public void WriteItemTo(IBufferWriter<byte> output, ReadOnlySpan<byte> type) => WriteTo(output);

        public void WriteMetadataTo(IBufferWriter<byte> output) => ApiJson.Serialize(output, value.Metadata, typeof(V1ObjectMeta));
    }
}
