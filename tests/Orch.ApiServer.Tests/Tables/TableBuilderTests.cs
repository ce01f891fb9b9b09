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
    [InlineData("Object", """{"apiVersion":"v1","data":{"a":"1","b":"2"},"kind":"ConfigMap","metadata":{"creationTimestamp":"2024-01-01T00:00:00Z","name":"c"}}""")]
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

        public void WriteMetadataTo(IBufferWriter<byte> output) => ApiJson.Serialize(output, value.Metadata, typeof(V1ObjectMeta));
    }
}
