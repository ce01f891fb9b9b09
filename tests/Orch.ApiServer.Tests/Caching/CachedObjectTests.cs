using System.Buffers;
using System.Text;
using System.Text.Json;
using Orch.ApiServer.Caching;
using Orch.ApiServer.Kinds;
using Orch.Resources;

namespace Orch.ApiServer.Tests.Caching;

public sealed class CachedObjectTests
{
    public static TheoryData<string, string> Objects => new()
    {
        { "metadata third", """{"apiVersion":"v1","kind":"Pod","metadata":{"name":"x"},"spec":{}}""" },
        { "metadata first", """{"metadata":{"name":"x"},"kind":"Pod"}""" },
        { "empty metadata", """{"kind":"Pod","metadata":{}}""" },
        { "another metadata before it", """{"apiVersion":"apps/v1","data":{"spec":{"template":{"metadata":{"name":"inner"}}}},"kind":"ControllerRevision","metadata":{"name":"x"}}""" },
        { "metadata in a text", """{"data":{"a":"\"metadata\":{\"name\":\"y\"}"},"metadata":{"name":"x"}}""" },
        { "white space", """{ "metadata" : { "name" : "x" } }""" },
    };

    [Theory]
    [MemberData(nameof(Objects))]
    public void Write_AnyShape_PutsTheVersionIntoTheObjectsOwnMetadata(string name, string json)
    {
        var item = new CachedObject("/registry/core/pods/ns/x", Encoding.UTF8.GetBytes(json), 123456, null);
        var output = new ArrayBufferWriter<byte>();
        item.WriteTo(output);

        using var document = JsonDocument.Parse(output.WrittenMemory);
        Assert.True(document.RootElement.GetProperty("metadata").GetProperty("resourceVersion").GetString() == "123456", name);
        Assert.Equal(output.WrittenCount, item.Length);
        Assert.Equal(1, Encoding.UTF8.GetString(output.WrittenSpan).Split("resourceVersion").Length - 1);

        var metadata = new ArrayBufferWriter<byte>();
        item.WriteMetadataTo(metadata);
        using var part = JsonDocument.Parse(metadata.WrittenMemory);
        Assert.Equal(document.RootElement.GetProperty("metadata").GetRawText().Replace(" ", "", StringComparison.Ordinal), part.RootElement.GetRawText().Replace(" ", "", StringComparison.Ordinal));
    }

    [Fact]
    public void Value_ReadTwice_IsDecodedOnceAndKnowsItsVersion()
    {
        var declaration = BuiltInResources.All().Single(item => item.Kind.Kind == "ConfigMap");
        var item = new CachedObject("/registry/core/configmaps/ns/x", """{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"x","namespace":"ns"}}"""u8.ToArray(), 7, declaration);

        Assert.Same(item.Value, item.Value);
        Assert.Equal("7", item.Value.Metadata.ResourceVersion);
        Assert.Equal(new ObjectKey("ns", "x"), item.ObjectKey);
        Assert.Equal("9", item.AtRevision(9).Value.Metadata.ResourceVersion);
        Assert.Equal("7", item.Value.Metadata.ResourceVersion);
    }
}
